"""Each rule's page shows a finding of a committed recording, just as the program prints it today."""

import os
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
os.environ["ONETRIP_REPLAY"] = str(pathlib.Path(os.environ["ONETRIP_BIN"]).parent / "onetrip_replay")
sys.path.insert(0, str(ROOT / "bench/accuracy"))

from examples import EXAMPLE, WrongExample, pages, renewed  # noqa: E402  (after the path that it is found by)

PAGE = ROOT / "rules/slow_statement.md"


class Written:
    """A page of that name, with another text."""

    def __init__(self, text, stem=PAGE.stem):
        self.text, self.stem = text, stem

    def read_text(self):
        return self.text


class Examples(unittest.TestCase):
    maxDiff = None

    def test_every_page_shows_what_is_printed(self):
        self.assertTrue(pages())
        for page in pages():
            with self.subTest(page.stem):
                text = page.read_text()
                self.assertRegex(text, EXAMPLE, "no example")
                self.assertEqual(text, renewed(page), "out of date: scripts/accuracy --examples --write")


class TheCheckItself(unittest.TestCase):
    def renewed(self, old, new, stem=PAGE.stem):
        text = PAGE.read_text()
        self.assertEqual(text.count(old), 1)
        return renewed(Written(text.replace(old, new), stem))

    def test_an_invented_line_does_not_stay(self):
        self.assertEqual(self.renewed("took 3002 ms", "took 1 ms"), PAGE.read_text())
        self.assertEqual(self.renewed("  cost ", "  gain      much\n  cost "), PAGE.read_text())

    def test_a_run_that_is_not_recorded_is_refused(self):
        for run in ("psycopg3 slow.statement 7", "psycopg3 slow.statement 1 tag", "nobody slow.statement 1"):
            with self.subTest(run), self.assertRaisesRegex(WrongExample, "is not recorded"):
                self.renewed("psycopg3 slow.statement 1", run)

    def test_a_run_that_does_not_raise_the_rule_is_refused(self):
        with self.assertRaisesRegex(WrongExample, "does not raise slow-statement"):
            self.renewed("psycopg3 slow.statement 1", "psycopg3 keys.two 2")

    def test_lines_are_not_left_out_unsaid(self):
        with self.assertRaisesRegex(WrongExample, "its caption says other"):
            self.renewed(", shortened", "")


if __name__ == "__main__":
    unittest.main()
