"""psycopg 2, psycopg 3 in each of its ways to talk, and asyncpg: the same fixed program over each of them."""

import unittest

from harness import CLIENTS, Expected, PYTHON, ProxyTest, check_executions, json_lines, run

READS = [Expected("SELECT author", 1), Expected("SELECT author", 1), Expected("SELECT book", 0),
         Expected("SELECT author", 4), Expected("SELECT book", 1), Expected("SELECT book", 1),
         Expected("SELECT book", 1)]
MANY = Expected("SELECT", 10000, bytes=1_000_000)
SLEEP = Expected("SELECT", 1, ms=50)
# FETCH is shown as the statement that it reads from.
CURSOR = [Expected("DECLARE SELECT book", 0), Expected("DECLARE SELECT book", 250),
          Expected("DECLARE SELECT book", 250), Expected("DECLARE SELECT book", 100)]
FAILING = [Expected("UPDATE author", 1), Expected("SELECT author", 0)]

PSYCOPG2 = [
    *READS, Expected("SELECT author", 3), Expected("SELECT book", 2, together=True), *FAILING,
    *CURSOR, Expected("DECLARE SELECT book", 0),
    Expected("COPY scratch", 1000), Expected("COPY scratch", 1000, bytes=12_000),
    Expected("INSERT scratch", 1), Expected("INSERT scratch", 1), Expected("INSERT scratch", 10),
    Expected("DELETE scratch", 1012), SLEEP, MANY,
]
PSYCOPG3 = [
    *READS, MANY, SLEEP, *FAILING, Expected("SELECT author", 3), Expected("SELECT book", 2, together=True),
    *CURSOR,
    Expected("COPY scratch", 1000), Expected("COPY scratch", 1000, bytes=12_000),
    # executemany is a pipeline in psycopg 3.
    Expected("INSERT scratch", 1), Expected("INSERT scratch", 1, together=True), Expected("DELETE scratch", 1002),
]
PSYCOPG3_PIPELINE = [
    Expected("SELECT author", 1), *[Expected("SELECT book", 1, together=True)] * 3,
    Expected("SELECT author", 1), Expected("SELECT author", 0, together=True), Expected("SELECT book", 1),
]
ASYNCPG = [
    *READS, Expected("SELECT book", 1), MANY, SLEEP, *FAILING, Expected("SELECT author", 3),
    Expected("UPDATE scratch", 0, together=True), Expected("SELECT book", 600), Expected("COPY scratch", 1000),
    Expected("COPY SELECT scratch", 1000, bytes=12_000), Expected("INSERT scratch", 1),
    Expected("INSERT scratch", 1, together=True), Expected("DELETE scratch", 1002),
]


class PythonClients(ProxyTest):
    def check(self, program, expected, *arguments):
        command = [PYTHON, CLIENTS / program, *arguments]
        output, wall_ms, executions = self.watched(program, lambda environment: run(command, environment))
        self.assertEqual(json_lines(output), json_lines(run(command, self.direct(PGAPPNAME="direct"))))
        check_executions(self, executions, expected, wall_ms)
        return executions

    def test_psycopg2(self):
        seen = self.check("psycopg2_program.py", PSYCOPG2)
        self.assertEqual(len({one["fingerprint"] for one in seen[4:7]}), 1)

    def test_psycopg3_client_side(self):
        self.check("psycopg3_program.py", PSYCOPG3, "client")

    def test_psycopg3_extended(self):
        self.check("psycopg3_program.py", PSYCOPG3, "extended")

    def test_psycopg3_prepared(self):
        seen = self.check("psycopg3_program.py", PSYCOPG3, "prepared")
        self.assertEqual(len({one["fingerprint"] for one in seen[4:7]}), 1)

    def test_psycopg3_binary(self):
        self.check("psycopg3_program.py", PSYCOPG3, "binary")

    def test_psycopg3_pipeline(self):
        self.check("psycopg3_program.py", PSYCOPG3_PIPELINE, "pipeline")

    def test_asyncpg(self):
        seen = self.check("asyncpg_program.py", ASYNCPG)
        self.assertEqual(len({one["fingerprint"] for one in seen[4:7]}), 1)


if __name__ == "__main__":
    unittest.main()
