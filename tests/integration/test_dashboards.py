"""The dashboards, as Grafana would provision them: they are what their source says, keep the rules of its dashboard
linter, and every panel's PromQL gives data from a real Prometheus that scrapes a real proxy under load."""

import json
import re
import shutil
import subprocess
import tempfile
import threading
import unittest
import urllib.parse
import urllib.request
from pathlib import Path

import psycopg2

from harness import ROOT, ProxyTest, eventually, free_port
from services import Process

FOLDER = ROOT / "dashboards/grafana"
DASHBOARDS = {path.name: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
CHOSEN = ("application", "datname", "label")
VARIABLES = {"$job": ".+", "$instance": ".+", **{f"${name}": ".+" for name in CHOSEN}, "$__rate_interval": "5s", "$__range_s": "60",
             "$__range": "60s", "$__interval": "5s"}


def panels(dashboard):
    return [(panel, target) for panel in dashboard["panels"] for target in panel["targets"]]


def expressions():
    """All that is asked of Prometheus: dashboard, title, PromQL."""
    for name, dashboard in DASHBOARDS.items():
        yield from ((name, panel["title"], target["expr"]) for panel, target in panels(dashboard))
        yield from ((name, one["name"], one["expr"]) for one in dashboard["annotations"]["list"])


def with_values(expression):
    for name in sorted(VARIABLES, key=len, reverse=True):
        expression = expression.replace(name, VARIABLES[name])
    return expression


class TheFiles(unittest.TestCase):
    def each(self):
        self.assertEqual(sorted(DASHBOARDS), ["findings.json", "overview.json", "proxy.json", "statements.json"])
        for name, dashboard in DASHBOARDS.items():
            with self.subTest(dashboard=name):
                yield dashboard

    def test_are_provisioned_as_they_are(self):
        uids = set()
        for dashboard in self.each():
            self.assertIsNone(dashboard["id"])
            self.assertFalse(dashboard["editable"])
            self.assertTrue(39 <= dashboard["schemaVersion"] <= 42)
            self.assertNotIn("__inputs", dashboard)
            uids.add(dashboard["uid"])
        self.assertEqual(len(uids), len(DASHBOARDS))

    def test_have_the_variables_that_people_expect(self):
        for dashboard in self.each():
            source, *others, page = dashboard["templating"]["list"]
            self.assertEqual((source["name"], source["type"]), ("datasource", "datasource"))
            self.assertEqual([one["name"] for one in others], ["job", "instance", *CHOSEN])
            for one in others:
                self.assertTrue(one["multi"] and one["includeAll"] and one["allValue"] == ".+", one["name"])
            self.assertEqual((page["name"], page["type"], page["query"]), ("page", "textbox", "http://localhost:9188"))

    def test_lead_to_the_web_page_by_its_own_address(self):
        """A variable that may stand for all, or several, is no address."""
        urls = [link["url"] for dashboard in self.each() for panel in dashboard["panels"]
                for link in panel["fieldConfig"]["defaults"].get("links", ())]
        self.assertTrue(urls)
        for url in urls:
            self.assertTrue(url.startswith("${page:raw}/#/"), url)

    def test_have_panels_that_explain_themselves(self):
        for dashboard in self.each():
            for panel in dashboard["panels"]:
                with self.subTest(panel=panel["title"]):
                    defaults = panel["fieldConfig"]["defaults"]
                    self.assertTrue(panel["title"] and panel["description"] and defaults["unit"])
                    self.assertTrue(defaults["noValue"])
                    self.assertEqual(panel["datasource"]["uid"], "${datasource}")
            self.assertEqual(len({panel["id"] for panel in dashboard["panels"]}), len(dashboard["panels"]))

    def test_select_by_the_variables_and_rate_over_the_scrape(self):
        for dashboard in self.each():
            for panel, target in panels(dashboard):
                with self.subTest(panel=panel["title"]):
                    self.assertEqual(target["datasource"]["uid"], "${datasource}")
                    self.assertIn('job=~"$job"', target["expr"])
                    self.assertIn('instance=~"$instance"', target["expr"])
                    if "rate(" in target["expr"]:
                        self.assertIn("[$__rate_interval]", target["expr"])
                    if "increase(" in target["expr"]:
                        self.assertTrue(target["instant"] or panel["type"] == "stat")

    def test_lie_side_by_side(self):
        for dashboard in self.each():
            taken = set()
            for panel in dashboard["panels"]:
                at = panel["gridPos"]
                cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
                self.assertLessEqual(at["x"] + at["w"], 24)
                self.assertFalse(cells & taken, panel["title"])
                taken |= cells

    def test_lead_to_one_another_and_keep_time_and_variables(self):
        for dashboard in self.each():
            targets = {link["url"] for link in dashboard["links"]}
            self.assertEqual(targets, {f"/d/{one['uid']}" for one in DASHBOARDS.values()} - {f"/d/{dashboard['uid']}"})
            self.assertTrue(all(link["keepTime"] and link["includeVars"] for link in dashboard["links"]))

    @unittest.skipUnless((FOLDER / "source/node_modules/.bin/esbuild").exists(),
                         "npm ci was not run in dashboards/grafana/source")
    def test_are_what_their_source_says(self):
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "generate.mjs"
            for command in (["node_modules/.bin/tsc", "--noEmit"],
                            ["node_modules/.bin/esbuild", "generate.ts", "--bundle", "--platform=node", "--format=esm",
                             f"--outfile={program}", "--log-level=warning"],
                            ["node", program, folder]):
                done = subprocess.run(command, cwd=FOLDER / "source", capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            for name in DASHBOARDS:
                self.assertEqual((Path(folder) / name).read_text(), (FOLDER / name).read_text(), name)


@unittest.skipUnless(shutil.which("prometheus"), "prometheus is not installed: scripts/setup test")
class TheirQueries(ProxyTest):
    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        configuration = Path(folder) / "prometheus.yml"
        target = self.api.address.removeprefix("http://")
        configuration.write_text(
            "global: {scrape_interval: 500ms}\n"
            f"scrape_configs: [{{job_name: onetrip, static_configs: [{{targets: ['{target}']}}]}}]\n")
        port = free_port()
        self.prometheus = f"http://127.0.0.1:{port}"
        process = self.enterContext(Process([
            "prometheus", f"--config.file={configuration}", f"--storage.tsdb.path={folder}/data",
            f"--web.listen-address=127.0.0.1:{port}", "--enable-feature=exemplar-storage"]))
        process.wait_for_line("Server is ready to receive web requests")
        self.stopped = threading.Event()
        worker = threading.Thread(target=self.load)
        worker.start()
        self.addCleanup(worker.join)
        self.addCleanup(self.stopped.set)

    def load(self):
        """A page with a loop, and a statement that fails, until the test is over."""
        environment = self.through()
        while not self.stopped.is_set():
            connection = psycopg2.connect(host=environment["PGHOST"], port=environment["PGPORT"], user="postgres",
                                          dbname="postgres")
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT id, author_id FROM book WHERE id <= 5 ORDER BY id")
                for _, author in cursor.fetchall():
                    cursor.execute("SELECT name FROM author WHERE id = %s", (author,))
                try:
                    cursor.execute("SELECT * FROM nowhere")
                except psycopg2.Error:
                    pass
            connection.close()

    def query(self, expression):
        url = f"{self.prometheus}/api/v1/query?" + urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(url, timeout=20) as answer:
            answer = json.load(answer)
        self.assertEqual(answer["status"], "success", expression)
        return [one for one in answer["data"]["result"] if one["value"][1] != "NaN"]

    def test_each_gives_data(self):
        eventually(lambda: self.query('rate(onetrip_finding_wasted_seconds_total[5s]) > 0'), "a rate of findings")
        for name, title, expression in expressions():
            with self.subTest(dashboard=name, panel=title):
                expression = with_values(expression)
                self.assertNotIn("$", expression)
                eventually(lambda: self.query(expression), f"data of {expression}", limit_s=10)

    def test_each_follows_the_variables_that_its_series_can_follow(self):
        """And the variables find values: an application without a name is one, too."""
        eventually(lambda: self.query("onetrip_finding_wasted_seconds_total > 0"), "a finding")
        labels = {series["metric"]["__name__"]: series["metric"] for series in self.query('{__name__=~"onetrip_.+"}')}
        for name, title, expression in expressions():
            for metric, selector in re.findall(r"(onetrip_\w+)\{([^}]*)\}", expression):
                with self.subTest(dashboard=name, panel=title, metric=metric):
                    self.assertEqual({one for one in CHOSEN if f'{one}=~"${one}"' in selector},
                                     {one for one in CHOSEN if one in labels[metric]})
        self.assertEqual(labels["onetrip_rows_total"]["application"], "none")
        self.assertEqual(labels["onetrip_rows_total"]["datname"], "postgres")
        self.assertEqual(labels["onetrip_window_statements_count"]["application"], "none")
        for dashboard in DASHBOARDS.values():
            for variable in dashboard["templating"]["list"][1:-1]:
                series, label = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["definition"]).groups()
                self.assertTrue(self.query(f'{{{label}!=""}} and {with_values(series)}'), variable["name"])


if __name__ == "__main__":
    unittest.main()
