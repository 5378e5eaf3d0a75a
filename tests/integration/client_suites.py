"""What tests of clients/ have in common: a language's runner with a tiny shop, under `onetrip exec` or with a proxy that
runs already. The shop's page loops with SHOP=slow and does not with SHOP=fixed; with BUDGET its test asserts a budget."""

import json
import os
import subprocess
import tempfile
from pathlib import Path
from unittest import mock

from harness import BINARY, ROOT, ProxyTest


class ClientSuites(ProxyTest):
    LIMIT_S = 120
    maxDiff = None

    @classmethod
    def prepare(cls):
        super().prepare()
        # However slow the machine, a test's set-up has not ended before its body begins.
        cls.enterClassContext(mock.patch.dict(os.environ, ONETRIP_WINDOW__IDLE_GAP="2s"))

    def call(self, command, folder, environment):
        """Exit code and output."""
        with self.start(command, folder, environment) as process:
            said, _ = process.communicate(timeout=self.LIMIT_S)
            return process.returncode, said

    def start(self, command, folder, environment):
        return subprocess.Popen(list(map(str, command)), cwd=ROOT / folder, text=True, errors="replace", env=environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def through_this(self, command, folder, **more):
        """Through the proxy that runs already, which knows nothing yet."""
        self.api.reset()
        return self.call(command, folder, dict(self.through(**more), ONETRIP_API=self.api.address))

    def exec(self, command, folder, **more):
        """Under `onetrip exec`; also its report."""
        with tempfile.TemporaryDirectory(prefix="onetrip-client-") as reports:
            report = Path(reports) / "report.json"
            code, said = self.call([BINARY, "exec", "--report", "text", "--report", f"json={report}", "--", *command],
                                   folder, self.direct(**more))
            return code, said, json.loads(report.read_text())

    def requests(self, test=""):
        """(label, statements) of each request in tests whose name holds this, the oldest first."""
        return [(row["label"], row["statements"]) for row in self.named(test)
                if " in " in row["name"] and not row["name"].startswith("body #")]

    def named(self, test=""):
        self.api.flush()
        return [row for row in self.api.windows() if row["source"] == "named" and test in row["name"]]

    def check_slow_and_fixed(self, command, folder, test, label, place, **more):
        """The slow page's test, request and line are named, and nothing else; the fixed one's pass."""
        code, said, report = self.exec(command, folder, SHOP="slow", ONETRIP_CALLSITE="on", **more)
        self.assertEqual(code, 1, said)
        self.assertIn(f"  where     {place}", said)
        self.assertEqual([(problem["finding"]["rule"], sorted({(one["test"], one["label"]) for one in problem["places"]}))
                          for problem in report["problems"]], [("n-plus-one", [(test, label)])], said)
        code, said, report = self.exec(command, folder, SHOP="fixed", ONETRIP_CALLSITE="on", **more)
        self.assertEqual((code, report["problems"]), (0, []), said)

    def check_budget(self, command, folder, complaint, through=None, direct=None):
        """A budget in the test fails it, and its windows end all the same; without the proxy it is never broken."""
        code, said = self.through_this(command, folder, SHOP="slow", BUDGET="yes", **(through or {}))
        self.assertNotEqual(code, 0, said)
        self.assertIn(complaint, said)
        self.assertEqual({row["open"] for row in self.named()}, {False})
        code, said = self.call(command, folder, self.direct(SHOP="slow", BUDGET="yes", **(direct or {})))
        self.assertEqual(code, 0, said)
        self.assertNotIn("onetrip: ", said)

    def check_nobody_answers(self, command, folder, **more):
        """Is said, and fails nothing."""
        code, said = self.call(command, folder, self.direct(SHOP="slow", ONETRIP_API="http://127.0.0.1:1", **more))
        self.assertEqual(code, 0, said)
        self.assertIn("onetrip: http://127.0.0.1:1 does not answer: ", said)
        self.assertIn("from then on tests were no windows", said)
