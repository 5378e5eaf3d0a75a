"""clients/go: its own suite, with a real proxy and the pgx that its go.sum pins; and the same without the proxy, where
nothing is seen and all passes."""

import os
import shutil
import subprocess
import unittest
from unittest import mock

from harness import ROOT, ProxyTest

CLIENT = ROOT / "clients/go"


class GoClient(ProxyTest):
    @classmethod
    def prepare(cls):
        if not shutil.which("go"):
            raise RuntimeError("there is no go: run scripts/setup")
        # However slow the machine, a test's set-up has not ended before its body begins.
        cls.enterClassContext(mock.patch.dict(os.environ, ONETRIP_WINDOW__IDLE_GAP="2s"))

    def suite(self, folder, **more):
        kept = {name: value for name, value in self.through().items() if not name.startswith(("ONETRIP_", "GOFLAGS"))}
        done = subprocess.run(["go", "test", "-count=1", "-v", "./..."], cwd=folder, text=True, timeout=200, env={**kept, **more},
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def named(self):
        self.api.flush()
        return [row for row in self.api.get("/api/v1/windows", limit=1000)["windows"] if row["source"] == "named"]

    def test_its_own_suite(self):
        self.assertIn("--- PASS: TestEachRequestIsOneOfTheTest", self.suite(CLIENT / "tests", ONETRIP_API=self.api.address))
        rows = self.named()
        self.assertIn("tests.TestTheRealThing", {row["name"] for row in rows})
        self.assertEqual([row for row in rows if row["open"]], [])
        self.assertIn("PASS", self.suite(CLIENT))

    def test_without_the_proxy_it_does_nothing(self):
        self.api.reset()
        self.suite(CLIENT / "tests")
        self.assertEqual(self.named(), [])

    def test_where_nobody_answers_it_is_said_once(self):
        said = self.suite(CLIENT / "tests", ONETRIP_API="http://127.0.0.1:1", ONETRIP_NOBODY="yes")
        self.assertEqual(said.count("onetrip: http://127.0.0.1:1 does not answer: "), 1, said)


if __name__ == "__main__":
    unittest.main()
