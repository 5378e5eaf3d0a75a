"""Faults of a client and of the server, in each state of a connection, plain and over TLS on both hops: the other side
learns of it, nothing is lost or changed, nothing is left running. Of the proxy's own end: test_faults_of_ends.py."""

import contextlib
import os
import signal
import subprocess
import time
import unittest

from faults import CLOSES_HALF, SOON_S, FaultTest, since_ms
from raw_client import RawClient, fields, message, startup_packet
from states import LARGE, LOGGED_IN, SLEEPS, STATES, WAITS_FOR_READER, WITH_SERVER, WITHOUT_SERVER, comparable
from watch import children, is_running, postmaster, resident, until

MIB = 1 << 20


class ClientFaults(FaultTest):
    def learned_ms(self, state, end, backend):
        """From `end` of the only client until the proxy has passed it on, and the server has noticed: that too within
        the limit, where it does not itself look only now and then."""
        took_ms = self.passed_on_ms(end, 1 if state in WITHOUT_SERVER else 2)
        if state not in LOGGED_IN:
            return took_ms
        start = time.monotonic()
        self.check_gone(backend, state)
        return took_ms if state in SLEEPS else took_ms + since_ms(start)

    def test_a_client_is_killed(self):  # [trap:client-gone]
        for state in STATES:
            def attempt(state=state):
                client, backend = self.start_client(state)
                return self.learned_ms(state, client.kill, backend)
            with self.subTest(state):
                self.check_learned(state, attempt)
        self.check_nothing_left()

    def test_a_client_resets_its_connection(self):  # [trap:client-gone]
        for state in STATES:
            def attempt(state=state):
                client = self.stand(state)
                return self.learned_ms(state, client.reset, client.pid)
            with self.subTest(state):
                self.check_learned(state, attempt)
        self.check_nothing_left()

    def test_a_client_that_closes_its_half_gets_all_that_it_would_get_of_the_server(self):  # [trap:half-close]
        for state in WITH_SERVER:
            def attempt(state=state):
                options = "" if state in SLEEPS else CLOSES_HALF
                direct = self.stand(state, self.server.port, options)
                direct.shut()
                expected = direct.read_to_end()[0]
                direct.close()
                client = self.stand(state, options=options)
                took_ms = self.passed_on_ms(client.shut, 2)
                heard = client.read_to_end()[0]
                self.assertEqual(comparable(state, heard), comparable(state, expected))
                if state == "in_result":
                    self.assertEqual([kind for kind, _ in heard[-3:]], [b"D", b"C", b"Z"])
                client.close()
                return took_ms
            with self.subTest(state):
                self.check_learned(state, attempt)
        self.check_nothing_left()

    def test_a_client_that_closes_its_half_and_then_resets_is_let_go(self):  # [trap:client-gone]
        """Where the server does not look for its client, and keeps the session."""
        for state in sorted(SLEEPS | WAITS_FOR_READER):
            with self.subTest(state):
                client = self.stand(state, options=CLOSES_HALF)
                self.passed_on_ms(client.shut, 2)
                self.assertEqual(self.sockets(), 2)
                client.reset()
                until(lambda: self.sockets() == 0, "the proxy's closing of both sides", SOON_S)
            with contextlib.suppress(ProcessLookupError):  # who was writing has noticed
                os.kill(client.pid, signal.SIGTERM)
            self.check_gone(client.pid, state)
        self.check_nothing_left()

    def test_a_client_that_closes_its_half_before_it_is_known_is_let_go(self):  # [trap:client-gone-in-startup]
        for state in WITHOUT_SERVER:
            def attempt(state=state):
                client = self.stand(state)
                took_ms = self.passed_on_ms(client.shut, 1)
                self.assertEqual(client.read_to_end()[0], [])
                return took_ms
            with self.subTest(state):
                self.check_learned(state, attempt)
        self.check_nothing_left()

    def test_a_reader_that_stops_is_waited_for_in_bounded_memory(self):  # [trap:slow-reader]
        with RawClient(self.server.host, self.server.port, tls=self.tls) as direct:
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
        if state in LOGGED_IN:
            self.wait_until_it_waits(client)
        start = time.monotonic()
        os.kill(client.pid, signal.SIGTERM)  # as pg_terminate_backend does
        messages, in_order = client.read_to_end()
        took_ms = since_ms(start)
        client.close()
        self.assertTrue(in_order)
        return messages, took_ms

    def test_a_session_that_is_terminated_says_so_to_its_client(self):  # [trap:last-words]
        for state in WITH_SERVER:
            def attempt(state=state):
                direct, _ = self.last_words(state, self.server.port)
                heard, took_ms = self.last_words(state, self.proxy.port)
                if state not in WAITS_FOR_READER:  # they get as much as was on its way, and no more can be said
                    self.assertEqual(comparable(state, heard), comparable(state, direct))
                if state not in WAITS_FOR_READER | {"in_authentication"}:
                    self.assertEqual((heard[-1][0], fields(heard[-1][1])["C"]), (b"E", "57P01"))
                return took_ms
            with self.subTest(state):
                self.check_learned(state, attempt)
        self.check_nothing_left()

    def test_a_session_that_is_killed_takes_all_with_it_and_the_server_comes_back(self):  # [trap:server-gone]
        for state in WITH_SERVER:
            def attempt(state=state):
                client, other = self.stand(state), self.stand("idle")
                start = time.monotonic()
                os.kill(client.pid, signal.SIGKILL)
                messages, in_order = client.read_to_end()
                took_ms = since_ms(start)
                self.assertTrue(in_order)
                if state in ("idle", "in_transaction", "in_listen"):
                    self.assertEqual(messages, [])
                self.assertTrue(other.read_to_end()[1])
                client.close()
                other.close()
                until(self.is_serving, "the server's recovery")
                return took_ms
            with self.subTest(state):
                self.check_learned(state, attempt)
        self.sessions = children(postmaster(self.server.folder))
        self.check_nothing_left()

    def is_serving(self):
        with RawClient(self.server.host, self.server.port, tls=self.tls) as client:
            client.send(startup_packet(user="postgres"))
            return client.read_message()[0] == b"R"  # an ErrorResponse while it starts up

    def test_a_session_that_does_not_answer_can_be_cancelled_and_left(self):  # [trap:cancel-own-connection]
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

    def check_left(self, stand):
        """`stand(state)`: how its client leaves, and the server's session, which is stopped and then goes on."""
        for state in LOGGED_IN:
            def attempt(state=state):
                leave, backend = stand(state)
                self.stop(backend)
                took_ms = self.passed_on_ms(leave, 2)
                self.signal(backend, signal.SIGCONT)
                self.check_gone(backend, state)
                return took_ms
            with self.subTest(state):
                self.check_learned(state, attempt)
        self.check_nothing_left()

    def test_a_client_leaves_a_session_that_does_not_answer(self):  # [trap:client-gone]
        def stand(state):
            client = self.stand(state)
            return client.reset, client.pid
        self.check_left(stand)

    def test_a_client_of_a_session_that_does_not_answer_is_killed(self):  # [trap:client-gone]
        def stand(state):
            client, backend = self.start_client(state)
            return client.kill, backend
        self.check_left(stand)

    def test_a_server_that_takes_no_connections_hinders_nobody_else(self):  # [trap:fair-turns]
        known = self.stand("idle")
        master = postmaster(self.server.folder)
        self.stop(master)
        new = self.stand("in_startup")
        new.close()
        new = RawClient(self.proxy.host, self.proxy.port, tls=self.tls)
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

    def test_a_server_that_stops_reading_stops_its_writer_in_bounded_memory(self):  # [trap:slow-reader]
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
        lines = (sent // len(block) + 1) * 100
        self.assertEqual(client.rows("SELECT count(*), sum(length(line)) FROM copied"),
                         [[str(100 + lines), str(100 * len("one line") + lines * 999)]])
        client.close()
        self.check_nothing_left()


class ClientFaultsOverTls(ClientFaults):
    tls = True


class ServerFaultsOverTls(ServerFaults):
    tls = True


if __name__ == "__main__":
    unittest.main()
