"""What is compared: nothing in between, PgBouncer, HAProxy, and the proxy with analysis on and off. Each is a
context manager with `port`, and `pids()` whose CPU time is its price."""

import os
import subprocess
import tempfile
import time
from pathlib import Path

from private_postgres import free_port, unprivileged_user
from services import Api, Process, Proxy


class Direct:
    name = "direct"

    def __init__(self, server, _):
        self.port = server.port

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def pids(self):
        return []


class Daemon(Process):
    """A forwarder with a configuration file of its own; as root it runs as somebody harmless."""

    def __init__(self, server, _):
        self.port = free_port()
        self.folder = tempfile.TemporaryDirectory(prefix="onetrip-bench-")
        user = unprivileged_user()
        path = Path(self.folder.name) / "config"
        path.write_text(self.configuration(server))
        if user:
            for name in (self.folder.name, path):
                os.chown(name, user.pw_uid, user.pw_gid)
        wrap = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"] if user else []
        super().__init__([*wrap, *self.command(path)])
        self.wait_for_port()

    def wait_for_port(self):
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and not self.ended:
            done = subprocess.run(["pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-t", "1"])
            if done.returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError(f"{self.name} does not answer:\n{self.output()}")

    def stop(self, limit_s=15):
        code = super().stop(limit_s)
        self.folder.cleanup()
        return code

    def pids(self):
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]


class PgBouncer(Daemon):
    name = "pgbouncer"

    def configuration(self, server):
        users = Path(self.folder.name) / "users"
        users.write_text(f'"{server.user}" ""\n')
        return f"""[databases]
* = host={server.host} port={server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {self.port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = session
max_client_conn = 2000
default_pool_size = 200
server_reset_query =
ignore_startup_parameters = extra_float_digits
log_connections = 0
log_disconnections = 0
"""

    def command(self, path):
        return ["pgbouncer", path]

    @staticmethod
    def version():
        return subprocess.run(["pgbouncer", "--version"], capture_output=True, text=True).stdout.split("\n")[0]


class HaProxy(Daemon):
    name = "haproxy"

    def configuration(self, server):
        return f"""global
    maxconn 4000
    nbthread 1
defaults
    mode tcp
    timeout connect 5s
    timeout client 1h
    timeout server 1h
listen postgres
    bind 127.0.0.1:{self.port}
    server one {server.host}:{server.port}
"""

    def command(self, path):
        return ["haproxy", "-db", "-f", path]

    @staticmethod
    def version():
        return subprocess.run(["haproxy", "-v"], capture_output=True, text=True).stdout.split(" - ")[0]


class Onetrip(Proxy):
    name = "onetrip"

    def __init__(self, server, binary):
        super().__init__(binary, f"postgres://{server.user}@{server.host}:{server.port}")

    def pids(self):
        return [self.pid]

    def dropped(self):
        return self.api.metric("onetrip_events_dropped_total")


class OnetripOff(Onetrip):
    name = "onetrip-off"

    def __init__(self, server, binary):
        super().__init__(server, binary)
        Api(self.api.address).call("POST", "/api/v1/analysis", {"enabled": False})


ALL = [Direct, PgBouncer, HaProxy, Onetrip, OnetripOff]
