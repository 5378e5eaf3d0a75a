"""The parity gate refuses a rule that lacks its code, page, test or line, and strays."""

import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = """# slow-thing

## What it detects
a
## Why it hurts
b
## How to fix it
c
## Options
d
## When it stays silent
e
"""
GOOD = {
    "rules/rules.def": "// comment\nONETRIP_RULE(slow_thing)\n",
    "rules/slow_thing.cpp": "\nstd::unique_ptr<Rule> make_slow_thing(RuleOptions&) {\n}\n",
    "rules/slow_thing.md": PAGE,
    "tests/rules/slow_thing_test.cpp": '\nTEST_CASE("slow") {}\n',
}


def gate(root):
    return subprocess.run(
        ["cmake", f"-DROOT={root}", "-P", ROOT / "cmake/rule_parity.cmake"],
        capture_output=True,
        text=True,
        check=False,
    )


class RuleParity(unittest.TestCase):
    def judge(self, changes):
        """The gate's answer for the good rule with some files replaced, or removed by None."""
        files = GOOD | changes
        with tempfile.TemporaryDirectory() as root:
            for path, text in files.items():
                if text is not None:
                    file = pathlib.Path(root, path)
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_text(text)
            return gate(root)

    def refused(self, changes, because):
        result = self.judge(changes)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(because, result.stderr)

    def test_a_whole_rule_passes(self):
        result = self.judge({})
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_the_house_passes(self):
        result = gate(ROOT)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("n_plus_one", result.stdout)

    def test_each_of_the_three_files_is_wanted(self):
        for path in GOOD:
            if not path.endswith(".def"):
                with self.subTest(path):
                    self.refused({path: None}, f"{path} is missing")

    def test_each_heading_is_wanted(self):
        for heading in [line for line in PAGE.splitlines() if line.startswith("#")]:
            with self.subTest(heading):
                self.refused({"rules/slow_thing.md": PAGE.replace(heading, "text")}, heading)

    def test_headings_have_one_order(self):
        turned = PAGE.replace("Options", "X").replace("Why it hurts", "Options").replace("X", "Why it hurts")
        self.refused({"rules/slow_thing.md": turned}, "in another order")

    def test_a_test_file_without_tests_is_none(self):
        self.refused({"tests/rules/slow_thing_test.cpp": "\n"}, "TEST_CASE")

    def test_code_that_makes_no_rule_is_none(self):
        self.refused({"rules/slow_thing.cpp": "\n"}, "make_slow_thing")

    def test_strays_are_refused(self):
        for path in ("rules/other.cpp", "rules/other.md", "tests/rules/other_test.cpp"):
            with self.subTest(path):
                self.refused({path: "x"}, f"{path} belongs to no rule")

    def test_rules_def_holds_only_rules(self):
        self.refused({"rules/rules.def": "ONETRIP_RULE(slow_thing)\nRULE(x)\n"}, "not ONETRIP_RULE")
        self.refused({"rules/rules.def": "ONETRIP_RULE(slow_thing)\n" * 2}, "twice")


if __name__ == "__main__":
    unittest.main()
