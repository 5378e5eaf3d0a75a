"""Faults of a client, of the server and of the proxy, in each state of a connection: the other side learns of it,
nothing is lost or changed, nothing is left running. How soon: in each state within 100 ms, in the best of three
attempts, since a busy machine may be late once, but what waited for a timer or a peer would be late each time."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

import encryption
from harness import BINARY, CLIENTS, PYTHON, ROOT, Postgres, Proxy, ProxyTest

sys.path.insert(0, str(ROOT / "tests/soak"))

from raw_client import RawClient, fields, message, startup_packet  # noqa: E402
from states import LARGE, LOCKED_ROLE, LOGGED_IN, STATES, WITHOUT_SERVER, stand  # noqa: E402
from watch import PATIENCE_S, children, descriptors, is_running, postmaster, resident, until  # noqa: E402

SOON_S = 2
ESTABLISHED, LISTENS = "01", "0A"  # in /proc/net/tcp
LEARNS_MS, ATTEMPTS = 100, 3
MIB = 1 << 20
CLOSES_HALF = "-c client_connection_check_interval=0"  # the server answers all before it looks for an end
WAITS_FOR_READER = {"in_result", "in_copy_out"}
SLEEPS = {"in_statement", "in_pipeline"}  # here the server itself looks for its client only every 100 ms


def demand_password(server):
    rules = Path(server.sql(f"CREATE ROLE {LOCKED_ROLE} LOGIN PASSWORD 'quince'; SHOW hba_file"))
    rules.write_text(f"host all {LOCKED_ROLE} 127.0.0.1/32 scram-sha-256\n" + rules.read_text())
    server.sql("SELECT pg_reload_conf()")


def since_ms(start):
    return (time.monotonic() - start) * 1000


class FaultTest(ProxyTest):
    descriptors = sys.maxsize  # the proxy's own; the least ever seen: an API call may be about to end

    @classmethod
    def prepare(cls):
        demand_password(cls.server)
        files = cls.enterClassContext(encryption.Certificates())
        files.issue("proxy", "localhost")
        settings = Path(files["onetrip.toml"])
        settings.write_text(f'[listen.tls]\nmode = "allow"\ncertificate = "{files["proxy.crt"]}"\n'
                            f'key = "{files["proxy.key"]}"\n')
        cls.proxy_options = ("--config", settings)

    def setUp(self):
        self.wait_until_no_clients()
        self.ask_through()  # what is made once is made
        self.wait_until_no_clients()
        type(self).descriptors = min(self.descriptors, descriptors(self.proxy.pid))
        self.sessions = children(postmaster(self.server.folder))
        self.faults = self.api.metric("onetrip_faults_total")

    def stand(self, state, port=None, options=""):
        client = stand(state, self.proxy.host, port or self.proxy.port, options)
        self.addCleanup(client.close)
        return client

    def stand_all(self, states=STATES, port=None):
        return {state: self.stand(state, port) for state in states}

    def ask_through(self, port=None):
        with RawClient(self.proxy.host, port or self.proxy.port) as client:
            self.assertEqual(client.log_in().rows("SELECT 6 * 7"), [["42"]])

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
        until(lambda: descriptors(self.proxy.pid) <= self.descriptors, "the proxy's closing of its sockets")
        until(lambda: children(postmaster(self.server.folder)) <= self.sessions, "the end of the server's sessions")
        self.wait_until_no_clients()
        self.assertEqual(self.api.metric("onetrip_faults_total"), self.faults)
        self.assertEqual(self.server.sql("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' "
                                         "AND pid <> pg_backend_pid()"), "0")
        self.ask_through()


class ClientFaults(FaultTest):
    def start_client(self, state):
        """A process that stands there, and its server's session, if there is one."""
        command = [PYTHON, CLIENTS / "standing_client.py", state, self.proxy.host, str(self.proxy.port)]
        client = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.addCleanup(client.stdout.close)
        self.addCleanup(client.wait)
        self.addCleanup(client.kill)
        return client, client.stdout.readline().split()[1]

    def learned_ms(self, state, end, backend):
        """From `end` of the only client until the proxy has passed it on, and the server has noticed: that too within
        the limit, where it does not itself look only now and then."""
        took_ms = self.passed_on_ms(end, 1 if state in WITHOUT_SERVER else 2)
        if state not in LOGGED_IN:
            return took_ms
        start = time.monotonic()
        self.check_gone(backend, state)
        return took_ms if state in SLEEPS else took_ms + since_ms(start)

    def test_a_client_is_killed(self):
        for state in STATES:
            def attempt(state=state):
                client, backend = self.start_client(state)
                return self.learned_ms(state, client.kill, int(backend) if backend != "None" else None)
            with self.subTest(state):
                self.check_learned(state, attempt)
        self.check_nothing_left()

    def test_a_client_resets_its_connection(self):
        for state in STATES:
            def attempt(state=state):
                client = self.stand(state)
                return self.learned_ms(state, client.reset, client.pid)
            with self.subTest(state):
                self.check_learned(state, attempt)
        self.check_nothing_left()

    def test_a_client_that_closes_its_half_gets_all_that_it_would_get_of_the_server(self):
        for state in LOGGED_IN:
            with self.subTest(state):
                heard = []
                for port in (self.server.port, self.proxy.port):
                    client = self.stand(state, port, "" if state in SLEEPS else CLOSES_HALF)
                    client.shut()
                    heard.append(client.read_to_end()[0])
                    client.close()
                self.assertEqual(heard[1], heard[0])
                if state == "in_result":
                    self.assertEqual([kind for kind, _ in heard[1][-3:]], [b"D", b"C", b"Z"])
        self.check_nothing_left()

    def test_a_client_that_closes_its_half_before_it_is_known_is_let_go(self):
        for state in WITHOUT_SERVER:
            client = self.stand(state)
            client.shut()
            self.assertEqual(client.read_to_end()[0], [])
        self.check_nothing_left()

    def test_a_reader_that_stops_is_waited_for_in_bounded_memory(self):
        with RawClient(self.server.host, self.server.port) as direct:
            expected = direct.log_in().ask(LARGE)
        before = resident(self.proxy.pid)
        clients = [self.stand("in_result") for _ in range(5)]
        until(lambda: self.server.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'ClientWrite'") == "5",
              "the server to wait for its readers")
        self.assertLess(resident(self.proxy.pid) - before, 8 * MIB)
        self.ask_through()
        for client in clients:
            heard = client.until(b"Z")
            self.assertEqual(heard, expected[-len(heard):])
            self.assertEqual(len(heard), len(expected) - 100)
            client.close()
        self.check_nothing_left()


class ServerFaults(FaultTest):
    def wait_until_it_waits(self, client):
        """Its session has read what was sent: what it says when it ends depends on it."""
        asked = f"SELECT wait_event IS NOT NULL FROM pg_stat_activity WHERE pid = {client.pid}"
        until(lambda: self.server.sql(asked) == "t", "the session's waiting")

    def signal(self, pid, number):
        subprocess.run(["kill", f"-{number.name[3:]}", str(pid)], check=True)

    def stop(self, pid):
        """It answers nothing until it is told to go on."""
        self.signal(pid, signal.SIGSTOP)
        self.addCleanup(lambda: is_running(pid) and self.signal(pid, signal.SIGCONT))

    def last_words(self, state, port):
        """What a client hears when its session is terminated, whether in order, and how soon."""
        client = self.stand(state, port)
        self.wait_until_it_waits(client)
        start = time.monotonic()
        os.kill(client.pid, signal.SIGTERM)  # as pg_terminate_backend does
        messages, in_order = client.read_to_end()
        took_ms = since_ms(start)
        client.close()
        self.assertLess(took_ms, SOON_S * 1000)
        self.assertTrue(in_order)
        return messages, took_ms

    def test_a_session_that_is_terminated_says_so_to_its_client(self):
        for state in LOGGED_IN:
            def attempt(state=state):
                direct, _ = self.last_words(state, self.server.port)
                heard, took_ms = self.last_words(state, self.proxy.port)
                if state in WAITS_FOR_READER:  # they get as much as was on its way, and no more can be said
                    return 0
                self.assertEqual(heard, direct)
                self.assertEqual((heard[-1][0], fields(heard[-1][1])["C"]), (b"E", "57P01"))
                return took_ms
            with self.subTest(state):
                self.check_learned(state, attempt)
        self.check_nothing_left()

    def test_a_session_that_is_killed_takes_all_with_it_and_the_server_comes_back(self):
        clients = self.stand_all([state for state in STATES if state not in WITHOUT_SERVER])
        self.signal(clients["idle"].pid, signal.SIGKILL)
        for state, client in clients.items():
            with self.subTest(state):
                messages, in_order = client.read_to_end()
                self.assertTrue(in_order)
                if state == "idle":
                    self.assertEqual(messages, [])
                client.close()
        until(self.is_serving, "the server's recovery")
        self.sessions = children(postmaster(self.server.folder))
        self.check_nothing_left()

    def is_serving(self):
        with RawClient(self.server.host, self.server.port) as client:
            client.send(startup_packet(user="postgres"))
            return client.read_message()[0] == b"R"  # an ErrorResponse while it starts up

    def test_a_session_that_does_not_answer_can_be_cancelled_and_left(self):
        waiting, left = self.stand("in_statement"), self.stand("in_statement")
        for client in (waiting, left):
            self.stop(client.pid)
        waiting.cancel()
        self.ask_through()
        until(lambda: self.sockets() == 4, "the end of all but the two")
        left.reset()
        until(lambda: self.sockets() == 2, "the proxy's closing of both sides", SOON_S)
        for client in (waiting, left):
            self.signal(client.pid, signal.SIGCONT)
        heard = waiting.until(b"Z")
        self.assertEqual([fields(body)["C"] for kind, body in heard if kind == b"E"], ["57014"])
        self.assertEqual(waiting.rows("SELECT 42"), [["42"]])
        waiting.close()
        self.check_nothing_left()

    def test_a_client_leaves_a_session_that_does_not_answer(self):
        for state in LOGGED_IN:
            def attempt(state=state):
                client = self.stand(state)
                self.stop(client.pid)
                took_ms = self.passed_on_ms(client.reset, 2)
                self.signal(client.pid, signal.SIGCONT)
                self.check_gone(client.pid, state)
                return took_ms
            with self.subTest(state):
                self.check_learned(state, attempt)
        self.check_nothing_left()

    def test_a_server_that_takes_no_connections_hinders_nobody_else(self):
        known = self.stand("idle")
        master = postmaster(self.server.folder)
        self.stop(master)
        new = self.stand("in_startup")
        new.close()
        new = RawClient(self.proxy.host, self.proxy.port)
        self.addCleanup(new.close)
        until(lambda: self.sockets() == 3, "the accepting")

        new.send(startup_packet(user="postgres", application_name="new"))
        self.assertEqual(known.rows("SELECT 42"), [["42"]])
        until(lambda: self.sockets() == 4, "the dialling")
        new.reset()
        until(lambda: self.sockets() == 2, "the proxy's closing of both sides", SOON_S)
        self.signal(master, signal.SIGCONT)
        known.close()
        self.check_nothing_left()

    def test_a_server_that_stops_reading_stops_its_writer_in_bounded_memory(self):
        client = self.stand("in_copy_in")
        before = resident(self.proxy.pid)
        self.stop(client.pid)
        line = message(b"d", b"x" * 999 + b"\n")
        block = line * 100
        sent = client.fill(block)
        self.assertGreater(sent, len(block))
        self.assertLess(resident(self.proxy.pid) - before, 8 * MIB)
        self.ask_through()
        self.signal(client.pid, signal.SIGCONT)
        client.send(block[sent % len(block):] + message(b"c"))
        client.until(b"Z")
        lines = -(-sent // len(block)) * 100
        self.assertEqual(client.rows("SELECT count(*), sum(length(line)) FROM copied"),
                         [[str(100 + lines), str(100 * len("one line") + lines * 999)]])
        client.close()
        self.check_nothing_left()


class Draining(FaultTest):
    def test_faults_reach_the_other_side_while_the_proxy_ends(self):
        upstream = f"postgres://{self.server.host}:{self.server.port}"
        with Proxy(BINARY, upstream, *self.proxy_options) as proxy:
            leaving = self.stand_all(LOGGED_IN, proxy.port)
            losing = self.stand_all(LOGGED_IN, proxy.port)
            proxy.process.send_signal(signal.SIGTERM)
            proxy.wait_for_line("SIGTERM: ending")
            for state, client in leaving.items():
                with self.subTest(state):
                    client.reset()
                    self.check_gone(client.pid, state)
            for state, client in losing.items():
                with self.subTest(state):
                    os.kill(client.pid, signal.SIGTERM)
                    self.assertTrue(client.read_to_end()[1])
                    client.close()
            self.assertEqual(proxy.process.wait(PATIENCE_S), 0)
        self.check_nothing_left()


class Killed(FaultTest):
    def test_the_proxy(self):
        with Proxy(BINARY, f"postgres://{self.server.host}:{self.server.port}", *self.proxy_options) as proxy:
            clients = self.stand_all(port=proxy.port)
            proxy.process.kill()
            for state, client in clients.items():
                with self.subTest(state):
                    client.read_to_end()
                    if client.pid:
                        self.check_gone(client.pid, state)
        self.check_nothing_left()

    def test_the_server(self):
        with Postgres() as server, \
                Proxy(BINARY, f"postgres://{server.host}:{server.port}", *self.proxy_options) as proxy:
            demand_password(server)
            before = descriptors(proxy.pid)
            clients = self.stand_all(port=proxy.port)
            backends = children(postmaster(server.folder))
            subprocess.run(["kill", "-9", str(postmaster(server.folder))], check=True)
            until(lambda: not any(map(is_running, backends)), "the end of all that the server was")
            for state, client in clients.items():
                with self.subTest(state):
                    if state not in WITHOUT_SERVER:
                        _, in_order = client.read_to_end()
                        self.assertTrue(in_order)
                    client.close()
            until(lambda: descriptors(proxy.pid) <= before, "the proxy's closing of its sockets")
            with RawClient(proxy.host, proxy.port) as client:
                client.send(startup_packet(user="postgres"))
                heard, in_order = client.read_to_end()
                self.assertEqual([fields(body)["C"] for _, body in heard], ["08006"])
                self.assertTrue(in_order)


if __name__ == "__main__":
    unittest.main()
