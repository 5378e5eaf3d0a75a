"""A canary is planted wherever a client may write something private; then what a core dump would hold is searched for
it, without TLS and with."""

import contextlib
import socket
import ssl
import unittest
from pathlib import Path

import psycopg
import psycopg2

import canary
import encryption
from canary import CANARY, FLUSHING
from encryption import receive
from harness import BINARY, SCHEMA, Postgres, Proxy, ProxyTest, eventually
from raw_client import SSL_REQUEST, query, startup_packet, unverified_context

CROWD = 16
LONG = f"SELECT '{CANARY * 400}'"
AT_A_TIME = 100
READY = b"Z\0\0\0\5I"


class CuttingClient:
    """Speaks TLS, and chooses where its records are cut."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 20)
        self.socket.sendall(SSL_REQUEST)
        receive(self.socket, 1)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = unverified_context().wrap_bio(self.incoming, self.outgoing)
        self.exchange(self.tls.do_handshake)
        self.send(startup_packet(user="postgres", database="postgres"))
        self.wait_until_ready()

    def exchange(self, act):
        while True:
            try:
                return act()
            except ssl.SSLWantReadError:
                self.socket.sendall(self.outgoing.read())
                self.incoming.write(self.socket.recv(65536))

    def record(self, content):
        self.tls.write(content)
        return self.outgoing.read()

    def send(self, content):
        self.socket.sendall(self.record(content))

    def wait_until_ready(self):
        """How often it was said."""
        heard = b""
        while not heard.endswith(READY):
            heard += self.exchange(lambda: self.tls.read(65536))
        return heard.count(READY)

    def begin_to_leave_behind(self, text):
        """The begin of the second record keeps the buffer of the first, which was answered."""
        first, second = self.record(query(text)), self.record(b"X\0\0\0\4")
        self.socket.sendall(first + second[:8])
        self.wait_until_ready()
        self.left = second[8:]

    def leave(self):
        with self.socket:
            self.socket.sendall(self.left)
            while self.socket.recv(65536):
                pass


def core_of(proxy):
    """What a core dump of it would hold: all memory that it may write to, as the kernel shows it."""
    core = []
    with open(f"/proc/{proxy.pid}/maps") as maps, open(f"/proc/{proxy.pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            place, rights, *_, = line.split()
            if not rights.startswith("rw"):
                continue
            begin, end = (int(part, 16) for part in place.split("-"))
            memory.seek(begin)
            with contextlib.suppress(OSError):  # the kernel's own pages
                while begin < end and (piece := memory.read(min(end - begin, 1 << 24))):
                    core.append(piece)
                    begin += len(piece)
    return b"".join(core)


def every(part, whole):
    at = whole.find(part)
    while at >= 0:
        yield at
        at = whole.find(part, at + 1)


class Secrets(ProxyTest):
    """Each test has a proxy of its own."""

    @classmethod
    def setUpClass(cls):
        cls.certificates = cls.enterClassContext(encryption.Certificates())
        cls.certificates.issue_for_server("server", "db.test", "DNS:db.test")
        cls.certificates.issue("proxy", "proxy.test", "DNS:proxy.test,IP:127.0.0.1")
        cls.server = cls.enterClassContext(Postgres(**cls.certificates.server_settings("server")))
        cls.server.sql(SCHEMA)
        cls.enterClassContext(canary.password_demanded(cls.server))

    def start(self, listen, upstream):
        file = Path(self.certificates["onetrip.toml"])
        file.write_text(f'[listen.tls]\nmode = "{listen}"\ncertificate = "{self.certificates["proxy.crt"]}"\n'
                        f'key = "{self.certificates["proxy.key"]}"\n[upstream.tls]\nmode = "{upstream}"\n')
        return self.enterContext(Proxy(BINARY, f"postgres://{self.server.user}@{self.server.host}:{self.server.port}",
                                       "--config", file))

    def serve_others(self, where):
        with contextlib.closing(psycopg2.connect(**where)) as connection, connection.cursor() as cursor:
            cursor.execute(FLUSHING)
            cursor.fetchall()
            for _ in range(100):
                cursor.execute("SELECT 'something else of the usual length' /* of a statement, with a comment */")
            cursor.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            return connection.info.ssl_in_use, cursor.fetchone()[0]

    def check_core(self, proxy):
        proxy.api.flush()
        core = core_of(proxy)
        self.assertIn(b"SELECT nick FROM author WHERE id = ", core)  # it is the right memory
        found = [core[max(0, at - 60):at + 60] for at in every(CANARY.encode(), core)]
        self.assertEqual((len(found), found[:5]), (0, []))

    def check_memory(self, listen, upstream, encrypted, more=lambda proxy: None, stay=0):
        """It holds no value once all is analysed and others were served."""
        proxy = self.start(listen, upstream)
        where = {"host": proxy.host, "port": proxy.port, "user": "postgres", "dbname": "postgres",
                 "sslmode": "prefer" if listen == "allow" else "disable"}
        canary.plant(**where)
        canary.plant_unseen(proxy.api, **where)
        more(proxy)
        self.assertEqual(self.serve_others(where), encrypted)
        eventually(lambda: proxy.api.metric("onetrip_client_connections") == stay, "the others' leaving")
        self.check_core(proxy)

    def test_without_tls(self):
        self.check_memory("off", "disable", (False, False))

    def test_with_tls_towards_clients(self):
        self.check_memory("allow", "disable", (True, False))

    def test_with_tls_towards_the_server(self):
        self.check_memory("off", "require", (False, True))

    def test_with_tls_on_both_hops(self):
        self.check_memory("allow", "require", (True, True))

    def test_with_buffers_of_tls_that_several_held_at_a_time(self):
        """One of them is enough for those who come later."""
        def crowd(proxy):
            clients = [CuttingClient(proxy.port) for _ in range(CROWD)]
            for client in clients:
                client.begin_to_leave_behind(LONG)
            for client in clients:
                client.leave()
        self.check_memory("allow", "require", (True, True), crowd)

    def test_after_a_client_with_many_statements_under_way_at_any_time(self):
        def hurry(proxy):
            client = CuttingClient(proxy.port)
            left = [query(f"SELECT pg_sleep(0.0005), {n}, '{CANARY if n > 20 else 'x'}'") for n in range(400)]
            ready = AT_A_TIME
            while left:
                client.send(b"".join(left.pop() for _ in range(min(ready, len(left)))))
                ready = client.wait_until_ready()
            client.begin_to_leave_behind("SELECT 1")
            client.leave()
        self.check_memory("allow", "disable", (True, False), hurry)

    def test_a_session_that_stays_keeps_no_statement_but_its_latest(self):
        def stay(proxy):
            connection = self.enterContext(psycopg.connect(
                host=proxy.host, port=proxy.port, user="postgres", dbname="postgres", autocommit=True))
            connection.execute(f"SELECT {'1 + ' * 50} %s, '{CANARY}'", (1,))
            connection.execute("SELECT %s", (1,))
        self.check_memory("off", "disable", (False, False), stay, stay=1)

    def test_sessions_that_stay_and_were_not_looked_at(self):
        def stay(proxy):
            where = {"host": proxy.host, "port": proxy.port, "user": "postgres", "dbname": "postgres"}
            fast, unseen = (self.enterContext(canary.raw_client(where)) for _ in range(2))
            canary.be_too_fast(fast)
            canary.be_unseen(unseen, proxy.api)
            for client in (fast, unseen):
                client.ask("SELECT 1")
        self.check_memory("off", "disable", (False, False), stay, stay=2)

    def test_a_session_that_always_has_a_statement_under_way(self):
        def stay(proxy):
            client = self.enterContext(canary.raw_client({
                "host": proxy.host, "port": proxy.port, "user": "postgres", "dbname": "postgres"}))
            client.send(query(f"SELECT '{CANARY}'") * 3 + query("SELECT pg_sleep(100)"))
            for _ in range(3):
                client.until(b"Z")
        self.check_memory("off", "disable", (False, False), stay, stay=1)


if __name__ == "__main__":
    unittest.main()
