"""What a machine can see of the house style: short files, formatting, nothing left for later, scripts
that parse."""

import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAX_LINES = 400
LEFT_FOR_LATER = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
FORMAT_VERSION = "14"  # versions format differently; the tree is formatted with this one


def listed(*patterns):
    """Files of the repository, also those that are new and not ignored."""
    command = ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def text_faults(name, text):
    if name.endswith((".cpp", ".hpp")):
        if text.count("\n") > MAX_LINES:
            yield f"{name}: more than {MAX_LINES} lines, so it holds two rooms"
        if name.endswith(".hpp") and not re.search(r"^#pragma once$", text, re.MULTILINE):
            yield f"{name}: a header without #pragma once"
    for number, line in enumerate(text.splitlines(), 1):
        if LEFT_FOR_LATER.search(line):
            yield f"{name}:{number}: left for later: {line.strip()}"
        if line != line.rstrip() and not name.endswith(".md"):
            yield f"{name}:{number}: ends with blanks"
        if "\t" in line and name.endswith((".cpp", ".hpp", ".py", ".cmake", ".txt", ".md", ".toml")):
            yield f"{name}:{number}: a tab"
    if text and not text.endswith("\n"):
        yield f"{name}: does not end with a line end"


def is_shell(path):
    with open(path, "rb") as file:
        first = file.readline()
    return path.suffix == ".sh" or bool(re.match(rb"#!.*\b(ba)?sh\b", first))


class Hygiene(unittest.TestCase):
    maxDiff = None

    def test_text(self):
        faults = []
        for path in listed("*.cpp", "*.hpp", "*.in", "*.c", "*.py", "*.js", "*.mjs", "*.ts", "*.tsx", "*.css", "*.cmake", "*CMakeLists.txt", "*.md",
                           "*.toml", "scripts/*", ".ci/*", "rules/rules.def"):
            faults += text_faults(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        self.assertEqual(faults, [])

    def test_scripts_parse(self):
        scripts = [path for path in listed("scripts", ".ci", "examples", "bench") if is_shell(path)]
        self.assertTrue(scripts)
        for path in scripts:
            with self.subTest(path.name):
                subprocess.run(["bash", "-n", path], check=True)

    def test_scripts_can_be_run(self):
        for path in listed("scripts", ".ci", "examples", "bench"):
            if path.read_bytes().startswith(b"#!") and path.suffix != ".sh":
                self.assertTrue(path.stat().st_mode & 0o100, f"{path} has a #! line and is not executable")

    @unittest.skipUnless(shutil.which("shellcheck"), "shellcheck is not installed")
    def test_shellcheck(self):
        scripts = [path for path in listed("scripts", ".ci", "examples", "bench") if is_shell(path)]
        subprocess.run(["shellcheck", "-x", "-S", "warning", *scripts], check=True, cwd=ROOT)

    @unittest.skipUnless(shutil.which(f"clang-format-{FORMAT_VERSION}"), f"no clang-format {FORMAT_VERSION}")
    def test_formatting(self):
        command = [f"clang-format-{FORMAT_VERSION}", "--dry-run", "-Werror", *listed("*.cpp", "*.hpp")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr[:4000])


class TheCheckItself(unittest.TestCase):
    def refused(self, name, text, because):
        found = list(text_faults(name, text))
        self.assertEqual(len(found), 1, found)
        self.assertIn(because, found[0])

    def test_refuses_what_it_should(self):
        self.refused("a.cpp", "x\n" * (MAX_LINES + 1), "more than")
        self.refused("a.hpp", "x\n", "#pragma once")
        self.refused("a.md", "TO" + "DO: more\n", "left for later")
        self.refused("a.py", "x = 1 \n", "blanks")
        self.refused("a.cpp", "\tx\n", "a tab")
        self.refused("a.cpp", "x", "line end")

    def test_accepts_the_limit(self):
        self.assertEqual(list(text_faults("a.cpp", "x\n" * MAX_LINES)), [])

    def test_knows_a_shell_script(self):
        with tempfile.TemporaryDirectory() as folder:
            for text, shell in (("#!/usr/bin/env bash\n", True), ("#!/bin/sh\n", True), ("#!/usr/bin/python3\n", False)):
                path = pathlib.Path(folder, "script")
                path.write_text(text)
                self.assertEqual(is_shell(path), shell, text)


if __name__ == "__main__":
    unittest.main()
