#!/usr/bin/python3
"""Runs every case through every forwarder, interleaved; prints medians, paired ratios and whether the goals are met.

In each round all forwarders take their turn, one after the other, so that a machine that grows slower or faster meets
all of them alike; ratios are taken within a round. Turns are short and many, which gives tighter intervals than few
long ones. See docs/performance.md."""

import argparse
import contextlib
import dataclasses
import json
import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts/lib"))

import forwarders  # noqa: E402
from cases import SCHEMA, all_cases  # noqa: E402
from certificate import Certificate  # noqa: E402
from goals import LEAST_ROUNDS, Full, beside_the_one_before, judge  # noqa: E402
from known_statements import known_statements  # noqa: E402
from measure import Measure, resident_kib  # noqa: E402
from onetrip_facts import many_shapes, watched  # noqa: E402
from ratios import Result  # noqa: E402
from services import Postgres  # noqa: E402

IDLE_ROUNDS = LEAST_ROUNDS     # at most: each takes as long as six others
MEMORY_FOR_IDLE_KIB = 6 << 20  # a thousand server processes
MANY_CLIENTS = 64              # their connecting, and new servers' first statements, would be seen in a turn of 1 s


def show(text=""):
    print(text, flush=True)


def ratio_text(ratio):
    return f"{ratio[0]:.2f} [{ratio[1]:.2f}, {ratio[2]:.2f}]" if ratio else "-"


def show_result(result):
    show(f"\n{result.case}, {result.clients} client{'s' if result.clients > 1 else ''}, {len(result.rounds)} rounds")
    for text in result.missing:
        show(f"  {text}")
    if not result.rounds:
        return
    show(f"  {'':12} {'tps':>9} {'cpu µs/tx':>10} {'p50 ms':>8} {'p99 ms':>8}   {'tps ÷ pgbouncer':>20} "
         f"{'cpu ÷ pgbouncer':>20} {'cpu ÷ haproxy':>20}")
    for name in result.names:
        tps, cpu, p50, p99 = (result.median(name, figure) for figure in ("tps", "cpu", "p50", "p99"))
        show(f"  {name:12} {tps:9.0f} {cpu:10.1f} {p50:8.3f} {p99:8.3f}   "
             f"{ratio_text(result.ratio(name, 'pgbouncer', 'tps')):>20} "
             f"{ratio_text(result.ratio(name, 'pgbouncer', 'cpu') if cpu else None):>20} "
             f"{ratio_text(result.ratio(name, 'haproxy', 'cpu') if cpu else None):>20}")
    for name, kib in result.rss_kib.items():
        show(f"  {name:12} {min(kib):.1f} to {max(kib):.1f} KiB for each idle connection, "
             f"{max(result.idle_cpu[name]):.1f} ms CPU a second while all idle")
    for note in result.notes:
        show(f"  {note}")
    for fault in result.faults:
        show(f"  NOT AS IT SHOULD BE: {fault}")


class Run:
    def __init__(self, options):
        self.options = options
        self.kinds = [*forwarders.ALL, *([forwarders.Floor] if options.floor else []),
                      *([forwarders.OnetripBefore] if options.before else [])]
        self.programs = {"onetrip": options.binary, "before": options.before, "floor": options.build / "bench_floor"}
        self.results = []
        self.every_row = not options.quick and not options.case
        self.full = None

    def wanted(self, tls):
        return [case for case in all_cases() if case.tls == tls and (case.quick or not self.options.quick)
                and (not self.options.case or case.name in self.options.case)]

    def stage(self, tls):
        """All cases of one kind of road, with a server of their own."""
        cases = self.wanted(tls)
        if not cases:
            return
        with contextlib.ExitStack() as stack:
            certificate = stack.enter_context(Certificate()) if tls else None
            server = stack.enter_context(Postgres(shared_buffers="128MB", max_connections="1200",
                                                  **(certificate.settings() if tls else {})))
            server.sql(SCHEMA)
            subprocess.run(["pgbench", "-i", "-q", "-s", "1"], check=True, capture_output=True,
                           env=server.environment(PGSSLMODE="disable"))
            if not self.results:
                self.show_versions(server)
            road = forwarders.Road(server, self.programs, certificate)
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="onetrip-bench-"))
            measure = Measure(server, folder, self.options.build / "bench_client")
            running, left_out = stack.enter_context(forwarders.started(self.kinds, road))
            for case in cases:
                self.keep(self.beside_idle(case, measure, road) if case.idle else
                          self.interleaved(case, measure, running, left_out))
            if not tls and self.every_row:
                self.shapes(road)

    def pieces(self):
        """Those that are judged, alone: when no server or forwarder runs any more."""
        if self.every_row:
            self.full = Full(*known_statements(self.options.build / "onetrip_micro"))

    def keep(self, result):
        self.results.append(result)
        show_result(result)
        self.write()

    def interleaved(self, case, measure, running, left_out):
        result = Result(case.name, case.clients, [], left_out=left_out)
        seconds = max(self.options.seconds, 4) if case.clients >= MANY_CLIENTS else self.options.seconds
        with watched(running, case, result) as watches:
            for number in range(self.options.rounds):
                turn = number % len(running)  # nobody is always first
                order = running[turn:] + running[:turn]
                result.rounds.append({one.name: measure.turn(case, one, seconds) for one in order})
                for watch in watches:
                    watch.round_over()
        return result

    def beside_idle(self, case, measure, road):
        memory = next(int(line.split()[1]) for line in open("/proc/meminfo") if line.startswith("MemAvailable"))
        kinds = [kind for kind in self.kinds if kind.idles and (kind.ends_tls or not case.tls)]
        if memory < MEMORY_FOR_IDLE_KIB:
            reason = f"it wants {MEMORY_FOR_IDLE_KIB >> 20} GiB of memory for the server"
            return Result(case.name, case.clients, [], left_out={kind.name: reason for kind in kinds})
        result = Result(case.name, case.clients, [], left_out={})
        for _ in range(min(self.options.rounds, IDLE_ROUNDS)):
            figures = {}
            for kind in kinds:
                with forwarders.started([kind], road) as (running, left_out), watched(running, case, result):
                    result.left_out |= left_out
                    for one in running:
                        figures[one.name] = measure.turn_beside_idle(case, one, max(self.options.seconds, 2))
            for name, figure in figures.items():
                if "rss_kib" in figure:
                    result.rss_kib.setdefault(name, []).append(figure.pop("rss_kib"))
                    result.idle_cpu.setdefault(name, []).append(figure.pop("idle_ms"))
            result.rounds.append(figures)
        return result

    def shapes(self, road):
        notes, faults = many_shapes(forwarders.Onetrip, road, resident_kib)
        self.results[-1].notes += notes
        self.results[-1].faults += faults
        for text in (*notes, *(f"NOT AS IT SHOULD BE: {fault}" for fault in faults)):
            show(f"\n{text}")

    def show_versions(self, server):
        self.versions = {
            "onetrip": forwarders.Onetrip.version(self.options.binary),
            "pgbouncer": f"{forwarders.PgBouncer.version()}, session pooling",
            "haproxy": f"{forwarders.HaProxy.version()}, tcp; where both hops are TLS it passes through",
            "postgresql": server.sql("SHOW server_version"),
            "pgbench": subprocess.run(["pgbench", "--version"], capture_output=True, text=True).stdout.strip(),
            "openssl": subprocess.run(["openssl", "version"], capture_output=True, text=True).stdout.strip(),
            "system": f"{platform.system()} {platform.release()}, {os.cpu_count()} cores",
            "turns": f"{self.options.rounds} rounds of {self.options.seconds} s",
        }
        for name, text in self.versions.items():
            show(f"{name:12} {text}")

    def rows(self):
        """As INTERFACE promises them to other programs."""
        for result in self.results:
            for name in result.names:
                row = {"case": result.case, "proxy": name, "clients": result.clients,
                       "tps": round(result.median(name, "tps"), 1),
                       "cpu_us_per_tx": round(result.median(name, "cpu"), 2),
                       "p50_ms": round(result.median(name, "p50"), 3), "p99_ms": round(result.median(name, "p99"), 3),
                       "rounds": len(result.rounds)}
                if name in result.rss_kib:
                    row["rss_kib_per_connection"] = round(max(result.rss_kib[name]), 2)
                yield row

    def write(self):
        """After each row: a run that is cut off has written those before."""
        if self.options.json:
            Path(self.options.json).write_text(json.dumps(list(self.rows()), indent=1) + "\n")
        if self.options.rounds_json:
            everything = {"versions": self.versions, "results": [dataclasses.asdict(one) for one in self.results],
                          "full": dataclasses.asdict(self.full) if self.full else None}
            Path(self.options.rounds_json).write_text(json.dumps(everything) + "\n")


def raise_descriptor_limit():
    """A thousand connections are two thousand descriptors of a forwarder, which inherits our limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, 16384) if hard != resource.RLIM_INFINITY else 16384
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def parse():
    parser = argparse.ArgumentParser(description="Compares Onetrip with PgBouncer, HAProxy and no proxy at all.")
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="the folder of the built programs")
    parser.add_argument("--binary", type=Path, help="another onetrip")
    parser.add_argument("--before", type=Path, help="an earlier onetrip, to run beside it")
    parser.add_argument("--json", metavar="FILE", help="also write the medians as JSON")
    parser.add_argument("--rounds-json", metavar="FILE", help="also write every round: what report.py reads")
    parser.add_argument("--quick", action="store_true", help="a few cases, 3 rounds of 1 s: within 2 minutes")
    parser.add_argument("--rounds", type=int, default=9,
                        help=f"a full run wants {LEAST_ROUNDS} at least; with idle connections {IDLE_ROUNDS} at most")
    parser.add_argument("--seconds", type=int, default=1, help="of each turn; 64 clients get 4 at least")
    parser.add_argument("--case", action="append", help="only this case; may be given again")
    parser.add_argument("--floor", action="store_true", help="also a bare forwarder, the least that one can cost")
    parser.add_argument("--check", action="store_true", help="exit 1 when a goal is missed, or something was left out")
    options = parser.parse_args()
    options.binary = options.binary or options.build / "onetrip"
    if options.quick:
        options.rounds, options.seconds = 3, 1
    unknown = set(options.case or []) - {case.name for case in all_cases()}
    if unknown:
        names = sorted({case.name for case in all_cases()})
        parser.error(f"no case {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    return options


def main():
    options = parse()
    raise_descriptor_limit()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))  # through all `with` blocks
    begun = time.monotonic()
    run = Run(options)
    run.stage(tls=False)
    run.stage(tls=True)
    run.pieces()
    run.write()
    goals = judge(run.results, run.full)
    show(f"\nGoals, of these rows ({(time.monotonic() - begun) / 60:.0f} minutes)")
    for goal in goals:
        show(f"  {'met   ' if goal.met else 'MISSED'} {goal.text}: {goal.measured}")
    for text in beside_the_one_before(run.results):
        show(f"  {text}")
    if options.check and not all(goal.met for goal in goals):
        sys.exit(1)


if __name__ == "__main__":
    main()
