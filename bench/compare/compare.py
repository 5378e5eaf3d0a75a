#!/usr/bin/python3
"""Runs every case through every forwarder, interleaved, and prints medians and paired ratios.

In each round all forwarders take their turn, one after the other, so that a machine that grows slower or faster
meets all of them alike; ratios are taken within a round. CPU is what the forwarder's threads used (nanoseconds
from /proc/<pid>/task/*/schedstat), per transaction. Times are those that pgbench logged for each transaction."""

import argparse
import contextlib
import glob
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts/lib"))

from cases import SCHEMA, all_cases  # noqa: E402
from forwarders import ALL, HaProxy, PgBouncer  # noqa: E402
from services import Postgres  # noqa: E402


def cpu_ns(pids):
    """Running time of all threads; a thread that ended meanwhile is gone from it, so threads should live."""
    total = 0
    for pid in pids:
        for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
            with contextlib.suppress(OSError):
                total += int(Path(path).read_text().split()[0])
    return total


def percentile(values, share):
    return values[min(len(values) - 1, math.ceil(share * len(values)) - 1)] if values else float("nan")


def measure(case, forwarder, server, seconds, folder):
    script = folder / "script.sql"
    script.write_text(case.script)
    for old in folder.glob("log*"):
        old.unlink()
    command = ["pgbench", "-n", "-f", str(script), "-M", case.mode, "-c", str(case.clients), "-j", "1",
               "-T", str(seconds), "-l", f"--log-prefix={folder}/log", "-s", "1"]
    if case.reconnect:
        command.append("-C")
    before = cpu_ns(forwarder.pids())
    done = subprocess.run(command, env=server.environment(host="127.0.0.1", port=forwarder.port),
                          capture_output=True, text=True)
    after = cpu_ns(forwarder.pids())
    if done.returncode != 0:
        raise RuntimeError(f"{case.name} through {forwarder.name}: {done.stderr}")
    times = sorted(int(line.split()[2]) for path in folder.glob("log*") for line in open(path))
    tps = next(float(line.split("=")[1].split()[0]) for line in done.stdout.splitlines()
               if line.startswith("tps"))
    return {"tps": tps, "cpu": (after - before) / 1000 / max(1, len(times)),
            "p50": percentile(times, 0.5) / 1000, "p99": percentile(times, 0.99) / 1000}


def interval(ratios):
    """Median, and a 95 % interval of it from the order statistics (exact binomial; no shape assumed)."""
    ordered = sorted(ratios)
    count = len(ordered)
    low = 0
    while low < count // 2 and sum(math.comb(count, k) for k in range(low + 1)) / 2**count <= 0.025:
        low += 1
    low = max(0, low - 1)
    return statistics.median(ordered), ordered[low], ordered[count - 1 - low]


def ratio_text(rounds, name, other, figure):
    pairs = [one[name][figure] / one[other][figure] for one in rounds if one[other][figure] > 0]
    if not pairs:
        return "-"
    middle, low, high = interval(pairs)
    return f"{middle:.2f} [{low:.2f}, {high:.2f}]"


def print_case(case, rounds, names):
    print(f"\n{case.name}, {case.clients} client{'s' if case.clients > 1 else ''}, {len(rounds)} rounds")
    print(f"  {'':12} {'tps':>9} {'cpu µs/tx':>10} {'p50 ms':>8} {'p99 ms':>8}   "
          f"{'tps ÷ pgbouncer':>22} {'cpu ÷ pgbouncer':>22}")
    for name in names:
        middle = {figure: statistics.median(one[name][figure] for one in rounds)
                  for figure in ("tps", "cpu", "p50", "p99")}
        print(f"  {name:12} {middle['tps']:9.0f} {middle['cpu']:10.1f} {middle['p50']:8.3f} {middle['p99']:8.3f}   "
              f"{ratio_text(rounds, name, 'pgbouncer', 'tps'):>22} "
              f"{ratio_text(rounds, name, 'pgbouncer', 'cpu') if name != 'direct' else '-':>22}")
    sys.stdout.flush()


def run(arguments):
    cases = [case for case in all_cases()
             if (case.quick or not arguments.quick) and (not arguments.case or case.name in arguments.case)]
    rounds = 3 if arguments.quick else arguments.rounds
    seconds = 1 if arguments.quick else arguments.seconds
    rows = []
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(Postgres(shared_buffers="256MB", max_connections="300"))
        server.sql(SCHEMA)
        subprocess.run(["pgbench", "-i", "-q", "-s", "1"], env=server.environment(), check=True, capture_output=True)
        forwarders = [stack.enter_context(kind(server, arguments.binary)) for kind in ALL]
        names = [forwarder.name for forwarder in forwarders]
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="onetrip-bench-")))
        print(f"{PgBouncer.version()} (session pooling), {HaProxy.version()} (tcp); "
              f"{server.sql('SHOW server_version')} PostgreSQL; {os.cpu_count()} cores; {seconds} s a run")
        for case in cases:
            seen = []
            for number in range(rounds):
                turn = number % len(forwarders)  # nobody is always first
                order = forwarders[turn:] + forwarders[:turn]
                seen.append({one.name: measure(case, one, server, seconds, folder) for one in order})
            print_case(case, seen, names)
            for name in names:
                middle = {figure: statistics.median(one[name][figure] for one in seen) for figure in seen[0][name]}
                rows.append({"case": case.name, "proxy": name, "clients": case.clients, "tps": round(middle["tps"], 1),
                             "cpu_us_per_tx": round(middle["cpu"], 2), "p50_ms": round(middle["p50"], 3),
                             "p99_ms": round(middle["p99"], 3), "rounds": len(seen)})
        onetrip = next(forwarder for forwarder in forwarders if forwarder.name == "onetrip")
        print(f"\nonetrip dropped {onetrip.dropped():.0f} events from its rings.")
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(rows, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description="Compares Onetrip with PgBouncer, HAProxy and no proxy at all.")
    parser.add_argument("--binary", default=str(ROOT / "build/onetrip"))
    parser.add_argument("--json", metavar="FILE", help="also write the medians as JSON")
    parser.add_argument("--quick", action="store_true", help="a few cases, 3 rounds of 1 s: within 2 minutes")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--case", action="append", help="only this case; may be given again")
    run(parser.parse_args())


if __name__ == "__main__":
    main()
