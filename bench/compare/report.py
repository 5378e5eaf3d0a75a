#!/usr/bin/python3
"""Turns what scripts/bench wrote into the Markdown tables of docs/performance.md, on standard output.
    report.py FILE
FILE is that of --rounds-json, or that of --json, which has no rounds, so that its ratios come without intervals."""

import json
import statistics
import sys
from pathlib import Path

from goals import Full, judge
from ratios import Result

FIGURES = {"tps": "tps", "cpu_us_per_tx": "cpu", "p50_ms": "p50", "p99_ms": "p99"}
SHOWN = ("direct", "pgbouncer", "haproxy", "onetrip", "onetrip-off", "onetrip-before", "floor")


def read(path):
    """The versions, if they are known, the results, and what a full run tells besides; None if it was none."""
    content = json.loads(Path(path).read_text())
    if isinstance(content, dict):
        full = content.get("full")
        return content["versions"], [Result(**one) for one in content["results"]], Full(**full) if full else None
    results = {}
    for row in content:
        result = results.setdefault((row["case"], row["clients"]), Result(row["case"], row["clients"], [{}]))
        result.rounds[0][row["proxy"]] = {ours: row[theirs] for theirs, ours in FIGURES.items()}
        if "rss_kib_per_connection" in row:
            result.rss_kib[row["proxy"]] = [row["rss_kib_per_connection"]]
    return {}, list(results.values()), None


def ratio_text(result, figure):
    ratio = result.ratio("onetrip", "pgbouncer", figure)
    if not ratio:
        return "–"
    return f"{ratio[0]:.2f}" if len(result.rounds) == 1 else f"{ratio[0]:.2f} [{ratio[1]:.2f}, {ratio[2]:.2f}]"


def ratio_table(results):
    yield "| case | clients | tps ÷ PgBouncer | CPU ÷ PgBouncer | tps ÷ HAProxy | CPU ÷ HAProxy |"
    yield "|---|---|---|---|---|---|"
    for one in results:
        haproxy = [one.ratio("onetrip", "haproxy", figure) for figure in ("tps", "cpu")]
        cells = [f"{ratio[0]:.2f}" if ratio else "–" for ratio in haproxy]
        yield (f"| {one.case} | {one.clients} | {ratio_text(one, 'tps')} | {ratio_text(one, 'cpu')} | "
               + " | ".join(cells) + " |")


def cell(value, digits):
    return "–" if value is None else f"{value:,.{digits}f}"


def median(result, name, figure):
    """None where there is none: direct has no forwarder that could take CPU."""
    if name not in result.names or (figure, name) == ("cpu", "direct"):
        return None
    return result.median(name, figure)


def figure_table(results):
    """The medians of each forwarder."""
    names = [name for name in SHOWN if any(name in one.names for one in results)]
    yield "| row, clients | figure | " + " | ".join(names) + " |"
    yield "|---|---|" + "---|" * len(names)
    for one in results:
        for label, figure, digits in (("tps", "tps", 0), ("CPU µs", "cpu", 1), ("p50 ms", "p50", 3),
                                      ("p99 ms", "p99", 3)):
            cells = [cell(median(one, name, figure), digits) for name in names]
            yield f"| {one.case}, {one.clients} | {label} | " + " | ".join(cells) + " |"
        if one.rss_kib:
            held = [one.rss_kib.get(name) for name in names]
            cells = [cell(kib and statistics.median(kib), 1) for kib in held]
            yield f"| {one.case}, {one.clients} | KiB each | " + " | ".join(cells) + " |"


def idle_table(results):
    idle = [one for one in results if one.rss_kib]
    if not idle:
        return
    yield "| idle connections | KiB each, least to most | CPU ms per second, all idle |"
    yield "|---|---|---|"
    for one in idle:
        for name, kib in one.rss_kib.items():
            cpu = one.idle_cpu.get(name)
            yield (f"| {one.case}, {name} | {min(kib):.1f} to {max(kib):.1f} | "
                   + (f"{min(cpu):.1f} to {max(cpu):.1f} |" if cpu else "– |"))


def page(versions, results, full):
    yield from (f"- {name}: {text}" for name, text in versions.items())
    yield from (f"- {one.case}, {one.clients}: {text}" for one in results for text in one.missing)
    yield from ("", *ratio_table(results), "", *idle_table(results), "")
    yield "| goal | measured | |"
    yield "|---|---|---|"
    for goal in judge(results, full):
        yield f"| {goal.text} | {goal.measured} | {'met' if goal.met else '**missed**'} |"
    yield ""
    yield from figure_table(results)
    yield ""
    yield from (f"- {one.case}, {one.clients}: {note}" for one in results for note in one.notes)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print("\n".join(page(*read(sys.argv[1]))))


if __name__ == "__main__":
    main()
