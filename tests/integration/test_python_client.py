"""clients/python: its own suite, with a real proxy and the versions that scripts/setup pins."""

import os
import subprocess
import unittest
from unittest import mock

from harness import ROOT, ProxyTest

CLIENT = ROOT / "clients/python"
PINNED = CLIENT / ".venv/bin/python"


class PythonClient(ProxyTest):
    @classmethod
    def prepare(cls):
        if not os.access(PINNED, os.X_OK):
            raise RuntimeError(f"there is no {PINNED}: run scripts/setup")
        # However slow the machine, a test's set-up has not ended before its body begins.
        cls.enterClassContext(mock.patch.dict(os.environ, ONETRIP_WINDOW__IDLE_GAP="2s"))

    def test_its_own_suite(self):
        environment = {name: value for name, value in self.through().items() if not name.startswith("ONETRIP_")}
        done = subprocess.run(
            [PINNED, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"], cwd=CLIENT, text=True, timeout=280,
            env=dict(environment, ONETRIP_TEST_API=self.api.address), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertRegex(done.stdout, r"\d+ passed in ")


if __name__ == "__main__":
    unittest.main()
