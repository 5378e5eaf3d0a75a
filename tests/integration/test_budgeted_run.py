"""`budget = "file"` in onetrip.toml: run judges by it when it ends, exec and check unless told otherwise."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import BINARY, CLIENTS, PYTHON, SCHEMA, Postgres
from services import Proxy

SLOW, FAST = ("test:shop::list", "loop:20", "end"), ("test:shop::list", "join:20", "end")
BUDGET = 'version = 1\n[[budget]]\nmatch = {{ label = "shop::*" }}\nmax_statements = {}\n'


class BudgetedRun(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Postgres())
        cls.server.sql(SCHEMA)
        cls.upstream = f"postgres://{cls.server.user}@{cls.server.host}:{cls.server.port}/postgres"
        cls.environment = {name: value for name, value in os.environ.items()
                           if not name.startswith(("PG", "GITHUB", "GITLAB", "ONETRIP_")) and name != "DATABASE_URL"}

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="onetrip-budget-")))
        self.budget, self.config = self.folder / "strict.toml", self.folder / "onetrip.toml"
        self.budget.write_text(BUDGET.format(5))
        self.config.write_text(f'budget = "{self.budget}"\n')

    def suite(self, url, *steps):
        subprocess.run([PYTHON, CLIENTS / "suite.py", *steps], check=True, stdin=subprocess.DEVNULL,
                       env={**self.environment, "DATABASE_URL": url})

    def ended(self, *steps):
        """Exit code and output of a run that met these."""
        proxy = Proxy(BINARY, self.upstream, "--config", self.config, environment=self.environment)
        try:
            self.suite(f"postgres://{self.server.user}@{proxy.host}:{proxy.port}/postgres", *steps)
        finally:
            code = proxy.stop()
        return code, proxy.output()

    def exec(self, *steps, options=()):
        return subprocess.run([BINARY, "exec", "--upstream", self.upstream, *options, "--", PYTHON, CLIENTS / "suite.py",
                               *steps], cwd=self.folder, stdin=subprocess.DEVNULL, text=True, capture_output=True,
                              env={**self.environment, "DATABASE_URL": self.upstream})

    def test_a_run_that_breaks_it_says_so_at_its_end_and_exits_1(self):
        code, said = self.ended(*SLOW)
        self.assertEqual(code, 1, said)
        for part in ('"message": "author was fetched 20 times', "error[n-plus-one] shop::list: author was fetched 20 times",
                     "error[max_statements] shop::list: 21 statements", "strict.toml:4"):
            self.assertIn(part, said)

    def test_a_run_that_keeps_it_exits_0(self):
        code, said = self.ended(*FAST)
        self.assertEqual(code, 0, said)

    def test_a_run_without_one_judges_nothing(self):
        self.config.write_text("")
        code, said = self.ended(*SLOW)
        self.assertEqual(code, 0, said)

    def test_exec_judges_by_it_unless_told_otherwise(self):
        done = self.exec(*SLOW)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("strict.toml:4", done.stderr)
        lenient = self.folder / "lenient.toml"
        lenient.write_text('version = 1\n[defaults]\nn-plus-one = "off"\n')
        self.assertEqual(self.exec(*SLOW, options=["--budget", lenient]).returncode, 0)

    def test_a_run_that_demands_a_token_is_reported_of_with_it(self):
        token = self.folder / "token"
        token.write_text("quince\n")
        self.config.write_text(f'[admin]\ntoken_file = "{token}"\n')
        with Proxy(BINARY, self.upstream, "--config", self.config, environment=self.environment) as proxy:
            self.suite(f"postgres://{self.server.user}@{proxy.host}:{proxy.port}/postgres", *SLOW)
            report = [BINARY, "report", "--format", "text", "--api", proxy.api.address]
            refused = subprocess.run(report, env=self.environment, cwd=CLIENTS, text=True, capture_output=True)
            told = subprocess.run([*report, "--token-file", token], env=self.environment, cwd=CLIENTS, text=True,
                                  capture_output=True)
        self.assertEqual(refused.returncode, 75)
        self.assertIn("demands a token: set --token-file", refused.stderr)
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertIn("author was fetched 20 times", told.stdout)

    def test_check_judges_by_no_other_when_the_configuration_is_wrong(self):
        self.assertEqual(self.exec(*FAST, options=["--save", "run.json"]).returncode, 0)
        check = [BINARY, "check", "--windows", "run.json"]
        for text, told in (("budget = 3\n", "onetrip.toml:1:10: `budget` takes a text"),
                           ('bugdet = "x"\n', "onetrip.toml:1:1: unknown key `bugdet`. Did you mean `budget`?"),
                           ("budget =\n", "onetrip.toml:1:9: ")):
            self.config.write_text(text)
            done = subprocess.run(check, env=self.environment, cwd=self.folder, text=True, capture_output=True)
            self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
            self.assertIn(told, done.stderr)
        self.config.unlink()
        self.config.mkdir()  # there, and no file: the same to all of us, root or not
        done = subprocess.run(check, env=self.environment, cwd=self.folder, text=True, capture_output=True)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertIn("onetrip.toml: cannot read the file", done.stderr)

    def test_its_faults_are_told_before_anything_starts(self):
        self.budget.write_text('version = 1\n[defaults]\nn-plus-on = "off"\n')
        for verb in (["run", self.upstream], ["config", "check", self.upstream]):
            done = subprocess.run([BINARY, *verb, "--config", self.config], env=self.environment, text=True,
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(f"{self.budget}:3:1: unknown key `n-plus-on`", done.stderr)
        self.budget.unlink()
        done = subprocess.run([BINARY, "run", self.upstream, "--config", self.config], env=self.environment, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn(f"{self.config}:1:10: cannot read budget {self.budget}", done.stderr)


if __name__ == "__main__":
    unittest.main()
