"""Next to PgBouncer, which pools sessions: the proxy in front of it and behind it. Clients get the same as of the
server, their cancels arrive, and the proxy still tells what it sees."""

import concurrent.futures
import json
import shutil
import sys
import unittest
from types import SimpleNamespace

from harness import BINARY, CLIENTS, PYTHON, ROOT, Proxy, ProxyTest, eventually, run

sys.path.insert(0, str(ROOT / "bench/compare"))

from forwarders import PgBouncer, Road  # noqa: E402

ROWS = 30


def bouncer_before(server, host, port):
    return PgBouncer(Road(SimpleNamespace(host=host, port=port, user=server.user), {}))


class Stories:
    """What a client does at `port`, the outermost program's; `watching` is the proxy of that chain."""

    @classmethod
    def setUpClass(cls):
        if not shutil.which("pgbouncer"):
            raise unittest.SkipTest("pgbouncer is not installed: scripts/setup bench brings it")
        super().setUpClass()
        cls.chain()

    def at(self, **more):
        return self.server.environment(port=self.port, **more)

    def test_a_statement(self):
        command = ["psql", "-XAt", "-c", "SELECT id, name, nick FROM author ORDER BY id"]
        before = self.statements()
        seen = run(command, self.at())
        self.assertEqual(seen, run(command, self.direct()))
        self.assertEqual(len(seen.splitlines()), 300)
        self.assertGreater(self.statements(), before)

    def test_a_prepared_statement(self):
        before = self.statements()
        with self.connection() as client:
            for number in (1, 2, 300):
                row = client.execute("SELECT name FROM author WHERE id = %s", [number], prepare=True).fetchone()
                self.assertEqual(row, (f"Author {number}",))
        self.assertGreaterEqual(self.statements() - before, 3)

    def test_a_cancel(self):
        import psycopg
        with self.connection() as client, concurrent.futures.ThreadPoolExecutor() as beside:
            asleep = beside.submit(client.execute, "SELECT pg_sleep(60)")
            eventually(lambda: self.server.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'") == "1",
                       "the statement's falling asleep")
            client.cancel()
            with self.assertRaises(psycopg.errors.QueryCanceled):
                asleep.result(20)
            self.assertEqual(client.execute("SELECT 42").fetchone(), (42,))

    def connection(self):
        import psycopg
        return psycopg.connect(host=self.server.host, port=self.port, user=self.server.user, dbname="postgres",
                               autocommit=True)

    def statements(self):
        self.watching.api.flush()
        return self.watching.api.metric("onetrip_statements_total") or 0  # no series before the first


class InFront(Stories, ProxyTest):
    @classmethod
    def chain(cls):
        bouncer = cls.enterClassContext(bouncer_before(cls.server, cls.server.host, cls.server.port))
        cls.watching = cls.enterClassContext(
            Proxy(BINARY, f"postgres://{cls.server.user}@{cls.server.host}:{bouncer.port}"))
        cls.port = cls.watching.port

    def test_a_loop_is_found(self):
        command = [PYTHON, CLIENTS / "loop.py", "psycopg3-prepared", "forward", "slow", ROWS]
        self.watching.api.reset()
        seen = json.loads(run(command, self.at(PGAPPNAME="loop")))
        findings = self.watching.api.findings()
        self.assertEqual(seen, json.loads(run(command, self.direct())))
        self.assertEqual([(one["rule"], one["evidence"]["count"]) for one in findings], [("n-plus-one", ROWS)])
        self.assertEqual(findings[0]["link"]["foreign_key"], "book_author_id_fkey")  # the catalog came by PgBouncer too


class Behind(Stories, ProxyTest):
    @classmethod
    def chain(cls):
        cls.watching = cls.proxy
        cls.port = cls.enterClassContext(bouncer_before(cls.server, cls.proxy.host, cls.proxy.port)).port


if __name__ == "__main__":
    unittest.main()
