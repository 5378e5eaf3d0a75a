"""examples/node-orders' own tests with clients/javascript, whose slow pages break what its fixed ones keep: with its own
budgets, and under `onetrip exec`, where a baseline lets them stay as they are and get better."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import BINARY, ROOT, Postgres

SHOP = ROOT / "examples/node-orders"
PAGES = ["node", "--import", "onetrip/node-test", "--test", "--test-reporter=tap", "tests/pages.test.js"]
CALLSITE = {"ONETRIP_CALLSITE": "on", "ONETRIP_CALLSITE_SKIP": "src/database.js"}  # as package.json has it
LIMIT_S = 60
# rule, test, label, how often, line of src/slow.js
FAULTS = {
    ("n-plus-one", "orders > are listed with their customers", "GET /slow/orders", 10, "await first(\"SELECT name FROM customer"),
    ("n-plus-one", "orders > are shown with what was ordered", "GET /slow/orders/:id", 8, "first(\"SELECT title, price_cents"),
    ("write-in-loop", "orders > are shipped", "POST /slow/orders/:id/ship", 8, "all(\"UPDATE item"),
    ("n-plus-one", "customers > are listed with their orders", "GET /slow/customers", 10, "customer.orders = await"),
}


class NodeOrders(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        if not (SHOP / "node_modules/onetrip").is_dir():
            raise RuntimeError(f"there is no {SHOP}/node_modules: run scripts/setup")
        cls.server = cls.enterClassContext(Postgres())
        cls.lines = (SHOP / "src/slow.js").read_text().splitlines()

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="onetrip-node-")))

    def run_there(self, *command, kind="fixed"):
        environment = {name: value for name, value in self.server.environment(ORDERS=kind, **CALLSITE).items()
                       if not name.startswith(("NODE_", "GITHUB", "GITLAB")) and name != "ONETRIP_API"}
        return subprocess.run([*map(str, command)], cwd=SHOP, env=environment, text=True, timeout=LIMIT_S,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def exec(self, kind, *options, command=PAGES):
        """Exit code, what was said, the report."""
        report = self.folder / "report.json"
        done = self.run_there(BINARY, "exec", "--report", "text", "--report", f"json={report}", *options, "--", *command,
                              kind=kind)
        return done.returncode, done.stdout + done.stderr, json.loads(report.read_text())

    def line_of(self, part):
        return 1 + next(number for number, line in enumerate(self.lines) if part in line)

    def test_alone_all_tests_pass(self):
        for kind in ("slow", "fixed"):
            done = self.run_there("npm", "test", kind=kind)
            self.assertEqual(done.returncode, 0, done.stdout)
            self.assertRegex(done.stdout, r"(?m)^\S+ pass 9$")

    def test_the_fixed_pages_pass(self):
        code, said, report = self.exec("fixed", command=["npm", "test"])
        self.assertEqual(code, 0, said)
        self.assertRegex(said, r"(?m)^\S+ pass 8$")
        self.assertEqual(report["problems"], [])

    def test_the_slow_pages_fail_with_test_request_and_line(self):
        code, said, report = self.exec("slow")
        self.assertEqual(code, 1, said)
        self.assertIn("# fail 0\n", said)
        found = {(one["finding"]["rule"], place["test"].removeprefix("tests/pages.test.js > "), place["label"],
                  one["finding"]["evidence"]["count"], one["finding"]["location"]["file"], one["finding"]["location"]["line"])
                 for one in report["problems"] for place in one["places"]}
        self.assertEqual(found, {(*fault, "src/slow.js", self.line_of(part)) for *fault, part in FAULTS})
        for *_, part in FAULTS:
            self.assertIn(f"src/slow.js:{self.line_of(part)}", said)

    def test_its_own_budgets_break_with_its_own_code(self):
        code, said, _ = self.exec("slow", command=["npm", "test"])
        self.assertEqual(code, 1, said)
        self.assertRegex(said, r"(?m)^\S+ fail 3$")
        self.assertIn("GET /slow/orders sent 11 statements, 1 are allowed", said)

    def test_a_baseline_accepts_what_is_there_and_ratchets(self):
        run, baseline = self.folder / "run.json", self.folder / "baseline.json"
        self.exec("slow", "--save", run)
        self.update(run, baseline)
        known = ("--baseline", baseline, "--save", run)
        code, said, _ = self.exec("slow", *known)
        self.assertEqual(code, 0, said)
        code, said, _ = self.exec("fixed", *known)  # better never fails
        self.assertEqual(code, 0, said)
        self.update(run, baseline)
        code, said, _ = self.exec("slow", *known)
        self.assertEqual(code, 1, said)

    def update(self, run, baseline):
        done = self.run_there(BINARY, "baseline", "update", "--windows", run, "--baseline", baseline)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
