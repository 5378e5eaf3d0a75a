"""What the tests of faults share: clients that stand in any state of a connection, plain or over TLS on both hops, and
the questions when the other side has learned, and what is left.

How soon: in each state within 100 ms, in the best of three attempts, since a busy machine may be late once, but what
waited for a timer or a peer would be late each time."""

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import encryption
from harness import BINARY, CLIENTS, PYTHON, Postgres, Proxy, ProxyTest

from raw_client import RawClient
from states import LOCKED_ROLE, STATES, stand
from watch import OTHER_SESSIONS, children, descriptors, is_running, postmaster, title, until

SOON_S = 2
ESTABLISHED, LISTENS = "01", "0A"  # in /proc/net/tcp
LEARNS_MS, ATTEMPTS = 100, 3
CLOSES_HALF = "-c client_connection_check_interval=0"  # the server answers all before it looks for an end


def demand_password(server):
    rules = Path(server.sql(f"CREATE ROLE {LOCKED_ROLE} LOGIN PASSWORD 'quince'; SHOW hba_file"))
    rules.write_text(f"host all {LOCKED_ROLE} 127.0.0.1/32 scram-sha-256\n" + rules.read_text())
    server.sql("SELECT pg_reload_conf()")


def since_ms(start):
    return (time.monotonic() - start) * 1000


class FaultTest(ProxyTest):
    tls = False  # whether all clients encrypt, and the proxy to the server
    least_descriptors = sys.maxsize  # the proxy's own; the least ever seen: an API call may be about to end

    @classmethod
    def setUpClass(cls):
        files = cls.enterClassContext(encryption.Certificates())
        files.issue("proxy", "localhost")
        files.issue_for_server("server", "localhost")
        cls.server_settings = files.server_settings("server")
        settings = Path(files["onetrip.toml"])
        settings.write_text(f'[listen.tls]\nmode = "allow"\ncertificate = "{files["proxy.crt"]}"\n'
                            f'key = "{files["proxy.key"]}"\n'
                            f'[upstream.tls]\nmode = "{"require" if cls.tls else "disable"}"\n')
        cls.proxy_options = ("--config", settings)
        super().setUpClass()

    @classmethod
    def prepare(cls):
        demand_password(cls.server)

    @classmethod
    def own_server(cls):
        """Another server like the class's."""
        return Postgres(**cls.server_settings)

    @classmethod
    def own_proxy(cls, server=None):
        """Another proxy like the class's."""
        server = server or cls.server
        return Proxy(BINARY, f"postgres://{server.host}:{server.port}", *cls.proxy_options)

    def setUp(self):
        self.wait_until_no_clients()
        self.ask_through()  # what is made once is made
        self.wait_until_no_clients()
        type(self).least_descriptors = min(self.least_descriptors, descriptors(self.proxy.pid))
        self.sessions = children(postmaster(self.server.folder))
        self.faults = self.api.metric("onetrip_faults_total")

    def stand(self, state, port=None, options=""):
        """Its server session is known by `pid`, if there is one, also before the server has told."""
        sessions = children(postmaster(self.server.folder)) if state == "in_authentication" else set()
        client = stand(state, self.proxy.host, port or self.proxy.port, options, self.tls)
        self.addCleanup(client.close)
        if state == "in_authentication":
            new = children(postmaster(self.server.folder)) - sessions  # the proxy's own reading of a catalog is one too
            client.pid, = (pid for pid in new if LOCKED_ROLE in title(pid))
        return client

    def start_client(self, state):
        """A process that stands there, and its server's session, if there is one."""
        command = [PYTHON, CLIENTS / "standing_client.py", state, self.proxy.host, str(self.proxy.port),
                   *(["tls"] if self.tls else [])]
        client = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.addCleanup(client.stdout.close)
        self.addCleanup(client.wait)
        self.addCleanup(client.kill)
        backend = client.stdout.readline().split()[1]
        return client, int(backend) if backend != "None" else None

    def stand_all(self, states=STATES, port=None):
        return {state: self.stand(state, port) for state in states}

    def ask_through(self, port=None):
        with RawClient(self.proxy.host, port or self.proxy.port, tls=self.tls) as client:
            client.log_in()
            self.assertEqual(client.rows("SELECT 6 * 7, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"),
                             [["42", "ft"[self.tls]]])

    def sockets(self, *states):
        """Of the proxy to clients and servers, without those of its API and those that listen; only those in these
        states, if any."""
        own = set()
        for entry in Path(f"/proc/{self.proxy.pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                own.add(os.readlink(entry))
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sum(f"socket:[{row[9]}]" in own and (row[3] in states if states else row[3] != LISTENS) and
                   int(row[1].split(":")[1], 16) != self.proxy.admin_port for row in rows)

    def check_gone(self, backend, state):
        until(lambda: not is_running(backend), f"the end of the session {state}", SOON_S)

    def passed_on_ms(self, end, sides):
        """From `end` of the only client until the proxy has passed it on: no connection, of so many, is open any more
        in both directions. (A client that is killed has but closed its half, as far as anybody can see: the proxy
        closes that half towards the server, and the server closes the rest when it looks.)"""
        until(lambda: self.sockets(ESTABLISHED) == sides, "the end of all other connections")
        start = time.monotonic()
        end()
        until(lambda: self.sockets(ESTABLISHED) == 0, "the proxy's passing on of the end", SOON_S)
        return since_ms(start)

    def check_learned(self, state, attempt):
        """`attempt`: brings about the fault in that state, and gives the milliseconds until the other side knew."""
        took_ms = []
        while not took_ms or (took_ms[-1] >= LEARNS_MS and len(took_ms) < ATTEMPTS):
            took_ms.append(attempt())
        self.assertLess(took_ms[-1], LEARNS_MS, f"{state}: {took_ms}")

    def check_nothing_left(self):
        until(lambda: descriptors(self.proxy.pid) <= self.least_descriptors, "the proxy's closing of its sockets")
        until(lambda: children(postmaster(self.server.folder)) <= self.sessions, "the end of the server's sessions")
        self.wait_until_no_clients()
        self.assertEqual(self.api.metric("onetrip_faults_total"), self.faults)
        self.assertEqual(self.server.sql(OTHER_SESSIONS), "0")
        self.ask_through()
