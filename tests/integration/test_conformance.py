"""A part of scripts/conformance that is quick, and proof that a comparison can fail: forwarders that lie are found out."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "conformance"))

from client_programs import NodeProgram, PythonProgram  # noqa: E402
from client_psql import Psql  # noqa: E402
from client_replication import LogicalChanges, ReplicationMessages  # noqa: E402
from comparison import Mask, Outcome, compare  # noqa: E402
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
        reason = client.missing()
        if reason:
            self.skipTest(reason)
        with self.ground.proxy(leg) as proxy:
            verdict = judge(client, self.ground, leg, self.ground.direct(leg), self.ground.through(leg, proxy.port),
                            proxy.api)
        self.assertTrue(verdict.same, say(verdict))

    def test_psql(self):
        self.check_same(QuickPsql())

    def test_the_protocol_by_hand(self):
        self.check_same(PythonProgram("wire", None, "wire_scenarios.py"))

    def test_the_protocol_by_hand_over_tls(self):
        # Both hops; with the cancels, which come on connections of their own.
        self.check_same(PythonProgram("wire", None, "wire_scenarios.py"), TLS_LEGS[0])

    def test_logical_changes(self):  # [trap:replication-mode]
        self.check_same(LogicalChanges())

    def test_replication_commands(self):  # [trap:replication-mode]
        self.check_same(ReplicationMessages())

    def test_psycopg3(self):
        self.check_same(PythonProgram("psycopg3", "psycopg", "psycopg3_scenarios.py"))

    def test_node_postgres(self):
        self.check_same(NodeProgram())

    def against_a_liar(self, lie, **more):
        client = QuickPsql("notices", "transactions")
        with Liar(self.ground.server.port, lie, **more) as liar:
            verdict = judge(client, self.ground, PLAIN, self.ground.direct(PLAIN), self.ground.through(PLAIN, liar.port))
        self.assertGreater(liar.told, 0)
        return verdict

    def test_an_honest_forwarder_passes(self):
        client = QuickPsql("notices", "transactions")
        with Liar(self.ground.server.port, lambda kind, body: (kind, body)) as honest:
            verdict = judge(client, self.ground, PLAIN, self.ground.direct(PLAIN), self.ground.through(PLAIN, honest.port))
        self.assertTrue(verdict.same, say(verdict))

    def test_one_changed_bit_is_found(self):
        verdict = self.against_a_liar(flipped, skip=20)
        self.assertEqual([(one.part) for one in verdict.differences], ["stdout"], say(verdict))

    def test_one_notice_that_is_swallowed_is_found(self):
        verdict = self.against_a_liar(lambda kind, body: None if kind == b"N" else (kind, body), skip=300)
        self.assertEqual([(one.scenario, one.part) for one in verdict.differences], [("notices", "stderr")], say(verdict))
        self.assertIn("-psql:", verdict.differences[0].text)

    def test_one_command_tag_without_its_count_is_found(self):
        self.assertFalse(self.against_a_liar(retagged).same)


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
