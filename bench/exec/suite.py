#!/usr/bin/python3
"""The bookshop's own tests, direct and under `onetrip exec`, in turn: what exec adds to their wall time, as a ratio
within each round, and whether four workers give the verdict of one, each time."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "scripts/lib"), str(ROOT / "bench/compare")]

from ratios import interval  # noqa: E402
from services import Bookshop, Postgres  # noqa: E402

PYTHON = ROOT / "clients/python/.venv/bin/python"  # as scripts/setup pins it
GOAL = 1.05


class Suite:
    def __init__(self, server, binary, folder):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "ONETRIP_", "GITHUB"))}
        self.environment = {**kept, **server.environment(database="bookshop"), "BOOKSHOP": "slow",
                            "PYTHONPATH": str(ROOT / "clients/python")}
        self.binary, self.report = binary, Path(folder) / "report.json"

    def run(self, workers, through=()):
        """Seconds that all pages' tests took."""
        parallel = ["-n", str(workers)] if workers > 1 else []
        begun = time.monotonic()
        done = subprocess.run([*map(str, through), str(PYTHON), "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider",
                               "--create-db", *parallel, "tests/test_pages.py"], cwd=Bookshop.FOLDER, text=True,
                              env=self.environment, stdin=subprocess.DEVNULL, capture_output=True)
        took = time.monotonic() - begun
        if done.returncode != (1 if through else 0) or "25 passed" not in done.stdout:
            sys.exit(f"the suite ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return took

    def direct(self, workers):
        return self.run(workers)

    def judged(self, workers):
        """Seconds, and the verdict without what no two runs share: times."""
        took = self.run(workers, [self.binary, "exec", "--report", f"json={self.report}", "--"])
        problems = json.loads(self.report.read_text())["problems"]
        return took, [(one["kind"], one["level"], one["finding"]["id"], one["finding"]["confidence"],
                       [(place["test"], place["label"], place["count"]) for place in one["places"]])
                      for one in problems]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--binary", type=Path, default=ROOT / "build/onetrip")
    options = parser.parse_args()
    ratios, others = [], 0
    with Postgres() as server, tempfile.TemporaryDirectory(prefix="onetrip-bench-") as folder:
        server.sql("CREATE DATABASE bookshop")
        suite = Suite(server, options.binary, folder)
        _, wanted = suite.judged(1)
        print(f"one worker: {len(wanted)} problems", flush=True)
        for number in range(options.rounds):
            first = number % 2 == 0  # neither is always first
            direct = suite.direct(options.workers) if first else None
            judged, verdict = suite.judged(options.workers)
            direct = direct or suite.direct(options.workers)
            ratios.append(judged / direct)
            if verdict != wanted:
                others += 1
                print(f"round {number + 1}: another verdict: {json.dumps(verdict)}", flush=True)
    middle, low, high = interval(ratios)
    print(f"{options.workers} workers, {options.rounds} rounds: the verdict of one worker in "
          f"{options.rounds - others} of {options.rounds}")
    print(f"wall time under exec / direct: {middle:.3f} [{low:.3f}, {high:.3f}], at most {GOAL}: "
          f"{'met' if middle <= GOAL else 'MISSED'}")
    sys.exit(1 if others or middle > GOAL else 0)


if __name__ == "__main__":
    main()
