"""scripts/soak for a few seconds. What it finds with a seed, it mostly finds again with that seed."""

import os
import subprocess
import unittest

from harness import BINARY, ROOT

SECONDS = 8


class Soak(unittest.TestCase):
    def test_a_short_soak_loses_changes_leaks_and_leaves_nothing(self):
        done = subprocess.run([ROOT / "scripts/soak", "--seconds", str(SECONDS)], text=True, timeout=200,
                              env=dict(os.environ, ONETRIP_BIN=BINARY), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout)
        for line in ("statements, all answers right", "fault: server restarted", "fault: server killed",
                     "fault: proxy killed", "nothing lost, changed, leaked"):
            self.assertIn(line, done.stdout)


if __name__ == "__main__":
    unittest.main()
