"""What Prometheus says to our metrics and rules: promtool's checks, and its tests of each alert."""

import shutil
import subprocess
import unittest
import urllib.request

import psycopg2

from harness import ROOT, ProxyTest

RULES = ROOT / "dashboards/prometheus"


def promtool(*arguments, text=None):
    return subprocess.run(["promtool", *map(str, arguments)], input=text, capture_output=True, text=True, cwd=RULES)


@unittest.skipUnless(shutil.which("promtool"), "promtool is not installed: scripts/setup test")
class Prometheus(ProxyTest):
    def page(self, accept):
        request = urllib.request.Request(f"{self.api.address}/metrics", headers={"Accept": accept})
        with urllib.request.urlopen(request) as answer:
            return answer.headers["Content-Type"], answer.read().decode()

    def load(self, application=""):
        environment = self.through()
        connection = psycopg2.connect(host=environment["PGHOST"], port=environment["PGPORT"], user="postgres",
                                      dbname="postgres", application_name=application)
        connection.autocommit = True
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT id, author_id FROM book WHERE id <= 5 ORDER BY id")
            for _, author in cursor.fetchall():
                cursor.execute("SELECT name FROM author WHERE id = %s", (author,))
        connection.close()
        self.api.flush()

    def test_the_metrics_are_as_prometheus_wants_them(self):
        self.load("shop")
        kind, text = self.page("text/plain")
        self.assertIn("version=0.0.4", kind)
        self.assertIn("onetrip_window_statements_bucket{", text)
        self.assertIn('onetrip_finding_first_seen_timestamp_seconds{rule="n-plus-one"', text)
        self.assertIn('onetrip_rows_total{application="shop",datname="postgres"} 10\n', text)
        done = promtool("check", "metrics", text=text)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_open_metrics_point_to_a_window_that_the_api_knows(self):
        self.load()
        kind, text = self.page("application/openmetrics-text;version=1.0.0")
        self.assertIn("application/openmetrics-text", kind)
        self.assertTrue(text.endswith("# EOF\n"))
        exemplar = next(line for line in text.splitlines() if "# {window_id=" in line)
        window = exemplar.split('window_id="')[1].split('"')[0]
        self.assertEqual(self.api.get(f"/api/v1/windows/{window}")["window"]["id"], window)

    def test_rules_and_alerts(self):
        for command in (("check", "rules", "onetrip.rules.yml"), ("test", "rules", "tests.yml")):
            done = promtool(*command)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_each_alert_says_all_that_one_should_and_has_its_page(self):
        page = (ROOT / "docs/alerts.md").read_text()
        _, *alerts = (RULES / "onetrip.rules.yml").read_text().split("- alert: ")
        self.assertEqual(len(alerts), 10)
        for alert in alerts:
            name = alert.split("\n")[0]
            with self.subTest(alert=name):
                self.assertIn(f"## {name}\n", page)
                self.assertIn(f"runbook_url: https://onetrip.example/docs/alerts.md#{name.lower()}\n", alert)
                for part in ("for: ", "labels: {severity: ", "summary: ", "description: "):
                    self.assertIn(part, alert)


if __name__ == "__main__":
    unittest.main()
