import unittest

import psycopg

import onetrip.unittest


def loop(connection, rows):
    for author, in connection.execute("SELECT author_id FROM book ORDER BY id LIMIT %s", (rows,)).fetchall():
        connection.execute("SELECT name FROM author WHERE id = %s", (author,)).fetchall()


class Shelf(onetrip.unittest.TestCase):
    def setUp(self):
        self.connection = psycopg.connect(autocommit=True)
        self.addCleanup(self.connection.close)
        loop(self.connection, 9)

    def test_clean(self):
        self.connection.execute("SELECT count(*) FROM book")
        self.onetrip.assert_budget(max_statements=1)

    def test_loop(self):
        loop(self.connection, 4)

    def test_budget(self):
        loop(self.connection, 5)
        self.onetrip.assert_budget(max_statements=5)

    def test_parts(self):
        for rows in (2, 3):
            with self.subTest(rows=rows):
                loop(self.connection, rows)

    @unittest.skip("as it should")
    def test_skipped(self):
        raise AssertionError


class Tasks(onetrip.unittest.Windows, unittest.IsolatedAsyncioTestCase):
    async def test_loop(self):
        with psycopg.connect(autocommit=True) as connection:
            loop(connection, 6)


if __name__ == "__main__":
    unittest.main()
