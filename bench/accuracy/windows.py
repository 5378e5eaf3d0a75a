#!/usr/bin/python3
"""Whether windows are the requests: users over a pool, recorded with tags, judged with them and without. See
README.md, *Windows*.

  windows.py"""

import argparse
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import recording
from score import print_table, replay
from verdict import mixes

HERE = Path(__file__).resolve().parent
POOLS = ("bare", "rollback", "ping")
USERS = (1, 8, 64)
HEADS = ("", "users", "requests", "exact", "merged", "split", "findings", "mix requests", "… proven", "mix users")


@dataclass
class Comparison:
    """Of requests: in a window that holds just theirs; with another's in one; in more than one. Of findings, one for
    each window that showed it: which count together what ran in two requests, or for two users."""
    requests: int = 0
    exact: int = 0
    merged: int = 0
    split: int = 0
    findings: int = 0
    mixed: int = 0
    mixed_proven: int = 0
    mixed_users: int = 0


def path_of(pool):
    return HERE / "recordings" / f"crowd_{pool}.rec.xz"


def user_of(trace):
    return trace[:8]


def compare(executions, traces, findings):
    """`executions` as the replay tells them; `traces`: the true one of each, empty where it has none; `findings`: of
    each window."""
    in_window, in_request = defaultdict(set), defaultdict(set)
    for number, (one, trace) in enumerate(zip(executions, traces, strict=True)):
        if one["window"]:
            in_window[one["window"]].add(number)
            in_request[trace].add(number)
    in_window.default_factory = None  # a finding's window that is not there would be our fault
    in_request.pop("", None)
    told = Comparison(requests=len(in_request), findings=len(findings))
    for request in in_request.values():
        windows = {executions[number]["window"] for number in request}
        held = set().union(*(in_window[window] for window in windows))
        told.split += len(windows) > 1
        told.merged += held != request
        told.exact += len(windows) == 1 and held == request
    for finding in findings:
        held = [dict(executions[number], trace=traces[number]) for number in in_window[finding["window"]["id"]]]
        mixed = bool(mixes(finding, held))
        told.mixed += mixed
        told.mixed_proven += mixed and finding["confidence"] == "proven"
        told.mixed_users += bool(mixes(finding, [dict(one, trace=user_of(one["trace"])) for one in held]))
    return told


def measured(pool):
    """For each run of the recording: its users, and how it compares with tags and without."""
    content = recording.read(path_of(pool))
    runs = zip(replay(content, True)[1], replay(recording.untagged(content), True)[1], strict=True)
    for tagged, untagged in runs:
        ran, blank = tagged["executions"], untagged["executions"]
        if [one["fingerprint"] for one in ran] != [one["fingerprint"] for one in blank] or any(
                one["trace"] for one in blank):
            raise ValueError(f"{pool}, {tagged['n']} users: its tags cannot be taken out")
        traces = [one["trace"] for one in ran]
        yield (tagged["n"], compare(ran, traces, tagged["in_windows"]), compare(blank, traces, untagged["in_windows"]))


def row(pool, users, told):
    return (pool, users, told.requests, told.exact, told.merged, told.split, told.findings, told.mixed,
            told.mixed_proven, told.mixed_users)


def main():
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    runs = [(pool, *run) for pool in POOLS for run in measured(pool)]
    print_table("With tags", HEADS, (row(pool, users, tagged) for pool, users, tagged, _ in runs))
    print_table("Tags taken out", HEADS, (row(pool, users, untagged) for pool, users, _, untagged in runs))


if __name__ == "__main__":
    sys.exit(main())
