"""What the bench could not measure is named in its report, and misses a goal, so that --check does not pass."""

import json
import pathlib
import sys
import tempfile
import unittest
from dataclasses import asdict

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench/compare"))

from goals import judge  # noqa: E402
from ratios import Result  # noqa: E402
from report import page, read  # noqa: E402

COMPLETE = "every row was measured, through every forwarder"
TURN = {"tps": 10_000, "cpu": 20.0, "transactions": 10_000, "p50": 0.1, "p99": 0.25}


def measured(case, *names, **more):
    return Result(case, 8, [{name: TURN for name in names}] * 7, **{"left_out": {}, **more})


def idle(**more):
    return measured("idle-1000", "direct", "pgbouncer", "onetrip",
                    rss_kib={"pgbouncer": [2, 3, 2], "onetrip": [4, 4, 4.25]},
                    idle_cpu={"pgbouncer": [1, 1, 1], "onetrip": [0, 0, 0]}, **more)


class Goals(unittest.TestCase):
    def complete(self, *results):
        return [(goal.measured, goal.met) for goal in judge(results) if goal.text == COMPLETE]

    def test_are_met_by_rows_that_are_all_there(self):
        self.assertEqual(self.complete(measured("orm-text", "pgbouncer", "onetrip"), idle()), [("so it is", True)])

    def test_are_missed_by_a_row_that_was_left_out(self):
        row = Result("idle-1000", 8, [], left_out={"pgbouncer": "too little memory", "onetrip": "too little memory"})
        self.assertEqual(self.complete(measured("orm-text", "pgbouncer", "onetrip"), row),
                         [("idle-1000 (8): the row is left out: too little memory", False)])

    def test_are_missed_by_a_forwarder_that_was_left_out(self):
        row = measured("orm-text", "onetrip", left_out={"pgbouncer": "it does not answer:\nno such user"})
        self.assertEqual(self.complete(row),
                         [("orm-text (8): pgbouncer is left out: it does not answer: no such user", False)])

    def test_do_not_speak_of_what_a_file_does_not_tell(self):
        self.assertEqual(self.complete(measured("orm-text", "pgbouncer", "onetrip", left_out=None)), [])


class Report(unittest.TestCase):
    def page(self, content):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(content, file)
            file.flush()
            return list(page(*read(file.name)))

    def test_names_what_was_left_out(self):
        row = Result("idle-1000", 8, [], left_out={"onetrip": "too little memory"})
        lines = self.page({"versions": {}, "results": [asdict(measured("orm-text", "direct", "onetrip")), asdict(row)]})
        self.assertIn("- idle-1000, 8: the row is left out: too little memory", lines)
        self.assertIn(f"| {COMPLETE} | idle-1000 (8): the row is left out: too little memory | **missed** |", lines)

    def test_has_every_figure(self):
        lines = self.page({"versions": {}, "results": [asdict(idle())]})
        start = lines.index("| row, clients | figure | direct | pgbouncer | onetrip |")
        self.assertEqual(lines[start + 2:start + 7], [
            "| idle-1000, 8 | tps | 10,000 | 10,000 | 10,000 |",
            "| idle-1000, 8 | CPU µs | – | 20.0 | 20.0 |",
            "| idle-1000, 8 | p50 ms | 0.100 | 0.100 | 0.100 |",
            "| idle-1000, 8 | p99 ms | 0.250 | 0.250 | 0.250 |",
            "| idle-1000, 8 | KiB each | – | 2.0 | 4.0 |"])

    def test_reads_medians_too(self):
        lines = self.page([{"case": "orm-text", "clients": 8, "proxy": name, "tps": 10_000, "cpu_us_per_tx": cpu,
                            "p50_ms": 0.1, "p99_ms": 0.25, "rounds": 7} for name, cpu in (("direct", 0), ("onetrip", 20))])
        self.assertIn("| orm-text, 8 | CPU µs | – | 20.0 |", lines)
        self.assertFalse([line for line in lines if COMPLETE in line])


if __name__ == "__main__":
    unittest.main()
