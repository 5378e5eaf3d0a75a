"""What is compared: nothing in between, PgBouncer, HAProxy, the proxy with analysis on and off, and, when asked for,
a bare forwarder. Each is a context manager with `port`, and `pids()` whose CPU time is its price. Made of a Road: where
the server is, and the certificate when both hops are to be encrypted."""

import contextlib
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from private_postgres import free_port, unprivileged_user
from services import Process, Proxy

MOST_CLIENTS = 2000


@dataclass(frozen=True)
class Road:
    server: object
    programs: dict                # onetrip, before, floor: paths
    certificate: object = None    # with .certificate and .key; None: plain

    @property
    def address(self):
        return f"{self.server.host}:{self.server.port}"


class Direct:
    name = "direct"
    idles, ends_tls = True, True  # compared with idle connections; speaks TLS itself

    def __init__(self, road):
        self.port = road.server.port

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def pids(self):
        return []

    def settle(self):
        """What it still has to do for what it was given is done when this returns."""


class Daemon(Process):
    """A forwarder with a configuration file of its own; as root it runs as somebody harmless."""
    idles, ends_tls = True, False

    def __init__(self, road):
        self.port = free_port()
        self.folder = tempfile.TemporaryDirectory(prefix="onetrip-bench-")
        path = Path(self.folder.name) / "config"
        path.write_text(self.configuration(road))
        user = unprivileged_user()
        if user:
            for name in (self.folder.name, *Path(self.folder.name).iterdir()):
                os.chown(name, user.pw_uid, user.pw_gid)
        # To become another user makes the kernel forget that this ends with us; so setpriv says it again.
        wrap = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups",
                "--pdeathsig=TERM"] if user else []
        super().__init__([*wrap, *self.command(path, road)])
        try:
            self.wait_for_port()
        except BaseException:
            self.stop()
            raise

    def wait_for_port(self):
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and not self.ended:
            done = subprocess.run(["pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-t", "1"])
            if done.returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError(f"{self.name} does not answer:\n{self.output()}")

    def configuration(self, _road):
        return ""

    def stop(self, limit_s=15):
        code = super().stop(limit_s)
        self.folder.cleanup()
        return code

    def pids(self):
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]

    def settle(self):
        pass


class PgBouncer(Daemon):
    """As a careful user sets it up: session pooling, its own reset query, no log line per connection."""
    name = "pgbouncer"
    ends_tls = True

    def configuration(self, road):
        users = Path(self.folder.name) / "users"
        users.write_text(f'"{road.server.user}" ""\n')
        tls = f"""client_tls_sslmode = require
client_tls_cert_file = {road.certificate.certificate}
client_tls_key_file = {road.certificate.key}
server_tls_sslmode = require
""" if road.certificate else "server_tls_sslmode = disable\n"
        return f"""[databases]
* = host={road.server.host} port={road.server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {self.port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = session
max_client_conn = {MOST_CLIENTS}
default_pool_size = {MOST_CLIENTS}
ignore_startup_parameters = extra_float_digits
log_connections = 0
log_disconnections = 0
log_stats = 0
{tls}"""

    def command(self, path, _road):
        return ["pgbouncer", path]

    @staticmethod
    def version():
        return subprocess.run(["pgbouncer", "--version"], capture_output=True, text=True).stdout.split("\n")[0]


class HaProxy(Daemon):
    """It cannot end PostgreSQL's TLS, which begins inside the connection: with TLS it passes it through."""
    name = "haproxy"

    def configuration(self, road):
        return f"""global
    maxconn {MOST_CLIENTS}
    nbthread 1
defaults
    mode tcp
    timeout connect 5s
    timeout client 1h
    timeout server 1h
listen postgres
    bind 127.0.0.1:{self.port}
    server one {road.address}
"""

    def command(self, path, _road):
        return ["haproxy", "-db", "-f", path]

    @staticmethod
    def version():
        return subprocess.run(["haproxy", "-v"], capture_output=True, text=True).stdout.split(" - ")[0]


class Floor(Daemon):
    name = "floor"

    def command(self, _path, road):
        return [road.programs["floor"], str(self.port), str(road.server.port)]


class Onetrip(Proxy):
    name = program = "onetrip"
    idles, ends_tls = True, True

    def __init__(self, road):
        self.folder = tempfile.TemporaryDirectory(prefix="onetrip-bench-")
        path = Path(self.folder.name) / "onetrip.toml"
        path.write_text(self.configuration(road))
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith(("PG", "ONETRIP_")) and name != "DATABASE_URL"}
        super().__init__(road.programs[self.program], f"postgres://{road.server.user}@{road.address}", "--config", path,
                         environment=environment)

    def configuration(self, road):
        text = f"[limits]\nclients = {MOST_CLIENTS}\n" + self.history()
        if not road.certificate:
            return text + '[upstream.tls]\nmode = "disable"\n'
        return text + (f'[listen.tls]\nmode = "require"\ncertificate = "{road.certificate.certificate}"\n'
                       f'key = "{road.certificate.key}"\n[upstream.tls]\nmode = "require"\n')

    def history(self):
        return f'[store]\npath = "{self.folder.name}/history.db"\n'

    def stop(self, limit_s=15):
        code = super().stop(limit_s)
        self.folder.cleanup()
        return code

    def pids(self):
        return [self.pid]

    def settle(self):
        self.api.flush()

    def count(self, name):
        """A metric, 0 where this version has none of that name."""
        return self.api.metric(name) or 0

    @staticmethod
    def version(program):
        return subprocess.run([program, "--version"], capture_output=True, text=True).stdout.strip()


class OnetripOff(Onetrip):
    name = "onetrip-off"

    def __init__(self, road):
        super().__init__(road)
        self.api.call("POST", "/api/v1/analysis", {"enabled": False})

    def settle(self):
        pass


class OnetripBefore(Onetrip):
    """An earlier one, to see what changed between the two. It keeps no history, which it may not know."""
    name, program = "onetrip-before", "before"
    idles = False

    def history(self):
        return ""


ALL = [Direct, PgBouncer, HaProxy, Onetrip, OnetripOff]


@contextlib.contextmanager
def started(kinds, road):
    """Those of `kinds` that can be started on that road; and of the others, by their names, why not."""
    with contextlib.ExitStack() as stack:
        running, left_out = [], {}
        for kind in kinds:
            try:
                running.append(stack.enter_context(kind(road)))
            except RuntimeError as error:
                left_out[kind.name] = str(error)
        yield running, left_out
