"""The bookshop's own tests with clients/python, whose slow pages break what its fixed ones keep: with the versions that
scripts/setup pins, and with the distribution's older ones; with its own budgets, and under `onetrip exec`."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from expectations import due, expected_key, found_key
from harness import BINARY, PYTHON, ROOT, Bookshop, ProxyTest

CLIENT = ROOT / "clients/python"
PINNED = CLIENT / ".venv/bin/python"
ROWS = 10  # of each page, as the bookshop's tests ask for them
PLUGIN = ("-p", "onetrip.pytest_plugin")  # where the package is not installed


class BookshopTests(ProxyTest):
    @classmethod
    def prepare(cls):
        if not os.access(PINNED, os.X_OK):
            raise RuntimeError(f"there is no {PINNED}: run scripts/setup")
        cls.server.sql("CREATE DATABASE bookshop")

    def suite(self, python, kind, *options):
        """All of the bookshop's tests, through a proxy that runs already; exit code and output."""
        self.api.reset()
        environment = dict(self.through(), PGDATABASE="bookshop", BOOKSHOP=kind, PYTHONPATH=str(CLIENT),
                           ONETRIP_API=self.api.address)
        done = subprocess.run(
            [python, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--create-db", *options], cwd=Bookshop.FOLDER,
            text=True, env=environment, timeout=120, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        return done.returncode, done.stdout

    def test_fixed_pages_keep_their_budgets(self):
        for python, options in ((PINNED, ()), (PYTHON, PLUGIN)):
            with self.subTest(python):
                code, output = self.suite(python, "fixed", *options)
                self.assertEqual(code, 0, output)
                self.assertEqual(self.api.findings(), [])

    def test_slow_pages_break_them(self):
        for python, options in ((PINNED, ()), (PINNED, ("-n", "4")), (PYTHON, PLUGIN)):
            with self.subTest(python, options=options):
                code, output = self.suite(python, "slow", *options)
                self.assertEqual(code, 1, output)
                self.assertIn("3 failed, 25 passed", output)
                self.assertIn("AssertionError: GET /slow/books sent 11 statements, 1 are allowed", output)
                self.assertIn("  where     shop/views.py:16", output)
                for page in Bookshop.pages():
                    if not page["path"].startswith("/fixed/"):
                        self.check_page(page)

    def exec(self, kind, *options):
        """The bookshop's pages under `onetrip exec`, which knows nothing of Python; its exit code and its report."""
        with tempfile.TemporaryDirectory(prefix="onetrip-python-") as folder:
            report = Path(folder) / "report.json"
            environment = dict(self.direct(BOOKSHOP=kind), PGDATABASE="bookshop", PYTHONPATH=str(CLIENT))
            done = subprocess.run(
                [BINARY, "exec", "--report", "text", "--report", f"json={report}", "--", PINNED, "-B", "-m", "pytest", "-q",
                 "-p", "no:cacheprovider", "--create-db", *options, "tests/test_pages.py"], cwd=Bookshop.FOLDER, text=True,
                env=environment, timeout=120, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.assertIn("25 passed", done.stdout, done.stderr)
            return done.returncode, done.stdout + done.stderr, json.loads(report.read_text())

    def test_under_exec_the_fixed_pages_pass(self):
        for options in ((), ("-n", "4")):
            with self.subTest(options):
                code, said, report = self.exec("fixed", *options)
                self.assertEqual(code, 0, said)
                self.assertEqual(report["problems"], [])

    def test_under_exec_the_slow_pages_fail_with_test_request_and_line(self):
        wanted = {(self.name_of(page), self.label_of(page)) for page in Bookshop.pages() if due(page, ROWS)}
        for options in ((), ("-n", "4")):
            with self.subTest(options):
                code, said, report = self.exec("slow", *options)
                self.assertEqual(code, 1, said)
                self.assertIn("shop/views.py:61", said)
                problems = report["problems"]
                shown = {(place["test"], place["label"]) for problem in problems for place in problem["places"]}
                self.assertEqual(shown, wanted)
                for problem in problems:
                    if problem["finding"]["location"]:
                        self.assertIn(problem["finding"]["location"]["file"], ("shop/views.py", "shop/api.py"))

    def name_of(self, page):
        """Of its test."""
        kind, name = page["path"].lstrip("/").split("/", 1)
        return f"tests/test_pages.py::test_{'calm_' if kind == 'ok' else ''}page[{name}]"

    def label_of(self, page):
        return f"{page['method']} /{page['label']}"

    def check_page(self, page):
        """What its test showed: request and line are the right ones."""
        test = self.name_of(page)
        findings = {found_key(one): one for one in self.api.findings(window=test)}
        wanted = {expected_key(one): one for one in due(page, ROWS)}
        with self.subTest(test):
            self.assertEqual(sorted(findings), sorted(wanted))
            for key, expected in wanted.items():
                self.assertEqual(findings[key]["label"], self.label_of(page))
                self.assertEqual((findings[key]["location"] or {}).get("file"), expected["file"])


if __name__ == "__main__":
    unittest.main()
