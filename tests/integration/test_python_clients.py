"""psycopg 2, psycopg 3 in each of its ways to talk, and asyncpg: the same fixed program over each of them."""

import unittest

from harness import CLIENTS, Expected, PYTHON, ProxyTest, check_executions, json_lines, run

READS = [Expected("SELECT author", 1), Expected("SELECT author", 1), Expected("SELECT book", 0),
         Expected("SELECT author", 4), Expected("SELECT book", 1), Expected("SELECT book", 1),
         Expected("SELECT book", 1)]
MANY = Expected("SELECT generate_series", 10000, bytes=1_000_000)
SLEEP = Expected("SELECT", 1, ms=50)
FAILING = [Expected("UPDATE author", 1), Expected("SELECT author", 0)]

PSYCOPG2 = [
    *READS, Expected("SELECT author", 3), Expected("SELECT book", 2), *FAILING,
    Expected("SELECT book", 250), Expected("SELECT book", 250), Expected("SELECT book", 100),
    Expected("COPY scratch", 1000), Expected("COPY scratch", 1000, bytes=12_000),
    Expected("INSERT scratch", 1), Expected("INSERT scratch", 1), Expected("INSERT scratch", 10),
    Expected("DELETE scratch", 1012), SLEEP, MANY,
]
PSYCOPG3 = [
    *READS, MANY, SLEEP, *FAILING, Expected("SELECT author", 3), Expected("SELECT book", 2),
    Expected("SELECT book", 250), Expected("SELECT book", 250), Expected("SELECT book", 100),
    Expected("COPY scratch", 1000), Expected("COPY scratch", 1000, bytes=12_000),
    Expected("INSERT scratch", 1), Expected("INSERT scratch", 1), Expected("DELETE scratch", 1002),
]
PSYCOPG3_PIPELINE = [
    Expected("SELECT author", 1), Expected("SELECT book", 1), Expected("SELECT book", 1), Expected("SELECT book", 1),
    Expected("SELECT author", 1), Expected("SELECT author", 0), Expected("SELECT book", 1),
]
ASYNCPG = [
    *READS, Expected("SELECT book", 1), MANY, SLEEP, *FAILING, Expected("SELECT author", 3),
    Expected("UPDATE scratch", 0), Expected("SELECT book", 600), Expected("COPY scratch", 1000),
    Expected("COPY scratch", 1000, bytes=12_000), Expected("INSERT scratch", 1), Expected("INSERT scratch", 1),
    Expected("DELETE scratch", 1002),
]


class PythonClients(ProxyTest):
    def check(self, program, expected, *arguments, pipelined=False):
        command = [PYTHON, CLIENTS / program, *arguments]
        output, wall_ms, executions = self.watched(program, lambda environment: run(command, environment))
        self.assertEqual(json_lines(output), json_lines(run(command, self.direct())))
        check_executions(self, executions, expected, wall_ms, pipelined)
        return executions

    def test_psycopg2(self):
        seen = self.check("psycopg2_program.py", PSYCOPG2)
        self.assertEqual(len({one["fingerprint"] for one in seen[4:7]}), 1)

    def test_psycopg3_client_side(self):
        self.check("psycopg3_program.py", PSYCOPG3, "client")

    def test_psycopg3_extended(self):
        self.check("psycopg3_program.py", PSYCOPG3, "extended", pipelined=True)

    def test_psycopg3_prepared(self):
        seen = self.check("psycopg3_program.py", PSYCOPG3, "prepared", pipelined=True)
        self.assertEqual(len({one["fingerprint"] for one in seen[4:7]}), 1)

    def test_psycopg3_binary(self):
        self.check("psycopg3_program.py", PSYCOPG3, "binary", pipelined=True)

    def test_psycopg3_pipeline(self):
        self.check("psycopg3_program.py", PSYCOPG3_PIPELINE, "pipeline", pipelined=True)

    def test_asyncpg(self):
        seen = self.check("asyncpg_program.py", ASYNCPG, pipelined=True)
        self.assertEqual(len({one["fingerprint"] for one in seen[4:7]}), 1)


if __name__ == "__main__":
    unittest.main()
