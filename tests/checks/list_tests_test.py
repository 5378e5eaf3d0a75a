"""Every test case becomes a ctest, whatever its name, and a program without test cases is refused."""

import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMES = ["plain", "one; and another", "a, b [tag] \\ c", "${x} \"quoted\"", "über"]


def listed(script):
    """What list_tests.cmake makes of a program that is a shell script; the ctest names it registers."""
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder, "program")
        program.write_text("#!/bin/sh\n" + script)
        program.chmod(0o755)
        output = pathlib.Path(folder, "CTestTestfile.cmake")
        done = subprocess.run(
            ["cmake", f"-DPROGRAM={program}", "-DROOM=room", "-DLIST=--list", f"-DOUTPUT={output}",
             f"-DFOLDER={folder}", "-P",
             ROOT / "cmake/list_tests.cmake"], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return None
        shown = subprocess.run(["ctest", "-N", "-V"], cwd=folder, capture_output=True, text=True, check=True).stdout
        return shown


class ListTests(unittest.TestCase):
    def test_names_stay_whole(self):
        shown = listed("cat <<'END'\n" + "\n".join(NAMES) + "\nEND\nexit 5\n")
        for name in NAMES:
            self.assertIn(f"room: {name}\n", shown)
        self.assertIn(f"Total Tests: {len(NAMES)}", shown)

    def test_a_program_without_tests_is_refused(self):
        self.assertIsNone(listed("exit 0\n"))

    def test_a_program_that_dies_is_refused(self):
        self.assertIsNone(listed("echo name\nkill -SEGV $$\n"))


if __name__ == "__main__":
    unittest.main()
