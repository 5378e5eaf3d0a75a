"""Every trap of docs/protocol-traps.md has a test that names it, and every such name is one of the page's."""

import pathlib
import re
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `([^`]*)`", re.MULTILINE)
TAG = re.compile(r"\[trap(?::([a-z0-9-]+))?\]?")  # also what was meant to be one
# Where a test may name its traps: in the tags of a case, and behind a function's name.
PLACES = {".cpp": re.compile(r"\bTEST_CASE(?:_METHOD)?\((.*?)\)\s*\{$", re.MULTILINE | re.DOTALL),
          ".py": re.compile(r"^ *def test_\w+\(.*\):  # (.*)$", re.MULTILINE)}


def tests_of(root):
    """Names of files, and what they are, but for the checks: they have examples."""
    for path in sorted((root / "tests").rglob("*")):
        if path.suffix in PLACES and "checks" not in path.relative_to(root).parts:
            yield path.relative_to(root).as_posix(), path.suffix, path.read_text(encoding="utf-8")


def faults(root):
    ids = ROW.findall((root / "docs/protocol-traps.md").read_text(encoding="utf-8"))
    shown = set()
    yield from (f"{one} is twice on the page" for one in sorted(set(ids)) if ids.count(one) > 1)
    for name, kind, text in tests_of(root):
        named = [tag for place in PLACES[kind].findall(text) for tag in TAG.finditer(place)]
        if len(named) != len(TAG.findall(text)):
            yield f"{name}: a tag that is no test's"
        for tag in named:
            if tag[1] is None or not tag[0].endswith("]"):
                yield f"{name}: {tag[0]} names no trap"
            elif tag[1] not in ids:
                yield f"{name}: {tag[1]} is not on the page"
            else:
                shown.add(tag[1])
    yield from (f"{one} has no test" for one in ids if one not in shown)


class Traps(unittest.TestCase):
    maxDiff = None

    def test_each_has_a_test_and_each_test_its_trap(self):
        self.assertEqual(list(faults(ROOT)), [])


class TheCheckItself(unittest.TestCase):
    PAGE = "| trap | what |\n|---|---|\n| `one` | a |\n| `the-other` | b |\n"
    CASE = 'TEST_CASE("a",\n          "[trap:one][CVE-1]") {\n'
    METHOD = "    def test_b(self):  # [trap:the-other]\n"

    def found(self, page=PAGE, case=CASE, method=METHOD):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("docs/protocol-traps.md", page), ("tests/net/a_test.cpp", case),
                               ("tests/integration/test_b.py", method), ("tests/checks/c_test.py", "[trap]")):
                path = pathlib.Path(folder, name)
                path.parent.mkdir(parents=True)
                path.write_text(text)
            return list(faults(pathlib.Path(folder)))

    def test_accepts_what_it_should(self):
        self.assertEqual(self.found(), [])

    def test_a_trap_wants_a_test(self):
        self.assertEqual(self.found(case=""), ["one has no test"])
        self.assertEqual(self.found(method=""), ["the-other has no test"])

    def test_a_tag_wants_a_trap(self):
        added = {"[trap]": "[trap] names no trap", "[trap:": "[trap names no trap", "[trap:x": "[trap:x names no trap",
                 "[trap:the]": "the is not on the page"}
        for tag, fault in added.items():
            with self.subTest(tag):
                self.assertEqual(self.found(case=self.CASE.replace("[CVE-1]", tag)), ["tests/net/a_test.cpp: " + fault])

    def test_a_tag_wants_a_test(self):
        found = self.found(case=self.CASE + "// [trap:one]\n")
        self.assertEqual(found, ["tests/net/a_test.cpp: a tag that is no test's"])
        self.assertIn("the-other has no test", self.found(method="# [trap:the-other]\n"))

    def test_a_trap_stands_there_once(self):
        self.assertEqual(self.found(page=self.PAGE + "| `one` | c |\n"), ["one is twice on the page"])


if __name__ == "__main__":
    unittest.main()
