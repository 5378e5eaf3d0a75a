"""Two clients at once are never mixed: results, windows and findings stay with their own connection, unless a trace
says that two connections serve one request."""

import collections
import secrets
import unittest
from concurrent.futures import ThreadPoolExecutor

import psycopg2

from harness import ProxyTest


class TwoClients(ProxyTest):
    def connect(self, application):
        environment = self.through()
        connection = psycopg2.connect(host=environment["PGHOST"], port=environment["PGPORT"], user="postgres",
                                      dbname="postgres", application_name=application)
        connection.autocommit = True
        self.addCleanup(connection.close)
        return connection.cursor()

    def setUp(self):
        self.api.reset()

    def fetch(self, cursor, sql, *values):
        cursor.execute(sql, values)
        return cursor.fetchall()

    def test_each_of_two_interleaved_loops_has_its_own_finding(self):
        left, right = self.connect("left"), self.connect("right")
        books = self.fetch(left, "SELECT id, author_id FROM book WHERE id <= %s ORDER BY id", 20)
        authors = self.fetch(right, "SELECT id FROM author WHERE id BETWEEN 101 AND %s ORDER BY id", 130)
        for number in range(30):  # in turns, statement by statement
            if number < 20:
                self.fetch(left, "SELECT name FROM author WHERE id = %s", books[number][1])
            self.fetch(right, "SELECT title FROM book WHERE author_id = %s", authors[number][0])
        findings = {one["label"]: one for one in self.api.findings()}
        self.assertEqual(sorted(findings), ["left", "right"])
        for label, count, parent in (("left", 20, "book.author_id"), ("right", 30, "author.id")):
            finding = findings[label]
            self.assertEqual(finding["rule"], "n-plus-one")
            self.assertEqual(finding["confidence"], "proven")
            self.assertEqual(finding["link"]["parent_column"], parent)
            self.assertEqual(finding["evidence"]["count"], count)
            self.assertEqual(finding["window"]["connections"], 1)
            self.assertEqual(finding["window"]["statements"], count + 1)

    def test_a_list_of_one_does_not_feed_lookups_of_the_other(self):
        left, right = self.connect("left"), self.connect("right")
        books = self.fetch(left, "SELECT id, author_id FROM book WHERE id <= %s ORDER BY id", 4)
        for _, author in books:
            self.fetch(right, "SELECT name FROM author WHERE id = %s", author)
        self.assertEqual(self.api.findings(), [])

    def test_a_trace_joins_two_connections_of_one_request(self):
        left, right = self.connect("pool"), self.connect("pool")
        trace = secrets.token_hex(16)

        def tagged(sql):
            return f"{sql} /*traceparent='00-{trace}-{secrets.token_hex(8)}-01'*/"

        books = self.fetch(left, tagged("SELECT id, author_id FROM book WHERE id <= %s ORDER BY id"), 10)
        for number, (_, author) in enumerate(books):
            self.fetch((left, right)[number % 2], tagged("SELECT name FROM author WHERE id = %s"), author)
        findings = self.api.findings()
        self.assertEqual([one["rule"] for one in findings], ["n-plus-one"])
        self.assertEqual(findings[0]["evidence"]["count"], 10)
        self.assertEqual(findings[0]["window"]["source"], "trace")
        self.assertEqual(findings[0]["window"]["connections"], 2)

    def test_two_traces_on_one_connection_are_two_requests(self):
        cursor = self.connect("pool")
        traces = [secrets.token_hex(16) for _ in range(4)]
        books = self.fetch(cursor, f"SELECT id, author_id FROM book WHERE id <= %s "
                                   f"/*traceparent='00-{traces[0]}-{secrets.token_hex(8)}-01'*/", 3)
        for trace, (_, author) in zip(traces[1:], books):
            self.fetch(cursor, f"SELECT name FROM author WHERE id = %s "
                               f"/*traceparent='00-{trace}-{secrets.token_hex(8)}-01'*/", author)
        self.assertEqual(self.api.findings(), [])

    def test_many_at_once_get_their_own_rows(self):
        def client(number):
            cursor = self.connect(f"client {number}")
            wrong = 0
            for turn in range(200):
                wanted = number * 1000 + turn
                rows = self.fetch(cursor, "SELECT %s::int, repeat(%s, 50)", wanted, str(number))
                wrong += rows != [(wanted, str(number) * 50)]
            return wrong

        with ThreadPoolExecutor(12) as pool:
            self.assertEqual(list(pool.map(client, range(1, 13))), [0] * 12)
        per_client = collections.Counter()
        for window in self.api.windows():
            self.assertEqual(window["connections"], 1)
            per_client[window["label"]] += len(window["executions"])
        self.assertEqual(per_client, {f"client {number}": 200 for number in range(1, 13)})


if __name__ == "__main__":
    unittest.main()
