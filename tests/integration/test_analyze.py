"""`onetrip analyze` on the logs of a real server: what real drivers did is named, in each way in which a server may be
told to log, and csvlog, jsonlog and standard input say the same."""

import gzip
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import BINARY, CLIENTS, PYTHON, SCHEMA, Postgres, eventually, run

ROWS = 30
DRIVERS = ["psycopg2", "psycopg3-client", "psycopg3-extended", "psycopg3-prepared", "psycopg3-binary", "asyncpg"]
# What makes the server write statements; the last has no durations.
WAYS = {
    "at-end": {"log_min_duration_statement": 0},
    "both": {"log_statement": "all", "log_duration": "on"},
    "both-min": {"log_statement": "all", "log_min_duration_statement": 0},
    "at-begin": {"log_statement": "all"},
}
MARK = "the last statement of this test"


def long_log(requests):
    """A csvlog of that many sessions, each with a list, a loop of ten and a text that is nobody else's."""
    for number in range(requests):
        seconds, ms = divmod(number * 150, 1000)
        time = f"2026-03-01 {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03} UTC"
        head = f'{time},"ada","shop",31,"10.0.0.9:5000",69a42a40.{number:x},1,"SELECT",2026-03-01 12:00:00 UTC,3/0,0,'
        texts = [f"SELECT author_id FROM book WHERE id > {number}",
                 *(f"SELECT * FROM author WHERE id = {n}" for n in range(10)),
                 f"SELECT note FROM scratch WHERE note = '{number}{200 * 'x'}'"]
        for sql in texts:
            yield (f'{head}LOG,00000,"duration: 0.500 ms  statement: {sql}",,,,,,,,,"shop","client backend",,0\n')


def peak_kib(requests):
    """Resident memory at most, and what was said of the log."""
    with tempfile.TemporaryFile() as answer:
        process = subprocess.Popen([BINARY, "analyze", "-", "--json"], stdin=subprocess.PIPE, stdout=answer)
        with process.stdin as log:
            for line in long_log(requests):
                log.write(line.encode())
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        answer.seek(0)
        return usage.ru_maxrss, json.load(answer)


def analyze(*arguments, input=None, environment=None):
    return subprocess.run([BINARY, "analyze", *map(str, arguments)], input=input, capture_output=True, timeout=60,
                          env=environment)


class Analyze(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(Postgres(
            logging_collector="on", log_destination="csvlog,jsonlog,stderr", log_filename="server.log",
            log_line_prefix="%m [%p] ", log_timezone="Europe/Berlin"))
        cls.server.sql(SCHEMA)
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.catalog = cls.folder / "catalog.json"
        # Each client is a session of its own: a pause of a busy machine must not part what one of them did.
        cls.config = cls.folder / "onetrip.toml"
        cls.config.write_text('[window]\nidle_gap = "5s"\n')
        subprocess.run([BINARY, "catalog", "export", "-o", cls.catalog, "--dsn",
                        f"host={cls.server.host} port={cls.server.port} user={cls.server.user} dbname=postgres"],
                       check=True)
        for way, settings in WAYS.items():
            cls.server.sql("ALTER ROLE CURRENT_USER RESET ALL;" + "".join(
                f"ALTER ROLE CURRENT_USER SET {name} = '{value}';" for name, value in settings.items()))
            for driver in DRIVERS:
                for form in ("slow", "fixed"):
                    run([PYTHON, CLIENTS / "loop.py", driver, "forward", form, ROWS],
                        cls.server.environment(PGAPPNAME=f"{driver} {way} {form}"))
        cls.server.sql(f"SET log_statement = 'all'; SELECT '{MARK}'")
        logs = Path(cls.server.folder) / "data/log"
        cls.csv, cls.json, cls.lines = (logs / f"server.{kind}" for kind in ("csv", "json", "log"))
        for log in (cls.csv, cls.json, cls.lines):
            eventually(lambda log=log: MARK in log.read_text(errors="replace"), f"the end of {log.name}")

    def report(self, *arguments, input=None):
        done = analyze(*arguments, "--json", "--config", self.config, input=input)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def refused(self, *arguments, because, input=None, code=75):
        done = analyze(*arguments, input=input)
        self.assertEqual((done.returncode, done.stdout), (code, b""))
        self.assertIn(because, done.stderr.decode())

    def test_a_loop_is_named_whatever_the_driver_and_the_way_of_logging(self):
        report = self.report(self.csv, "--catalog", self.catalog)
        self.assertEqual(report["totals"]["entries_not_understood"], {})
        self.assertEqual(report["totals"]["statements_not_understood"], {})
        found = {finding["label"]: finding for finding in report["findings"] if finding["rule"] == "n-plus-one"}
        self.assertEqual(sorted(found), sorted(f"{driver} {way} slow" for driver in DRIVERS for way in WAYS))
        for label, finding in found.items():
            with self.subTest(label):
                link = finding["link"]
                self.assertEqual((link["parent_column"], link["child_column"], link["foreign_key"]),
                                 ("book.author_id", "author.id", "book_author_id_fkey"))
                self.assertEqual((link["matched"], link["direction"]), (0, "forward"))
                self.assertEqual((finding["confidence"], finding["severity"]), ("possible", "info"))
                self.assertEqual(finding["evidence"]["count"], ROWS)
                self.assertEqual(finding["evidence"]["distinct_values"], ROWS)
                self.assertEqual(finding["evidence"]["total_ms"] > 0, "at-begin" not in label)
                self.assertEqual(finding["window"]["statements"], ROWS + 1)

    def test_csvlog_and_jsonlog_and_standard_input_say_the_same(self):
        from_csv = self.report(self.csv, "--catalog", self.catalog)
        from_json = self.report(self.json, "--catalog", self.catalog)
        from_input = self.report("-", "--catalog", self.catalog, input=self.json.read_bytes())
        self.assertEqual((from_csv["format"], from_json["format"]), ("csvlog", "jsonlog"))
        for report in (from_json, from_input):
            self.assertEqual(report["findings"], from_csv["findings"])
            self.assertEqual(report["totals"]["statements"], from_csv["totals"]["statements"])
            self.assertEqual(report["totals"]["sessions"], from_csv["totals"]["sessions"])

    def test_times_are_those_of_greenwich(self):
        start = self.server.sql("SELECT to_char(pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24')")
        self.assertIn(start, {self.report(self.csv)["totals"][name][:13] for name in ("first", "last")})

    def test_the_text_says_first_what_a_log_cannot_tell(self):
        text = analyze(self.csv, "--catalog", self.catalog, "--config", self.config).stdout.decode()
        head, _, rest = text.partition("\n\n")
        self.assertIn("csvlog, 20", head)
        self.assertIn("A log holds no result rows", head)
        self.assertNotIn("catalog", head)
        self.assertIn("n-plus-one", rest)
        self.assertIn("book.author_id → author.id, values not seen, foreign key book_author_id_fkey", rest)
        self.assertNotIn("\x1b", text)
        self.assertNotIn("Author 1", text)

    def test_without_a_catalog_it_says_how_to_make_one(self):
        report = self.report(self.csv)
        self.assertTrue(any("onetrip catalog export" in sentence for sentence in report["missing"]))
        self.assertEqual([one for one in report["findings"] if one["rule"] == "n-plus-one"], [])

    def test_a_log_may_be_cut_anywhere(self):
        for log, step in ((self.csv, 40_009), (self.json, 90_001)):
            content = log.read_bytes()
            for cut in range(1, len(content) // 2, step):
                with self.subTest(log=log.name, cut=cut):
                    faults = self.report("-", "--format", log.suffix[1:] + "log", input=content[cut:])["totals"]
                    self.assertLessEqual(sum(faults["entries_not_understood"].values()), 1)

    def test_sql_text_is_one_request(self):
        text = "SELECT * FROM book LIMIT 9;\n" + "".join(f"SELECT name FROM author WHERE id = {n};\n" for n in range(9))
        report = self.report("-", "--catalog", self.catalog, input=text.encode())
        self.assertEqual(report["format"], "sql")
        self.assertEqual((report["totals"]["statements"], report["totals"]["windows"]), (10, 1))
        self.assertEqual([one["evidence"]["count"] for one in report["findings"] if one["rule"] == "n-plus-one"], [9])

    def test_what_cannot_be_read_is_told_with_what_to_do(self):
        packed = self.folder / "server.csv.gz"
        packed.write_bytes(gzip.compress(self.csv.read_bytes()))
        self.refused(packed, because=f"zcat {packed} | onetrip analyze -")
        self.refused(self.lines, because="set log_destination = 'csvlog'")
        self.refused("-", input=b"", because="empty")
        self.refused("-", input=b"\x7fELF\x00\x01", because="neither a log nor SQL")
        self.refused("-", input=b"Dear diary, nothing happened today.", because="nothing of it is SQL")
        self.refused(self.folder / "none", because="cannot read")
        self.refused(self.folder, because="is a folder")
        only_checkpoints = b"".join(
            line for line in self.csv.read_bytes().splitlines(True) if b"database system is ready" in line)
        self.refused("-", input=only_checkpoints, because="log_min_duration_statement = 0")

    def test_memory_does_not_grow_with_the_log(self):
        short, _ = peak_kib(4_000)
        long, report = peak_kib(16_000)
        self.assertEqual(report["totals"]["statements"], 12 * 16_000)
        self.assertEqual(report["totals"]["sessions"], 16_000)
        self.assertLess(long, short + 16 * 1024)

    def test_wrong_usage(self):
        self.refused(code=2, because="FILE")
        self.refused(self.csv, "--format", "xml", code=2, because="--format")
        self.refused(self.csv, "--catalog", self.csv, code=2, because="--catalog")
        self.refused(self.csv, "--config", self.folder / "none.toml", code=2, because="none.toml")


if __name__ == "__main__":
    unittest.main()
