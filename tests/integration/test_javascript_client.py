"""clients/javascript: its own suite, with a real proxy and the versions that scripts/setup pins."""

import os
import subprocess
import unittest
from unittest import mock

from harness import ROOT, ProxyTest

CLIENT = ROOT / "clients/javascript"


class JavaScriptClient(ProxyTest):
    @classmethod
    def prepare(cls):
        if not (CLIENT / "node_modules/pg").is_dir():
            raise RuntimeError(f"there is no {CLIENT}/node_modules: run scripts/setup")
        # However slow the machine, a test's set-up has not ended before its body begins.
        cls.enterClassContext(mock.patch.dict(os.environ, ONETRIP_WINDOW__IDLE_GAP="2s"))

    def test_its_own_suite(self):
        environment = {name: value for name, value in self.through().items() if not name.startswith(("ONETRIP_", "NODE_"))}
        files = sorted(CLIENT.glob("tests/*.test.js"))
        done = subprocess.run(
            ["node", "--test", "--test-reporter=tap", "--test-concurrency=1", *files], cwd=CLIENT, text=True, timeout=280,
            env=dict(environment, ONETRIP_TEST_API=self.api.address), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertRegex(done.stdout, r"(?m)^# pass [1-9]\d+$")


if __name__ == "__main__":
    unittest.main()
