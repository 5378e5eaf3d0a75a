"""`onetrip exec` and what judges its recordings again: the command's world, the verdict, and every fault with its
sentence and its exit code."""

import json
import os
import re
import resource
import signal
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import BINARY, CLIENTS, PYTHON, ROOT, SCHEMA, Postgres, eventually, free_port
from services import Process

SUITE = [PYTHON, CLIENTS / "suite.py"]
SLOW, FAST = ("test:shop::list", "loop:20", "end"), ("test:shop::list", "join:20", "end")
LIMIT_S = 120


class ExecTest(unittest.TestCase):
    """One server with the tables of SCHEMA; a folder for each test, in which everything runs."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Postgres())
        cls.server.sql(SCHEMA)
        cls.url = f"postgresql://{cls.server.user}@{cls.server.host}:{cls.server.port}/postgres"

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="onetrip-exec-")))

    def environment(self, **more):
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith(("PG", "GITHUB", "GITLAB", "ONETRIP_")) and name != "DATABASE_URL"}
        return {name: value for name, value in {**kept, "DATABASE_URL": self.url, **more}.items() if value is not None}

    def onetrip(self, *arguments, environment=None, **more):
        return subprocess.run([BINARY, *map(str, arguments)], env=environment or self.environment(), cwd=self.folder,
                              text=True, errors="replace", timeout=LIMIT_S, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    def exec(self, *steps, options=(), environment=None, command=SUITE, **more):
        return self.onetrip("exec", *options, "--", *command, *steps, environment=environment, **more)

    def ends(self, done, code, *parts):
        """With that exit code, and these words on stderr."""
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)

    def write(self, name, text):
        (self.folder / name).write_text(text)
        return name

    def read(self, name):
        return (self.folder / name).read_text()


class Handover(ExecTest):
    def seen_by_command(self, *options, **variables):
        done = self.exec("env", options=("--allow-empty", *options), environment=self.environment(**variables))
        self.ends(done, 0)
        return json.loads(done.stdout), done.stderr

    def test_a_command_is_led_through_the_proxy_by_the_url_that_it_had(self):
        seen, said = self.seen_by_command()
        port = seen["PGPORT"]
        self.assertNotEqual(int(port), self.server.port)
        self.assertEqual(seen["DATABASE_URL"], f"postgresql://postgres@127.0.0.1:{port}/postgres")
        self.assertEqual(seen["PGHOST"], "127.0.0.1")
        self.assertRegex(seen["ONETRIP_API"], r"^http://127\.0\.0\.1:\d+$")
        self.assertIn(f"DATABASE_URL leads through onetrip: {seen['DATABASE_URL']}", said)

    def test_nothing_else_changes(self):
        seen, _ = self.seen_by_command("--upstream", self.url, OTHER_URL="postgres://me:quince@elsewhere/x",
                                       PGUSER="postgres", PGHOSTADDR=None)
        before = self.environment(OTHER_URL="postgres://me:quince@elsewhere/x", PGUSER="postgres")
        changed = {name for name in before.keys() | seen.keys() if before.get(name) != seen.get(name)}
        self.assertEqual(changed - {"_", "SHLVL", "PWD", "LC_CTYPE"}, {"DATABASE_URL", "PGHOST", "PGPORT", "ONETRIP_API"})

    def test_a_command_may_open_as_many_files_as_before_and_the_proxy_as_many_as_there_are(self):
        script = ("ulimit -Sn; ulimit -Hn; until grep -q 'Max open files *2000' /proc/$PPID/limits; do :; done; "
                  "grep 'Max open files' /proc/$PPID/limits")
        done = self.exec(options=("--allow-empty",), command=["sh", "-c", script],
                         preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (300, 2000)))
        self.ends(done, 0)
        self.assertEqual(done.stdout.split(), ["300", "2000", "Max", "open", "files", "2000", "2000", "files"])

    def test_no_password_is_said(self):
        url = self.url.replace("postgres@", "postgres:quince@")
        seen, said = self.seen_by_command("--env", "COPY={url}", DATABASE_URL=url)
        self.assertIn(":quince@127.0.0.1", seen["COPY"])
        self.assertNotIn("quince", said)

    def test_parts_and_variables_of_other_names_are_served(self):
        seen, _ = self.seen_by_command(
            "--upstream", f"{self.server.host}:{self.server.port}", "--env", "DB_HOST={host}", "--env", "DB_PORT={port}",
            "--rewrite", "MY_URL", DATABASE_URL=None, MY_URL="postgres://me@another.name/x")
        self.assertEqual(seen["DB_HOST"], "127.0.0.1")
        self.assertEqual(seen["DB_PORT"], seen["PGPORT"])
        self.assertEqual(seen["MY_URL"], f"postgres://me@127.0.0.1:{seen['PGPORT']}/x")
        self.assertNotIn("DATABASE_URL", seen)

    def test_a_port_that_is_asked_for_is_taken(self):
        port = free_port()
        seen, _ = self.seen_by_command("--listen", f"127.0.0.1:{port}")
        self.assertEqual(seen["PGPORT"], str(port))

    def test_several_servers_or_none_are_told(self):
        several = self.environment(TEST_URL="postgres://elsewhere/x")
        self.ends(self.exec("touch:ran", environment=several), 2, "names several servers", "TEST_URL (elsewhere:5432)",
                  "--upstream")
        none = self.environment(DATABASE_URL=None)
        self.ends(self.exec("touch:ran", environment=none), 2, "no PostgreSQL is named", "--ephemeral")
        self.ends(self.exec("touch:ran", options=["--rewrite", "NO_URL"]), 2, "--rewrite NO_URL: it is not set")
        self.ends(self.exec("touch:ran", options=["--env", "A={prot}"]), 2, "{prot} is none of {host} {port}")
        self.ends(self.exec("touch:ran", options=["--upstream", "mysql://db"]), 2, "mysql://db")
        self.assertFalse((self.folder / "ran").exists())


class Command(ExecTest):
    def test_its_output_is_its_own_and_the_verdict_follows(self):
        done = self.exec("say:first", *FAST, "say:last")
        self.ends(done, 0)
        self.assertEqual(done.stdout, "first\nlast\n")

    def test_its_exit_code_is_kept_and_the_verdict_is_said_all_the_same(self):
        done = self.exec(*SLOW, "exit:3", options=["--report", "json=report.json"])
        self.ends(done, 3, "author")
        self.assertEqual(json.loads(self.read("report.json"))["verdict"], "broken")

    def test_one_that_is_killed_has_the_code_that_a_shell_gives(self):
        self.ends(self.exec(*FAST, "die"), 128 + signal.SIGKILL, "was ended by SIGKILL")

    def test_one_that_does_not_exist_is_told(self):
        missing = self.exec(command=["no-such-command"])
        self.ends(missing, 127, "no-such-command: there is no such command")
        self.assertNotIn("nothing was seen", missing.stderr)
        self.ends(self.exec(command=["/etc/passwd"]), 126, "/etc/passwd: it cannot be run: Permission denied")
        self.ends(self.onetrip("exec"), 2, "a COMMAND after --")

    def test_signals_are_passed_on(self):
        for number, code in ((signal.SIGTERM, 40), (signal.SIGINT, 41)):
            with self.subTest(number):
                with Process([BINARY, "exec", "--", *SUITE, *FAST, "wait"], self.environment()) as running:
                    running.wait_for_line("waiting")
                    running.process.send_signal(number)
                    self.assertEqual(running.process.wait(LIMIT_S), code, running.output())

    def test_a_port_that_is_taken_is_told(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            done = self.exec("touch:ran", options=["--listen", f"127.0.0.1:{port}"])
        self.ends(done, 75, f"127.0.0.1:{port}")
        self.assertFalse((self.folder / "ran").exists())

    def test_an_upstream_that_is_down_is_told(self):
        down = self.environment(DATABASE_URL=f"postgresql://postgres@127.0.0.1:{free_port()}/postgres")
        done = self.exec("connect", environment=down)
        self.ends(done, 1, "cannot be reached now: Connection refused", "found no server behind")

    def test_an_upstream_that_dies_in_the_middle_is_told(self):
        with Postgres() as mortal:
            mortal.sql(SCHEMA)
            url = f"postgresql://postgres@127.0.0.1:{mortal.port}/postgres"
            done = self.exec(*FAST, "kill-server", environment=self.environment(DATABASE_URL=url))
        self.ends(done, 1, f"the upstream 127.0.0.1:{mortal.port} cannot be reached now")


class Action(ExecTest):
    """The last step of clients/github-action."""

    def step(self, run, args):
        inputs = self.environment(ONETRIP_BINARY=str(BINARY), ONETRIP_RUN=run, ONETRIP_ARGS=args)
        return subprocess.run(["bash", ROOT / "clients/github-action/run"], cwd=self.folder, env=inputs, text=True,
                              timeout=LIMIT_S, stdin=subprocess.DEVNULL, capture_output=True)

    def test_every_line_of_its_inputs_counts(self):
        done = self.step("env\nfalse\ntouch ran", "--allow-empty\n--report json=report.json")
        self.ends(done, 1)
        self.assertFalse((self.folder / "ran").exists())
        self.assertEqual(json.loads(self.read("report.json"))["verdict"], "kept")
        self.assertNotIn("ONETRIP_ARGS", done.stdout)


class Verdict(ExecTest):
    def test_a_loop_fails_and_names_its_test(self):
        done = self.exec(*SLOW)
        self.ends(done, 1, "shop::list", "author", "n-plus-one")
        self.ends(self.exec(*FAST), 0)

    def test_the_same_run_twice_is_judged_alike(self):
        reports = []
        for number in range(3):
            name = f"{number}.json"
            self.ends(self.exec(*SLOW, "test:other", "join:5", "loop:4", "end", options=["--report", f"json={name}"]), 1)
            report = json.loads(self.read(name))
            reports.append([(one["rule"], one["level"], one["places"]) for one in report["problems"]])
        self.assertEqual(reports[0], reports[1])
        self.assertEqual(reports[0], reports[2])

    def test_a_budget_of_statements_is_kept_or_broken(self):
        self.write("onetrip-budget.toml", 'version = 1\n[defaults]\nn-plus-one = "off"\n'
                                          '[[budget]]\nmatch = { label = "shop::*" }\nmax_statements = 20\n')
        self.ends(self.exec(*SLOW), 1, "21", "20")
        self.write("other.toml", self.read("onetrip-budget.toml").replace("20", "21"))
        self.ends(self.exec(*SLOW, options=["--budget", "other.toml"]), 0)

    def test_a_baseline_holds_what_was_known_and_fails_on_what_is_new(self):
        self.ends(self.exec(*SLOW, options=["--save", "slow.json"]), 1)
        self.ends(self.onetrip("baseline", "update", "--windows", "slow.json"), 0, "onetrip-baseline.json: 1 cause, 1 label")
        self.ends(self.exec(*SLOW), 0)
        self.ends(self.exec("test:shop::list", "loop:10", "end"), 0)
        self.ends(self.exec("test:shop::list", "loop:60", "end"), 1)
        difference = self.onetrip("baseline", "diff", "--windows", "slow.json")
        self.assertEqual((difference.returncode, difference.stdout), (0, ""))

        self.ends(self.exec(*FAST, options=["--save", "fast.json"]), 0)
        self.ends(self.onetrip("baseline", "prune", "--windows", "fast.json"), 0)
        self.assertNotIn("n-plus-one", self.read("onetrip-baseline.json"))
        self.ends(self.exec(*SLOW), 1)

    def test_a_recording_is_judged_again(self):
        first = self.exec(*SLOW, options=["--save", "slow.json", "--report", "json=first.json"])
        again = self.onetrip("check", "--windows", "slow.json", "--report", "json=again.json")
        self.ends(first, 1)
        self.ends(again, 1)
        self.assertEqual(self.read("first.json"), self.read("again.json"))
        self.ends(self.exec(*FAST, options=["--save", "fast.json"]), 0)
        self.ends(self.onetrip("check", "--windows", "fast.json"), 0)
        self.ends(self.onetrip("check", "--windows", "fast.json", "slow.json"), 1)

    def test_a_failing_or_partial_run_is_not_a_whole_suite(self):
        for steps, options in (((*FAST, "exit:1"), ()), (FAST, ("--partial",))):
            self.exec(*steps, options=["--save", "part.json", *options])
            self.ends(self.onetrip("baseline", "prune", "--windows", "part.json"), 2, "part of a suite")

    def test_two_recordings_are_compared(self):
        self.exec(*SLOW, options=["--save", "slow.json"])
        self.exec(*FAST, options=["--save", "fast.json"])
        done = self.onetrip("diff", "slow.json", "fast.json")
        self.ends(done, 0)
        self.assertIn("shop::list: better", done.stdout)
        self.assertIn("statements 21 → 1", done.stdout)
        self.assertIn("shop::list: worse", self.onetrip("diff", "fast.json", "slow.json").stdout)

    def test_reports_are_compared_with_recordings_and_with_each_other(self):
        for name, steps in (("slow", SLOW), ("fast", FAST)):
            self.exec(*steps, options=["--save", f"{name}.json", "--report", f"json={name}-report.json"])
        recordings = self.onetrip("diff", "slow.json", "fast.json")
        self.assertIn("statements 21 → 1", recordings.stdout)
        for base, head in (("slow-report", "fast"), ("slow", "fast-report"), ("slow-report", "fast-report")):
            done = self.onetrip("diff", f"{base}.json", f"{head}.json")
            self.ends(done, 0)
            self.assertEqual(done.stdout, recordings.stdout)
        self.assertEqual(self.onetrip("diff", "slow-report.json", "slow.json").stdout, "no label differs\n")

    def test_a_running_onetrips_report_is_compared_by_what_it_knows(self):
        self.exec(*SLOW, "flush", options=["--save", "slow.json"],
                  command=["sh", "-c", f'"$@"; {BINARY} report --format json=api.json', "sh", *SUITE])
        done = self.onetrip("diff", "api.json", "slow.json")
        self.ends(done, 0)
        self.assertEqual(done.stdout, "no label differs\nnot compared: statements, repeats, rows, bytes, of which a running "
                                      "onetrip's report knows nothing; BASE is one\n")

    def test_a_report_is_made_of_a_recording_or_of_a_running_onetrip(self):
        self.exec(*SLOW, options=["--save", "slow.json"])
        done = self.onetrip("report", "--format", "html", "--windows", "slow.json")
        self.ends(done, 0)
        self.assertIn("shop::list", done.stdout)
        asked = self.exec(*SLOW, "flush", command=["sh", "-c", f'"$@"; {BINARY} report --format json=api.json --format html=api.html', "sh", *SUITE])
        self.ends(asked, 1)
        (problem,) = json.loads(self.read("api.json"))["problems"]
        self.assertEqual(problem["rule"], "n-plus-one")
        page = json.loads(re.search(r'<script id="onetrip-data" type="application/json">(.*?)</script>', self.read("api.html"), re.S)[1])
        self.assertEqual([(one["id"], len(one["executions"])) for one in page["windows"]], [(problem["finding"]["window"]["id"], 21)])
        self.assertLessEqual({"SELECT book", "SELECT author"}, {one["summary"] for one in page["statements"]})
        self.ends(self.onetrip("report", "--format", "json"), 2, "--windows FILE")


class Reports(ExecTest):
    def test_several_are_written_at_once(self):
        formats = ("json", "markdown", "junit", "sarif", "github", "gitlab", "html", "text")
        options = [word for one in formats for word in ("--report", f"{one}=report.{one}")]
        self.ends(self.exec(*SLOW, options=options), 1)
        for one in formats:
            self.assertIn("author", self.read(f"report.{one}"), one)
        self.assertEqual(len(list(self.folder.iterdir())), len(formats))

    def test_github_gets_annotations_and_a_summary(self):
        self.write("summary.md", "before\n")
        github = self.environment(GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(self.folder / "summary.md"))
        done = self.exec(*SLOW, environment=github)
        self.ends(done, 1)
        self.assertIn("::error", done.stdout)
        self.assertTrue(self.read("summary.md").startswith("before\n"))
        self.assertIn("author", self.read("summary.md"))

    def test_gitlab_is_told_how_to_show_it(self):
        self.ends(self.exec(*FAST, environment=self.environment(GITLAB_CI="true")), 0, "gl-code-quality-report.json")

    def test_a_full_disk_is_told_and_nothing_half_is_left(self):
        self.ends(self.exec(*FAST, options=["--report", "json=/dev/full"]), 75, "cannot write /dev/full: No space left")
        self.ends(self.exec(*SLOW, options=["--report", "json=/dev/full"]), 1, "cannot write /dev/full: No space left")
        self.ends(self.exec(*FAST, options=["--save", "/dev/full"]), 75, "cannot write /dev/full: No space left")

        self.write("report.html", "old")
        done = self.exec(*FAST, options=["--report", "html=report.html"],
                         preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)))
        self.ends(done, 75, "report.html: File too large")
        self.assertEqual(self.read("report.html"), "old")
        self.assertEqual([one.name for one in self.folder.iterdir()], ["report.html"])

    def test_a_place_that_cannot_be_written_is_told_before_the_command_runs(self):
        self.ends(self.exec("touch:ran", options=["--report", "json=no/report.json"]), 75,
                  "cannot write no/report.json: there is no folder no")
        self.ends(self.exec("touch:ran", options=["--save", "no/windows.json"]), 75, "there is no folder no")
        self.ends(self.exec("touch:ran", options=["--report", "jsn=a"]), 2, "no report format `jsn`", "`json`?")
        self.assertFalse((self.folder / "ran").exists())
        self.ends(self.exec(*FAST, options=["--report", "json=/sys/report.json"]), 75, "/sys/report.json: Permission denied")


class Faults(ExecTest):
    """Files that are wrong: told before the command runs."""

    def refuses(self, *parts, options=()):
        done = self.exec("touch:ran", options=options)
        self.ends(done, 2, *parts)
        self.assertFalse((self.folder / "ran").exists())

    def test_a_budget_that_is_broken(self):
        self.write("onetrip-budget.toml", "version = 1\n[defaults\n")
        self.refuses("onetrip-budget.toml:2:")
        self.write("onetrip-budget.toml", 'version = 1\n[defaults]\nn-plus-on = "off"\n')
        self.refuses("onetrip-budget.toml:3:1: unknown key `n-plus-on` in [defaults].", "`n-plus-one`?")
        self.write("onetrip-budget.toml", 'version = 1\n[[budget]]\nmatch = { label = "a" }\nmax_statement = 1\n')
        self.refuses("onetrip-budget.toml:4:1: unknown key `max_statement`", "`max_statements`?")
        self.write("onetrip-budget.toml", 'version = 1\n[[allow]]\nrule = "n-plus-two"\nreason = "x"\n')
        self.refuses("onetrip-budget.toml:3:", "there is no such rule")
        self.refuses("cannot read missing.toml", options=["--budget", "missing.toml"])

    def test_a_baseline_that_is_unreadable_or_of_a_newer_version(self):
        self.write("onetrip-baseline.json", '{"version": 1, "causes": {')
        self.refuses("onetrip-baseline.json")
        self.refuses("cannot read missing.json", options=["--baseline", "missing.json"])

    def test_a_baseline_of_a_newer_version(self):
        self.exec(*FAST, options=["--save", "fast.json"])
        self.ends(self.onetrip("baseline", "update", "--windows", "fast.json"), 0)
        baseline = json.loads(self.read("onetrip-baseline.json"))
        version = next(name for name, value in baseline.items() if value == 1)
        self.write("onetrip-baseline.json", json.dumps(dict(baseline, **{version: 2})))
        self.refuses("onetrip-baseline.json", "2")

    def test_an_allow_that_has_expired_holds_no_longer(self):
        allow = 'version = 1\n[[allow]]\nrule = "n-plus-one"\nreason = "for now"\nexpires = {}\n'
        self.write("onetrip-budget.toml", allow.format("2000-01-01"))
        self.ends(self.exec(*SLOW), 1, "expired", "2000-01-01")
        self.write("onetrip-budget.toml", allow.format("2999-01-01"))
        self.ends(self.exec(*SLOW), 0)

    def test_a_recording_is_no_report(self):
        self.refuses("would both go to one.json", options=["--save", "one.json", "--report", "json=one.json"])

    def test_a_recording_that_is_none(self):
        self.write("windows.json", "{}")
        self.ends(self.onetrip("check", "--windows", "windows.json"), 75, "windows.json", "no record")
        self.ends(self.onetrip("check", "--windows", "missing.json"), 75, "cannot read missing.json")
        self.ends(self.onetrip("diff", "windows.json", "windows.json"), 75, "windows.json", "neither a recording", "nor a report")

    def test_a_configuration_that_is_wrong(self):
        self.write("onetrip.toml", "[limits]\nclient = 1\n")
        self.refuses("onetrip.toml:2:1: unknown key `limits.client`")


class NothingSeen(ExecTest):
    def test_no_connection(self):
        done = self.exec("say:hello")
        self.ends(done, 75, "nothing was seen", "No connection came to 127.0.0.1:", "--allow-empty")
        self.assertEqual(done.stdout, "hello\n")
        self.ends(self.exec("say:hello", options=["--allow-empty"]), 0)

    def test_sessions_that_went_around_us(self):
        direct = f"import psycopg2\nfor _ in range(3): psycopg2.connect('{self.url}').close()"
        done = self.exec(command=[PYTHON, "-c", direct])
        self.ends(done, 75, "No connection came", f"sessions went to 127.0.0.1:{self.server.port} meanwhile")

    def test_a_login_that_failed(self):
        wrong = self.environment(DATABASE_URL=self.url.replace("postgres@", "nobody@"))
        done = self.exec(command=["sh", "-c", '"$@" || true', "sh", *SUITE, "connect"], environment=wrong)
        self.ends(done, 75, "login or TLS failed")

    def test_only_set_up(self):
        self.ends(self.exec("set-up"), 75, "Only set-up was seen")
        self.ends(self.exec("set"), 75, "Only SET, BEGIN, catalog lookups")

    def test_named_windows_without_statements(self):
        done = self.exec("test:empty", "end")
        self.ends(done, 75, "1 named window opened, and no statement fell into one")

    def test_a_failing_command_keeps_its_code(self):
        self.ends(self.exec("exit:4"), 4, "No connection came")


class Ephemeral(ExecTest):
    def setUp(self):
        super().setUp()
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir()
        self.folder.chmod(0o755)  # as root the server belongs to another
        self.temporary.chmod(0o755)

    def left(self):
        return [one.name for one in self.temporary.iterdir()]

    def throwaway(self, *steps, **variables):
        environment = self.environment(TMPDIR=str(self.temporary), **variables)
        return self.exec(*steps, options=["--ephemeral", "--allow-empty"], environment=environment)

    def test_it_serves_and_is_gone(self):
        done = self.throwaway("env", "set-up", "say:done", DATABASE_URL=None, PGPASSWORD="quince")
        self.ends(done, 0, "a throwaway PostgreSQL")
        seen = json.loads(done.stdout.splitlines()[0])
        self.assertEqual(seen["DATABASE_URL"], f"postgresql://postgres@127.0.0.1:{seen['PGPORT']}/test")
        self.assertEqual((seen["PGUSER"], seen["PGDATABASE"]), ("postgres", "test"))
        self.assertNotIn("PGPASSWORD", seen)
        self.assertEqual(self.left(), [])

    def test_the_url_that_was_there_does_not_reach_its_server(self):
        done = self.throwaway("env", "set-up")
        self.ends(done, 0)
        self.assertIn("@127.0.0.1:", json.loads(done.stdout.splitlines()[0])["DATABASE_URL"])
        self.assertEqual(self.server.sql("SELECT count(*) FROM pg_tables WHERE tablename = 'made'"), "0")

    def test_it_is_gone_whatever_ends_us(self):
        environment = self.environment(TMPDIR=str(self.temporary), DATABASE_URL=None)
        for number in (signal.SIGKILL, signal.SIGTERM):
            with self.subTest(number):
                command = [BINARY, "exec", "--ephemeral", "--", *SUITE, "connect", "wait"]
                with Process(command, environment) as running:
                    running.wait_for_line("waiting")
                    self.assertEqual(len(self.left()), 1)
                    children = self.children(running.pid)
                    running.process.send_signal(number)
                    running.process.wait(LIMIT_S)
                    eventually(lambda: self.left() == [], "the removal of the folder")
                    for child in children:  # COMMAND outlives us when nobody can tell it
                        if number == signal.SIGKILL and child in self.commands(children):
                            os.kill(child, signal.SIGKILL)

    @staticmethod
    def children(parent):
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    if f"\nPPid:\t{parent}\n" in (entry / "status").read_text():
                        found.append(int(entry.name))
                except OSError:
                    continue
        return found

    @staticmethod
    def commands(processes):
        """Those that run the suite."""
        def line(process):
            try:
                return Path(f"/proc/{process}/cmdline").read_bytes()
            except OSError:
                return b""
        return [process for process in processes if line(process).startswith(os.fsencode(PYTHON))]


if __name__ == "__main__":
    unittest.main()
