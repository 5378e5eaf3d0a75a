"""The log cannot be written: its disk is full, its reader has gone, its reader does not read. Traffic does not
notice."""

import contextlib
import os
import subprocess
import unittest

from faults import CLOSES_HALF, demand_password
from harness import BINARY, ProxyTest, free_port
from raw_client import RawClient, fields, startup_packet
from services import Api, die_with_parent
from states import SLEEPS, STATES, WITH_SERVER, comparable, stand
from watch import until

LOOP = 30
PLAIN_STATES = [state for state in STATES if state != "in_tls_handshake"]  # this proxy has no certificate


class LogFaults(ProxyTest):
    @classmethod
    def prepare(cls):
        super().prepare()
        demand_password(cls.server)

    def start(self, stderr, clients=1):
        """A proxy of its own whose log goes there; it serves so many clients at a time, and is ready."""
        self.port, admin = free_port(), free_port()
        command = [BINARY, "run", f"postgres://{self.server.host}:{self.server.port}",
                   "--listen", f"127.0.0.1:{self.port}", "--admin", f"127.0.0.1:{admin}"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr,
                                        env=dict(os.environ, ONETRIP_LIMITS__CLIENTS=str(clients)),
                                        preexec_fn=die_with_parent)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)
        self.own = Api(f"http://127.0.0.1:{admin}")
        until(self.is_ready, "the proxy's start")

    def is_ready(self):
        with contextlib.suppress(OSError):
            return bool(self.own.get("/readyz"))
        return False

    def check_traffic(self):
        """What makes the log speak, on the worker and on the thread that forwards; and then the answers go on."""
        with RawClient("127.0.0.1", self.port) as client:
            client.log_in(application="loop")
            for key, in client.rows(f"SELECT id FROM book WHERE id <= {LOOP} ORDER BY id"):
                self.assertEqual(client.rows(f"SELECT id, title FROM book WHERE id = {key}"), [[key, f"Book {key}"]])
            self.check_refused()
            self.assertEqual(client.rows("SELECT 42"), [["42"]])

    def check_refused(self):
        """One client too many, which the log says."""
        with RawClient("127.0.0.1", self.port) as other:
            other.send(startup_packet(user="postgres"))
            self.assertEqual([fields(body)["C"] for _, body in other.read_to_end()[0]], ["53300"])

    def lost_lines(self):
        return self.own.metric("onetrip_log_lines_lost_total")

    def check_end(self):
        self.process.terminate()
        self.assertEqual(self.process.wait(20), 0)

    def test_its_disk_is_full(self):
        with open("/dev/full", "w") as full:
            self.start(full)
        self.check_traffic()
        self.assertEqual([one["rule"] for one in self.own.findings()], ["n-plus-one"])
        self.assertGreater(self.lost_lines(), 1)  # of the refused client and of the finding, at least
        self.check_end()

    def rest(self, client):
        """What a client hears once it has nothing more to say."""
        client.shut()
        heard, _ = client.read_to_end()
        client.close()
        return heard

    def test_its_disk_is_full_whatever_a_connection_is_doing(self):
        with open("/dev/full", "w") as full:
            self.start(full, len(WITH_SERVER))  # the others do not count yet
        options = {state: "" if state in SLEEPS else CLOSES_HALF for state in PLAIN_STATES}
        clients = {state: stand(state, "127.0.0.1", self.port, options[state]) for state in PLAIN_STATES}
        before = self.lost_lines()
        self.check_refused()
        until(lambda: self.lost_lines() > before, "the line that cannot be written")
        for state, client in clients.items():
            with self.subTest(state):
                direct = stand(state, self.server.host, self.server.port, options[state])
                self.assertEqual(comparable(state, self.rest(client)), comparable(state, self.rest(direct)))
        self.check_end()

    def test_its_reader_has_gone(self):
        reader, writer = os.pipe()
        os.close(reader)
        with open(writer, "w") as log:
            self.start(log)
        self.check_traffic()
        self.assertEqual([one["rule"] for one in self.own.findings()], ["n-plus-one"])
        self.assertGreater(self.lost_lines(), 1)  # of the refused client and of the finding, at least
        self.check_end()

    def test_its_reader_does_not_read(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        with open(writer, "w") as log:
            self.start(log)
            # Another description of the same pipe: the proxy's own stays one that waits.
            filler = os.open(f"/proc/self/fd/{log.fileno()}", os.O_WRONLY | os.O_NONBLOCK)
        with contextlib.suppress(BlockingIOError):
            while os.write(filler, b"x" * 4096):
                pass
        with contextlib.suppress(BlockingIOError):
            while os.write(filler, b"x"):
                pass
        os.close(filler)
        self.check_traffic()
        self.assertEqual([one["rule"] for one in self.own.findings()], ["n-plus-one"])
        self.assertGreater(self.lost_lines(), 1)  # of the refused client and of the finding, at least
        self.check_end()


if __name__ == "__main__":
    unittest.main()
