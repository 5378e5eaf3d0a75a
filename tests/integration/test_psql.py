"""psql: simple queries, several statements in one text, \\gdesc, cursors by FETCH_COUNT, \\copy, errors."""

import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import CLIENTS, Expected, ProxyTest, check_executions

EXPECTED = [
    Expected("SELECT author", 1),
    Expected("SELECT author", 4),
    Expected("SELECT author", 1),
    Expected("SELECT book", 3, together=True),
    Expected("UPDATE scratch", 0, together=True),
    Expected("PREPARE SELECT author", 1),  # EXECUTE is shown as the statement that was prepared
    Expected("PREPARE SELECT author", 1),
    Expected("SELECT", 2),  # psql's own question what the types are called
    Expected("DECLARE SELECT book", 0),
    Expected("DECLARE SELECT book", 250),  # FETCH is shown as the statement that it reads from
    Expected("DECLARE SELECT book", 250),
    Expected("DECLARE SELECT book", 100),
    Expected("COPY scratch", 1000),
    Expected("COPY SELECT book", 50),
    Expected("UPDATE author", 1),
    Expected("SELECT author", 0),
    Expected("SELECT author", 0),
    Expected("SELECT author", 1),
    Expected("SELECT author", 0, together=True),
    Expected("SELECT", 1, ms=50),
    Expected("SELECT", 10000, bytes=1_000_000),
    Expected("DELETE scratch", 1000),
]


class Psql(ProxyTest):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        (Path(self.folder) / "scratch.tsv").write_text("".join(f"{n}\tnote {n}\n" for n in range(1000)))

    def program(self, environment):
        """What psql prints, errors in their place."""
        done = subprocess.run(["psql", "-XAt", "-f", str(CLIENTS / "program.sql")], env=environment, cwd=self.folder,
                              text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def test_the_program(self):
        seen, wall_ms, executions = self.watched("psql", self.program)
        self.assertEqual(seen, self.program(self.direct(PGAPPNAME="direct")))
        check_executions(self, executions, EXPECTED, wall_ms)
        self.assertEqual(self.api.findings(), [])

    def test_a_login_that_fails_reads_the_same(self):
        def login(environment):
            return subprocess.run(["psql", "-XAt", "-c", "SELECT 1"], env=environment, text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

        direct = login(self.direct(database="missing"))
        through = login(self.through(database="missing"))
        self.assertEqual(through.returncode, 2)
        self.assertIn('database "missing" does not exist', through.stdout)
        self.assertEqual(through.stdout.replace(str(self.proxy.port), str(self.server.port)), direct.stdout)


if __name__ == "__main__":
    unittest.main()
