"""A part of scripts/conformance that is quick, and proof that a comparison can fail: forwarders that lie are found
out. Its large messages: test_large_messages.py."""

import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "conformance"))

from client_dump import Dump  # noqa: E402
from client_pgbench import Pgbench  # noqa: E402
from client_programs import NodeProgram, PythonProgram  # noqa: E402
from client_psql import Psql  # noqa: E402
from client_replication import BaseBackup, LogicalChanges, ReceivedLog, ReplicationMessages  # noqa: E402
from comparison import Mask, Outcome, compare  # noqa: E402
from conformance import conclusion  # noqa: E402
from ground import Ground, PLAIN, TLS_LEGS  # noqa: E402
from liar import Liar, flipped, retagged  # noqa: E402
from suite import judge, say  # noqa: E402

SLOW = ("shapes", "binary", "changes", "psql_features")


class QuickPsql(Psql):
    def __init__(self, *names):
        self.files = [file for file in Psql.files if file.stem in names or not names and file.stem not in SLOW]


class Conformance(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.ground = cls.enterClassContext(Ground())

    def check_same(self, client, leg=PLAIN):
        """What scripts/setup takes from the distribution is there, or this fails."""
        self.assertIsNone(client.missing())
        with self.ground.proxy(leg) as proxy:
            verdict = judge(client, self.ground, leg, self.ground.direct(leg), self.ground.through(leg, proxy.port),
                            proxy.api)
        self.assertTrue(verdict.same, say(verdict))

    def test_a_leg_encrypts_what_it_says(self):
        for leg in (PLAIN, *TLS_LEGS):
            with self.subTest(leg.name), self.ground.proxy(leg) as proxy:
                self.ground.fresh()
                hops = [self.encrypted(self.ground.direct(leg)), self.encrypted(self.ground.through(leg, proxy.port))]
                self.assertEqual(hops, [leg.client_tls, leg.server_tls])

    def encrypted(self, road):
        """The server's own hop of it."""
        command = ["psql", "-XAtc", "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"]
        done = subprocess.run(command, env=road.settings(), check=True, capture_output=True, text=True)
        return {"t": True, "f": False}[done.stdout.strip()]

    def test_psql(self):
        self.check_same(QuickPsql())

    def test_psql_over_tls(self):
        self.check_same(QuickPsql(), TLS_LEGS[0])

    def test_the_protocol_by_hand(self):
        self.check_same(PythonProgram("wire", None, "wire_scenarios.py"))

    def test_the_protocol_by_hand_over_tls(self):
        # Both hops; with the cancels, which come on connections of their own.
        self.check_same(PythonProgram("wire", None, "wire_scenarios.py"), TLS_LEGS[0])

    def test_a_broken_protocol(self):
        self.check_same(PythonProgram("broken", None, "broken_scenarios.py", may_go_blind=True))

    def test_dumps(self):
        self.check_same(Dump())

    def test_pgbench(self):
        self.check_same(Pgbench())

    def test_base_backups(self):
        self.check_same(BaseBackup())

    def test_logical_changes(self):  # [trap:replication-mode]
        self.check_same(LogicalChanges())

    def test_the_received_log(self):
        self.check_same(ReceivedLog())

    def test_replication_commands(self):  # [trap:replication-mode]
        self.check_same(ReplicationMessages())

    def test_psycopg2(self):
        self.check_same(PythonProgram("psycopg2", "psycopg2", "psycopg2_scenarios.py"))

    def test_psycopg3(self):
        self.check_same(PythonProgram("psycopg3", "psycopg", "psycopg3_scenarios.py"))

    def test_psycopg3_over_tls(self):
        self.check_same(PythonProgram("psycopg3", "psycopg", "psycopg3_scenarios.py"), TLS_LEGS[0])

    def test_asyncpg(self):
        self.check_same(PythonProgram("asyncpg", "asyncpg", "asyncpg_scenarios.py"))

    def test_node_postgres(self):
        client = NodeProgram()
        reason = client.missing()  # its modules come from npm, where Node.js is not the distribution's
        if reason:
            self.skipTest(reason)
        self.check_same(client)

    def against_a_liar(self, lie, **more):
        client = QuickPsql("notices", "transactions")
        with Liar(self.ground.server.port, lie, **more) as liar:
            verdict = self.by(liar, client)
        self.assertGreater(liar.told, 0)
        return verdict

    def by(self, forwarder, client):
        return judge(client, self.ground, PLAIN, self.ground.direct(PLAIN), self.ground.through(PLAIN, forwarder.port))

    def test_an_honest_forwarder_passes(self):
        client = QuickPsql("notices", "transactions")
        with Liar(self.ground.server.port, lambda kind, body: (kind, body)) as honest:
            verdict = self.by(honest, client)
        self.assertTrue(verdict.same, say(verdict))

    def test_one_changed_bit_is_found(self):
        verdict = self.against_a_liar(flipped, skip=20)
        self.assertEqual([(one.part) for one in verdict.differences], ["stdout"], say(verdict))

    def test_one_notice_that_is_swallowed_is_found(self):
        verdict = self.against_a_liar(lambda kind, body: None if kind == b"N" else (kind, body), skip=300)
        found = [(one.scenario, one.part) for one in verdict.differences]
        self.assertEqual(found, [("notices", "stderr")], say(verdict))
        self.assertIn("-psql:", verdict.differences[0].text)

    def test_one_command_tag_without_its_count_is_found(self):
        self.assertFalse(self.against_a_liar(retagged).same)


class Concluding(unittest.TestCase):
    def test_all_that_was_asked_for(self):
        self.assertEqual(conclusion(3, True, {}), ("All the same.", 0))
        self.assertEqual(conclusion(3, False, {}), ("There are differences.", 1))

    def test_clients_that_were_left_out_are_named(self):
        lacking = {"pgx": "there is no go", "pgjdbc": "mvn failed:\nno network"}
        named = "2 of 5 left out: pgx (there is no go), pgjdbc (mvn failed)"
        self.assertEqual(conclusion(3, True, lacking), (f"All the same; {named}", 3))
        self.assertEqual(conclusion(3, False, lacking), (f"There are differences; {named}", 1))

    def test_nothing_was_compared(self):
        self.assertEqual(conclusion(0, True, {"pgx": "there is no go"}),
                         ("Nothing was compared; 1 of 1 left out: pgx (there is no go)", 2))


class Comparing(unittest.TestCase):
    def parts(self, left, right, masks=()):
        return [one.part for one in compare([Outcome("it", left)], [Outcome("it", right)], masks, masks)]

    def test_every_byte_counts(self):
        self.assertEqual(self.parts({"stdout": b"a\r\n"}, {"stdout": b"a\n"}), ["stdout"])
        self.assertEqual(self.parts({"stdout": b"\xff"}, {"stdout": b"\xfe"}), ["stdout"])
        self.assertEqual(self.parts({"stdout": b""}, {}), ["stdout"])
        self.assertEqual(self.parts({"exit code": b"0"}, {"exit code": b"1"}), ["exit code"])
        self.assertEqual(self.parts({"stdout": b"a"}, {"stdout": b"a"}), [])

    def test_a_mask_covers_what_it_says_and_no_more(self):
        mask = [Mask("time", rb"(?<=took )\d+ ms", "a test")]
        self.assertEqual(self.parts({"stdout": b"took 5 ms"}, {"stdout": b"took 77 ms"}, mask), [])
        self.assertEqual(self.parts({"stdout": b"took 5 ms, 1"}, {"stdout": b"took 5 ms, 2"}, mask), ["stdout"])

    def test_another_scenario_is_a_difference(self):
        self.assertEqual(len(compare([Outcome("one")], [Outcome("two")], (), ())), 1)


if __name__ == "__main__":
    unittest.main()
