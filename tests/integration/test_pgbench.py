"""Several clients at full speed in each of pgbench's ways to talk: every transaction succeeds, the books balance, and
the proxy saw each statement."""

import collections
import unittest

from harness import ProxyTest, run, server_program

CLIENTS, TRANSACTIONS = 4, 250


class Pgbench(ProxyTest):
    @classmethod
    def prepare(cls):
        run([server_program("pgbench"), "-i", "-q"], cls.server.environment())

    def check_mode(self, mode):
        self.server.sql("TRUNCATE pgbench_history; UPDATE pgbench_accounts SET abalance = 0 WHERE abalance <> 0")
        self.api.reset()
        before = self.api.metric("onetrip_events_dropped_total")
        output = run([server_program("pgbench"), "-n", "-M", mode, "-c", CLIENTS, "-j", 2, "-t", TRANSACTIONS],
                     self.through())
        done = CLIENTS * TRANSACTIONS
        self.assertIn(f"number of transactions actually processed: {done}/{done}", output)
        balanced = self.server.sql("SELECT (SELECT sum(abalance) FROM pgbench_accounts) = (SELECT sum(delta) FROM "
                                   "pgbench_history), (SELECT count(*) FROM pgbench_history)")
        self.assertEqual(balanced, f"t|{done}")
        self.assertEqual(self.api.metric("onetrip_events_dropped_total"), before)
        calls = collections.Counter(one["summary"] for window in self.api.windows() for one in window["executions"])
        for summary in ("UPDATE pgbench_accounts", "UPDATE pgbench_tellers", "UPDATE pgbench_branches",
                        "SELECT pgbench_accounts", "INSERT pgbench_history"):
            self.assertEqual(calls[summary], done)

    def test_simple(self):
        self.check_mode("simple")

    def test_extended(self):
        self.check_mode("extended")

    def test_prepared(self):
        self.check_mode("prepared")


if __name__ == "__main__":
    unittest.main()
