"""A canary is planted wherever a client may write something private; then all that the commands which read a run, a log
or a text of SQL write, say or report of it is searched for it."""

import json
import unittest
from pathlib import Path

import psycopg2

import canary
from canary import CANARY, FAILING, SIMPLE
from harness import PYTHON, SCHEMA, Postgres, eventually
from test_exec import SLOW, SUITE, ExecTest

PLANT = (PYTHON, Path(canary.__file__))
DEFINING = ("CREATE", "ALTER", "COMMENT")  # which makes a request a set-up, that is not judged
MARK = "the last statement of this test"
LOGGING = {"logging_collector": "on", "log_destination": "csvlog,jsonlog", "log_filename": "server.log",
           "log_min_duration_statement": 0, "log_connections": "on", "log_disconnections": "on",
           "log_error_verbosity": "verbose", "log_parameter_max_length_on_error": -1}
TEXT = "SELECT nick FROM author WHERE id = $"


class SecretsTest(ExecTest):
    """Its server's URL holds a password, which nobody asks for."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Postgres(**LOGGING))
        cls.server.sql(SCHEMA)
        cls.enterClassContext(canary.password_demanded(cls.server))
        cls.url = f"postgresql://{cls.server.user}:{CANARY}@{cls.server.host}:{cls.server.port}/postgres"

    def hidden(self, place, text, shown):
        with self.subTest(place=place):
            self.assertIn(shown, text)
            self.assertNotIn(CANARY, text.lower())

    def says(self, code, shown, *arguments, **more):
        done = self.onetrip(*arguments, **more)
        said = done.stdout + done.stderr
        self.hidden(" ".join(map(str, arguments)), said, shown)
        self.assertEqual(done.returncode, code, said)
        return done.stdout


class Run(SecretsTest):
    """The suite of a project, as `onetrip exec` sees it."""

    def exec_and_plant(self, code, *options, shown="author was fetched", **variables):
        """The canary, then a loop with a label."""
        command = ("sh", "-c", '"$1" "$2" && shift 2 && "$@"', "sh", *PLANT, *SUITE, *SLOW)
        self.says(code, shown, "exec", *options, "--", *command, environment=self.environment(**variables))

    def check_files(self, shown):
        """These are all, and each shows that."""
        files = {path.name: path.read_text() for path in self.folder.iterdir()}
        self.assertEqual(files.keys(), shown.keys())
        for name, part in shown.items():
            self.hidden(name, files[name], part)

    def test_no_report_holds_a_value(self):
        formats = canary.report_formats(self.onetrip("exec", "--help").stdout)
        self.assertLessEqual({"json", "markdown", "junit", "sarif", "github", "gitlab", "html", "text"}, set(formats))
        options = [word for one in formats for word in ("--report", f"{one}=report.{one}")]
        self.exec_and_plant(1, *options, "--save", "run.json", shown="postgres:***@")
        self.check_files({"run.json": TEXT, **{f"report.{one}": "author" for one in formats}})

    def test_neither_do_those_of_the_hosts_of_builds(self):
        self.exec_and_plant(1, shown="::error", GITHUB_ACTIONS="true",
                            GITHUB_STEP_SUMMARY=str(self.folder / "summary.md"))
        self.exec_and_plant(1, shown="gl-code-quality-report.json", GITLAB_CI="true")
        self.check_files({"summary.md": "author"})

    def test_neither_do_a_recording_a_baseline_and_what_is_made_of_them(self):
        self.exec_and_plant(1, "--save", "run.json")
        self.ends(self.exec(*SLOW, options=["--save", "other.json"]), 1)
        for one in canary.report_formats(self.onetrip("exec", "--help").stdout):
            self.says(0, "author", "report", "--format", one, "--windows", "run.json")
        self.says(1, "author was fetched", "check", "--windows", "run.json", "--report", "json=report.json")
        self.says(0, "gone", "diff", "run.json", "other.json")
        self.says(0, "", "diff", "report.json", "other.json")
        self.says(0, "n-plus-one", "baseline", "diff", "--windows", "run.json")
        self.says(0, "onetrip-baseline.json", "baseline", "update", "--windows", "run.json")
        self.exec_and_plant(0, shown="", ONETRIP_LOG__LEVEL="debug")
        self.says(0, "onetrip-baseline.json", "baseline", "prune", "--windows", "other.json")
        self.check_files({"run.json": TEXT, "other.json": "author", "report.json": "author",
                          "onetrip-baseline.json": "n-plus-one"})


class Analyze(SecretsTest):
    """What a server logged, and texts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        canary.plant(**psycopg2.extensions.parse_dsn(cls.url))
        cls.server.sql(f"SELECT '{MARK}'")
        logs = Path(cls.server.folder) / "data/log"
        cls.logs = {"csvlog": logs / "server.csv", "jsonlog": logs / "server.json"}
        for log in cls.logs.values():
            eventually(lambda log=log: MARK in log.read_text(errors="replace"), f"the end of {log.name}")
        for kind, log in cls.logs.items():
            assert log.read_text().lower().count(CANARY) > 50, f"{kind} holds no values"

    def report(self, *arguments):
        """In words, and for programs."""
        self.says(0, "author", "analyze", *arguments)
        return json.loads(self.says(0, "author", "analyze", "--json", *arguments))

    def test_no_report_of_a_log_holds_a_value(self):
        self.says(0, "", "catalog", "export", "--dsn", self.url, "-o", "catalog.json")
        self.hidden("catalog.json", self.read("catalog.json"), '"author"')
        for kind, log in self.logs.items():
            for catalog in ((), ("--catalog", "catalog.json")):
                report = self.report(log, *catalog)
                self.assertEqual(report["format"], kind)
                self.assertGreater(report["totals"]["statements"], len(SIMPLE))

    def test_no_report_of_a_broken_log_holds_a_value(self):
        for kind, log in self.logs.items():
            content = log.read_text()
            middle = content.index(CANARY, content.index(FAILING[0].split("{")[0]))
            self.write("cut", content[middle - 3:middle + 20_000] + CANARY + "\n" + content[middle:])
            report = self.report("cut", "--format", kind)
            self.assertGreater(sum(report["totals"]["entries_not_understood"].values()), 0)

    def test_no_report_of_sql_holds_a_value(self):
        statements = [one.format(CANARY) for one in SIMPLE + FAILING[:1]]
        loop = [f"SELECT nick FROM author WHERE id = {n} AND name <> '{CANARY}'" for n in range(9)]
        self.write("all.sql", ";\n".join(statements) + ";\n" + FAILING[2].format(CANARY))
        self.says(0, "set-up", "analyze", "all.sql")
        self.says(0, "totals", "analyze", "--json", "all.sql")
        judged = [one for one in statements if not one.startswith(DEFINING)] + loop
        self.write("judged.sql", ";\n".join(judged) + ";\n")
        report = self.report("judged.sql")
        self.assertEqual(report["format"], "sql")
        self.assertGreater(report["totals"]["statements"], len(judged) // 2)

    def test_a_refusal_quotes_nothing(self):
        for text, shown in ((f"Dear diary, {CANARY}.", "nothing of it is SQL"),
                            (f"2026-11-30 12:00:00 UTC [1] LOG:  statement: SELECT '{CANARY}'\n", "log_destination")):
            self.write("refused", text)
            self.says(75, shown, "analyze", "refused")

    def test_no_value_is_in_what_is_said_of_a_statement(self):
        for text in SIMPLE + FAILING:
            for form in ((), ("--json",)):
                self.says(0, "v1:", "fingerprint", *form, text.format(CANARY))


if __name__ == "__main__":
    unittest.main()
