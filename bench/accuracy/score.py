#!/usr/bin/python3
"""The table of accuracy: the committed recordings, judged with and without catalog. See README.md.

  score.py [--check [GOAL...]] [--faults [names]] [--client CLIENT].."""

import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import counting
import labels
import recording
from verdict import judge

HERE = Path(__file__).resolve().parent
REPLAY = Path(os.environ.get("ONETRIP_REPLAY", HERE.parent.parent / "build/onetrip_replay"))
REPEATING = {"n-plus-one", "select-in-loop", "duplicate-query", "write-in-loop", "tree-walk"}


def replay(content, catalog):
    """Of a recording: the rules that the program knows, and one object for each run."""
    command = [REPLAY] + ([HERE / "recordings/catalog.json"] if catalog else [])
    done = subprocess.run(command, input=content, stdout=subprocess.PIPE, check=True)
    first, *lines = done.stdout.decode().splitlines()
    return json.loads(first)["rules"], [json.loads(line) for line in lines]


def verdicts(client, catalog, notes):
    path = HERE / "recordings" / f"{client.name}.rec.xz"
    if not path.exists():
        notes.append(f"{client.name} was not recorded")
        return set(), []
    rules, runs = replay(recording.read(path), catalog)
    by_key = {run.key: run for run in client.runs}
    found = []
    for run in runs:
        labelled = by_key.pop((run["case"], run["n"], tuple(run["flags"])), None)
        if labelled:
            found.append(judge(labelled, run["findings"], run["executions"], rules))
        else:
            notes.append(f"{client.name}: {run['case']} {run['n']} was recorded, and has no label any more")
    if by_key:
        notes.append(f"{client.name}: {len(by_key)} labelled runs were not recorded")
    return set(rules), found


class Sum:
    """Counts over verdicts."""

    def __init__(self, chosen=()):
        self.runs = self.positive = self.true = self.false = self.wanted = self.met = 0
        self.right, self.of = defaultdict(int), defaultdict(int)
        self.wrong_fixes = 0
        for verdict in chosen:
            self.add(verdict)

    def add(self, verdict):
        self.runs += 1
        self.positive += bool(verdict.labelled.expected)
        self.true += len(verdict.true) + len(verdict.allowed)
        self.false += len(verdict.false)
        met = {judged.expected for judged in verdict.true}
        self.met += len(met)
        self.wanted += len(met) + len(verdict.missed)
        for judged in verdict.true:
            for name in ("parent", "column", "direction", "fix"):
                answer = getattr(judged, name)
                if answer is not None:
                    self.of[name] += 1
                    self.right[name] += answer
            self.wrong_fixes += judged.fix is False

    @property
    def precision(self):
        return share(self.true, self.true + self.false)

    @property
    def recall(self):
        return share(self.met, self.wanted)

    def part(self, name):
        return share(self.right[name], self.of[name])


def share(part, whole):
    return part / whole if whole else None


def percent(value):
    return "–" if value is None else f"{value:.3f}"


HEADS = ("", "runs", "positive", "precision", "recall", "parent", "column", "direction", "fix", "false", "missed")


def row(name, total):
    return (name, total.runs, total.positive, percent(total.precision), percent(total.recall),
            percent(total.part("parent")), percent(total.part("column")), percent(total.part("direction")),
            percent(total.part("fix")), total.false, total.wanted - total.met)


def print_table(title, heads, rows):
    rows = [tuple(map(str, one)) for one in rows]
    widths = [max(map(len, column)) for column in zip(heads, *rows)]
    print(f"\n{title}")
    for one in [heads, *rows]:
        print("  " + one[0].ljust(widths[0]) + "".join(f"  {cell:>{width}}" for cell, width in zip(one[1:], widths[1:])))


def by_rule_and_class(chosen, rules):
    """A row for each rule, and below it its classes: what the case is about."""
    groups = defaultdict(list)
    for verdict in chosen:
        for rule in {one.rule for one in verdict.labelled.expected} or {"(silent)"}:
            if rule in rules or rule == "(silent)":
                groups[rule, verdict.labelled.case.name.split(".")[0]].append(verdict)
    for rule in sorted({rule for rule, _ in groups}):
        mine = {kind: group for (of, kind), group in groups.items() if of == rule}
        yield row(rule, Sum(verdict for group in mine.values() for verdict in group))
        for kind in sorted(mine):
            yield row(f"  {kind}", Sum(mine[kind]))


def comparison(chosen):
    """Does it speak of a run that repeats itself, and is it silent on the others? Counted in runs."""
    chosen = [one for one in chosen if all(want.rule in REPEATING for want in one.labelled.expected)
              and (one.labelled.expected or not one.labelled.case.allow)]  # what may be told either way is left out

    def line(name, speaks):
        spoken = [one for one in chosen if speaks(one)]
        guilty = [one for one in chosen if one.labelled.expected]
        right = sum(bool(one.labelled.expected) for one in spoken)
        return (name, percent(share(right, len(spoken))), percent(share(right, len(guilty))), len(spoken) - right,
                len(guilty) - right)

    yield line("onetrip", lambda one: one.spoke)
    for name, speaks in counting.RULES.items():
        yield line(name, lambda one, speaks=speaks: speaks(one.executions))


def describe(finding):
    link = finding["link"]
    said = f"{finding['rule']} ({finding['confidence']})"
    if link:
        said += f" {' + '.join(link['parent_columns'])} → {link['child_column']}, {link['direction']}"
    return said + (f"; {finding['advice']['code']}" if finding["advice"]["code"] else "")


def faults(chosen):
    """What it said, and what is true, of each run that is not all right."""
    for verdict in chosen:
        run = verdict.labelled
        name = f"{run.client.name} {run.case.name} {run.n} {' '.join(run.flags)}".rstrip()
        for finding in verdict.false:
            yield f"false    {name}: {describe(finding)}; {finding['statement']['summary']}"
        for one in verdict.missed:
            yield f"missed   {name}: {one.rule} {' + '.join(sorted(one.parent))} → {' or '.join(one.child)}"
        for judged in verdict.true:
            for part in ("parent", "column", "direction", "fix"):
                if getattr(judged, part) is False:
                    right = " + ".join(sorted(judged.expected.parent)) + f" {judged.expected.direction}"
                    if part == "fix":
                        right = " or ".join(run.client.fixes.get(run.case.name, []))
                    yield f"wrong {part:<9} {name}: {describe(judged.finding)}; right is {right}"
                    break


def goals(with_catalog, without):
    """Name, what was reached, whether that is enough."""
    both = Sum(with_catalog)
    names = Sum(without)
    silent = sum(not one.labelled.expected for one in with_catalog)
    yield "cases", len(with_catalog), len(with_catalog) >= 300 and silent * 2 >= len(with_catalog)
    yield "precision", both.precision, (both.precision or 0) >= 0.99
    yield "recall", both.recall, (both.recall or 0) >= 0.97
    yield "column", both.part("column"), (both.part("column") or 0) >= 0.98
    yield "fixes", both.wrong_fixes, both.wrong_fixes == 0
    mixed = sum(map(sum, (one.mixed for one in with_catalog)))
    yield "mixed", mixed, mixed == 0
    yield "names", names.precision, (names.precision or 0) >= 0.97


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", nargs="*", metavar="GOAL", help="exit 1 when one of these goals, or any, is missed")
    parser.add_argument("--faults", nargs="?", const="catalog", choices=["catalog", "names"],
                        help="every run that is not all right, and nothing else; names: without catalog. "
                             "Of clients that are held out only where --client names them")
    parser.add_argument("--client", action="append", help="only these")
    options = parser.parse_args()
    notes, judged, rules = [], {True: [], False: []}, set()
    for name in options.client or labels.client_names():
        for catalog in (True, False):
            known, found = verdicts(labels.client(name), catalog, notes if catalog else [])
            rules |= known
            judged[catalog] += found
    decided = {catalog: [one for one in found if one.labelled.decidable] for catalog, found in judged.items()}
    if options.faults:
        print("\n".join(faults(one for one in decided[options.faults == "catalog"]
                               if options.client or not one.labelled.client.held_out)))
        return 0
    return report(decided, judged[True], rules, notes, options.check)


def report(decided, everything, rules, notes, check):
    own = [one for one in decided[True] if not one.labelled.client.held_out]
    held = [one for one in decided[True] if one.labelled.client.held_out]
    print_table("With catalog, by rule and class", HEADS, by_rule_and_class(decided[True], rules))
    clients = sorted({one.labelled.client.name for one in decided[True]})
    print_table("In all", HEADS, [
        row("with catalog", Sum(decided[True])), row("  tuned on", Sum(own)), row("  held out", Sum(held)),
        row("without catalog", Sum(decided[False])),
        *(row(f"  {name}", Sum(one for one in decided[True] if one.labelled.client.name == name)) for name in clients)])
    print_table("Beside counting rules: runs that repeat themselves", ("", "precision", "recall", "false", "missed"),
                comparison(decided[True]))
    undecided = [one for one in everything if not one.labelled.decidable]
    if undecided:
        print(f"\nNot decidable on the wire: {len(undecided)} runs, {sum(one.spoke for one in undecided)} with a finding: "
              + ", ".join(sorted({one.labelled.case.name for one in undecided})))
    mixed = [one for verdict in everything for one in verdict.mixed]
    print(f"Of {len(mixed)} findings on tagged requests, {sum(mixed)} mix two of them")
    unknown = {one.rule for verdict in everything for one in verdict.labelled.expected} - rules
    if unknown:
        print("Left out, as the program has no such rule: " + ", ".join(sorted(unknown)))
    print(*notes, sep="\n")
    print("\nGoals")
    missed = []
    for name, reached, enough in goals(decided[True], decided[False]):
        print(f"  {name:<10} {reached if isinstance(reached, int) else percent(reached):>7}  {'reached' if enough else 'missed'}")
        if not enough and check is not None and (not check or name in check):
            missed.append(name)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
