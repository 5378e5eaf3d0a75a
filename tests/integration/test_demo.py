"""scripts/demo: its findings are those of the slow pages, and nothing is left when it ends."""

import glob
import json
import os
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from expectations import check_finding, due, expected_key, found_key
from harness import BINARY, Bookshop, ROOT, eventually

ROWS = 50


class Demo(unittest.TestCase):
    def setUp(self):
        # All that the demo leaves behind would be in here, or name it.
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="onetrip-demo-test-")))
        self.folder.chmod(0o755)
        self.environment = dict(os.environ, ONETRIP_BIN=BINARY, TMPDIR=str(self.folder))

    def start(self, *options):
        process = subprocess.Popen([ROOT / "scripts/demo", *options], env=self.environment, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        return process

    def processes(self):
        """Of the demo: all inherit our TMPDIR."""
        found = []
        for place in glob.glob("/proc/[0-9]*/environ"):
            try:
                if f"TMPDIR={self.folder}".encode() in Path(place).read_bytes():
                    found.append(int(place.split("/")[2]))
            except OSError:
                continue  # gone meanwhile, or not ours
        return found

    def check_nothing_left(self):
        eventually(lambda: not self.processes(), "the end of the demo's processes")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_once_as_json_gives_the_findings_of_the_slow_pages(self):
        process = self.start("--once", "--json")
        output, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, errors)
        answer = json.loads(output)
        self.assertEqual(answer["schema_version"], 1)
        found = {(one["label"], *found_key(one)): one for one in answer["findings"]}
        wanted = {(page["label"], *expected_key(one)): one for page in Bookshop.pages() for one in due(page, ROWS)}
        self.assertEqual(sorted(found), sorted(wanted))
        for key, expected in wanted.items():
            with self.subTest(finding=key):
                check_finding(self, found[key], expected, "on")
        self.check_nothing_left()

    def test_once_prints_the_findings_as_text(self):
        process = self.start("--once")
        output, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, errors)
        self.assertIn("error[n-plus-one] slow/books: shop_author was fetched 50 times in one request, "
                      "once for each row of shop_book", output)
        self.assertIn('Book.objects.select_related("author")', output)
        self.assertNotIn("] fixed/", output)
        self.assertNotIn("] ok/", output)
        self.check_nothing_left()

    def end_while_serving(self, number):
        process = self.start()
        for line in process.stdout:
            if line.startswith("Ctrl-C"):
                break
        process.send_signal(number)
        process.wait(timeout=30)
        self.check_nothing_left()
        return process.returncode

    def test_ctrl_c_ends_it(self):
        self.assertEqual(self.end_while_serving(signal.SIGINT), 0)

    def test_being_terminated_leaves_nothing(self):
        self.end_while_serving(signal.SIGTERM)

    def test_being_killed_leaves_nothing(self):
        self.end_while_serving(signal.SIGKILL)


if __name__ == "__main__":
    unittest.main()
