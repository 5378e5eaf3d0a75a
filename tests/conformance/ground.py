"""Where comparisons take place: one PostgreSQL that can do all that is compared, roads to it (direct and through the
proxy), and an empty database of the same name before each run."""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/lib"))

from certificate import Certificate  # noqa: E402
from services import Postgres, Proxy  # noqa: E402

BINARY = os.environ.get("ONETRIP_BIN", str(ROOT / "build/onetrip"))
DATABASE, USER, PASSWORD = "conformance", "visitor", "quince"
SETTINGS = {
    "wal_level": "logical", "max_wal_senders": "10", "max_replication_slots": "10", "wal_keep_size": "512MB",
    "max_prepared_transactions": "5", "timezone": "Europe/Vienna",
    "synchronous_commit": "on",  # what was committed is in the log before its place is asked
}
LOGIN = f"host all,replication {USER} 127.0.0.1/32 scram-sha-256\n"


# A pipeline of 20,000 statements on a busy machine must not outrun the analysis: what is dropped is not compared.
ROOMY = ["[limits]", "ring_events = 262144", 'ring_memory = "512MiB"']


@dataclass(frozen=True)
class Leg:
    """Which hops are encrypted. Both roads show the client the same thing, so the direct one has the client's hop."""
    name: str
    client_tls: bool = False
    server_tls: bool = False
    io_threads: int = 1

    def client_settings(self, certificate):
        """libpq's variables; other drivers read the same, themselves or by their programs here."""
        if not self.client_tls:
            return {"PGSSLMODE": "disable"}
        return {"PGSSLMODE": "verify-full", "PGSSLROOTCERT": str(certificate),
                "PGCHANNELBINDING": "require" if self.server_tls else "prefer"}

    def proxy_settings(self, certificate, key, limits):
        lines = limits
        if self.client_tls:
            lines = [*lines, "[listen.tls]", 'mode = "require"', f'certificate = "{certificate}"', f'key = "{key}"']
        if self.server_tls:
            lines = [*lines, "[upstream.tls]", 'mode = "verify-full"', f'ca = "{certificate}"']
        else:  # as it comes, it would encrypt what this server lets it encrypt
            lines = [*lines, "[upstream.tls]", 'mode = "disable"']
        return "\n".join(lines) + "\n"


PLAIN = Leg("plain")
TLS_LEGS = (Leg("TLS", True, True, io_threads=2), Leg("TLS to the proxy", True, False),
            Leg("TLS to the server", False, True))


@dataclass(frozen=True)
class Road:
    """A way to the server: what a client must know to take it."""
    name: str
    host: str
    port: int
    environment: dict

    def settings(self, **more):
        return dict(self.environment, **more)


class Ground:
    """The server, and the folder of the certificate that it and the proxy show."""

    def __init__(self, **settings):
        self.settings = dict(SETTINGS, **settings)
        self.stack = ExitStack()

    def __enter__(self):
        with self.stack:
            self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="onetrip-conformance-")))
            self.folder.chmod(0o755)
            shown = self.stack.enter_context(Certificate())
            self.certificate, self.key = shown.certificate, shown.key
            self.server = self.stack.enter_context(Postgres(**shown.settings(), **self.settings))
            self.admin(f"SET password_encryption = 'scram-sha-256'; CREATE ROLE {USER} SUPERUSER REPLICATION LOGIN "
                       f"PASSWORD '{PASSWORD}'")
            rules = Path(self.admin("SHOW hba_file"))
            rules.write_text(LOGIN + rules.read_text())
            self.admin("SELECT pg_reload_conf()")
            self.stack = self.stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def admin(self, text, database="postgres"):
        """SQL by the Unix socket: on no road."""
        done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1"], input=text, text=True,
                              env=self.server.environment(database, host=self.server.folder),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise RuntimeError(f"{text}\n{done.stdout}")
        return done.stdout.strip()

    def fresh(self):
        """What a run finds: an empty database, and nothing of earlier runs in the cluster."""
        left = self.admin("SELECT database || ' ' || quote_literal(gid) FROM pg_prepared_xacts")
        for database, gid in (line.split(" ", 1) for line in left.splitlines()):
            self.admin(f"ROLLBACK PREPARED {gid}", database)
        slots = "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
        roles = "SELECT 'DROP ROLE ' || rolname FROM pg_roles WHERE rolname LIKE 'conformance%' \\gexec"
        old = "SELECT 'DROP DATABASE ' || datname || ' (FORCE)' FROM pg_database " \
              "WHERE datname LIKE 'conformance%' \\gexec"
        self.admin(f"{slots};\n{old}\n{roles}\nCREATE DATABASE {DATABASE} TEMPLATE template0;")

    def road(self, name, leg, port):
        environment = self.server.environment(DATABASE, port=port, **leg.client_settings(self.certificate))
        fixed = {"PGUSER": USER, "PGPASSWORD": PASSWORD, "PGAPPNAME": "conformance", "LC_ALL": "C.UTF-8"}
        return Road(name, self.server.host, port, dict(environment, **fixed))

    def direct(self, leg):
        return self.road("direct", leg, self.server.port)

    def through(self, leg, port):
        return self.road("through", leg, port)

    def proxy(self, leg, limits=ROOMY):
        """The program under test before the server."""
        settings = self.folder / f"{leg.name.replace(' ', '-')}.toml"
        settings.write_text(leg.proxy_settings(self.certificate, self.key, limits))
        upstream = f"postgres://postgres@{self.server.host}:{self.server.port}"
        environment = dict(os.environ, ONETRIP_LIMITS__IO_THREADS=str(leg.io_threads))
        return Proxy(BINARY, upstream, "--config", settings, environment=environment)


__all__ = ["BINARY", "DATABASE", "Ground", "Leg", "PLAIN", "ROOT", "Road", "TLS_LEGS"]
