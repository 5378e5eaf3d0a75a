"""Whatever passes, the proxy's memory stays bounded: many rows, one huge value in either direction, a reader that does
not read. What passes stays the same."""

import hashlib
import unittest
from pathlib import Path

import psycopg

from harness import ProxyTest, eventually

MIB = 1 << 20
HUGE = 200 * MIB
GROWTH = 64 * MIB


class BoundedMemory(ProxyTest):
    def setUp(self):
        self.allowed = GROWTH
        if "libasan" in Path(f"/proc/{self.proxy.pid}/maps").read_text():
            self.allowed += 256 * MIB  # AddressSanitizer keeps that much freed memory back
        Path(f"/proc/{self.proxy.pid}/clear_refs").write_text("5")  # the peak counts from here
        self.before = self.memory("VmHWM")

    def memory(self, name):
        """Of the proxy, in bytes."""
        for line in Path(f"/proc/{self.proxy.pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
        raise AssertionError(f"the kernel does not tell {name}")

    def connect(self):
        environment = self.through()
        return self.enterContext(psycopg.connect(host=environment["PGHOST"], port=environment["PGPORT"],
                                                 user="postgres", dbname="postgres", autocommit=True))

    def check_bounded(self):
        self.api.flush()
        self.assertLess(self.memory("VmHWM") - self.before, self.allowed)

    def check_last(self, summary, rows, bytes):
        """The proxy counted what passed, though it kept none of it."""
        last = self.api.windows()[-1]["executions"][-1]
        self.assertEqual((last["summary"], last["rows"]), (summary, rows))
        self.assertGreaterEqual(last["bytes"], bytes)

    def test_a_hundred_thousand_rows(self):  # [trap:bounded-memory]
        rows = self.connect().execute("SELECT g, md5(g::text) FROM generate_series(1, 100000) AS g").fetchall()
        self.assertEqual(len(rows), 100_000)
        direct = self.server.sql("SELECT md5(string_agg(g || ' ' || md5(g::text), ',' ORDER BY g)) "
                                 "FROM generate_series(1, 100000) AS g")
        seen = hashlib.md5(",".join(f"{number} {text}" for number, text in rows).encode()).hexdigest()
        self.assertEqual(seen, direct)
        self.check_bounded()
        self.check_last("SELECT", 100_000, 100_000 * 32)

    def test_a_huge_value_from_the_server(self):  # [trap:bounded-memory]
        text = self.connect().execute("SELECT repeat('0123456789abcdef', %s)", (HUGE // 16,), binary=True).fetchone()[0]
        self.assertEqual(len(text), HUGE)
        self.assertEqual(text.count("0123456789abcdef"), HUGE // 16)
        self.check_bounded()
        self.check_last("SELECT", 1, HUGE)

    def test_a_huge_value_from_the_client(self):  # [trap:bounded-memory]
        value = b"0123456789abcdef" * (HUGE // 16)
        seen = self.connect().execute("SELECT md5(%b::bytea)", (value,)).fetchone()
        self.assertEqual(seen[0], hashlib.md5(value).hexdigest())
        self.check_bounded()

    def test_a_huge_text(self):  # [trap:bounded-memory]
        # One Query message: the literal is part of the SQL.
        literal = "x" * (HUGE // 4)
        seen = self.connect().pgconn.exec_(f"SELECT md5('{literal}')".encode())
        self.assertEqual(seen.get_value(0, 0).decode(), hashlib.md5(literal.encode()).hexdigest())
        self.check_bounded()

    def test_a_reader_that_does_not_read_stops_the_server(self):  # [trap:slow-reader]
        connection = self.connect()
        connection.pgconn.send_query(b"SELECT repeat('x', 1000) AS stalled FROM generate_series(1, 200000)")
        connection.pgconn.flush()
        eventually(lambda: self.server.sql("SELECT wait_event FROM pg_stat_activity WHERE query LIKE '%AS stalled FROM "
                                           "generate_series%' AND pid <> pg_backend_pid()") == "ClientWrite",
                   "the server to wait for the reader")
        self.check_bounded()
        result = connection.pgconn.get_result()
        self.assertEqual(result.ntuples, 200_000)
        self.assertIsNone(connection.pgconn.get_result())
        self.check_bounded()


if __name__ == "__main__":
    unittest.main()
