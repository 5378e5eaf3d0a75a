"""libpq in C: simple, extended and prepared statements, COPY, row by row, and pipelines with an error inside."""

import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import CLIENTS, Expected, ProxyTest, check_executions, run

BEFORE_PIPELINE = [
    Expected("SELECT author", 1),
    Expected("SELECT author", 3),
    Expected("SELECT author", 1, together=True),
    Expected("UPDATE scratch", 0, together=True),
    Expected("SELECT author", 1),
    Expected("SELECT author", 1),
    Expected("SELECT author", 0),
    Expected("SELECT author", 0),
    Expected("SELECT book", 2),
    Expected("SELECT book", 2),
    Expected("SELECT book", 2),
    Expected("UPDATE author", 1),
    Expected("SELECT author", 0),
    Expected("SELECT author", 0),
    Expected("SELECT", 10000, bytes=1_000_000),
    Expected("COPY scratch", 1000),
    Expected("COPY scratch", 1000, bytes=12_000),
    Expected("DELETE scratch", 1000),
]
PIPELINE = [
    Expected("SELECT author", 1),
    Expected("SELECT book", 2, together=True),
    Expected("SELECT author", 1, together=True),
    Expected("SELECT author", 0, together=True),
    Expected("SELECT book", 2, together=True),
    Expected("SELECT book", 2, together=True),
    Expected("SELECT book", 2, together=True),
    Expected("SELECT", 1, ms=50, together=True),
]


class Libpq(ProxyTest):
    @classmethod
    def setUpClass(cls):
        cls.client = Path(cls.enterClassContext(tempfile.TemporaryDirectory())) / "libpq_client"
        flags = subprocess.check_output(["pkg-config", "--cflags", "--libs", "libpq"], text=True).split()
        subprocess.run(["cc", "-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-o", str(cls.client),
                        str(CLIENTS / "libpq_client.c"), *flags], check=True)
        super().setUpClass()

    def test_the_program(self):
        seen, wall_ms, executions = self.watched("libpq", lambda environment: run([self.client], environment))
        self.assertEqual(seen, run([self.client], self.direct(PGAPPNAME="direct")))
        check_executions(self, executions, BEFORE_PIPELINE + PIPELINE, wall_ms)

    def test_prepared_once_and_run_again_is_one_fingerprint(self):
        _, _, executions = self.watched("libpq", lambda environment: run([self.client], environment))
        split = len(BEFORE_PIPELINE)
        prepared = executions[8:11] + executions[split + 4:split + 7]
        self.assertEqual(len({one["fingerprint"] for one in prepared}), 1)
        self.assertNotEqual(prepared[0]["fingerprint"], executions[split + 1]["fingerprint"])


if __name__ == "__main__":
    unittest.main()
