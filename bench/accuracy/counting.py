"""The counting rules of other tools, for the comparison in score.py alone. Each says whether it would speak of a
run, from what ran in it (session noise left out, which is kinder than those tools are)."""

from collections import defaultdict

IDLE_GAP_MS = 100


def windows(executions):
    """By trace where there is one, else by pauses on each connection."""
    found, current = defaultdict(list), {}
    for one in executions:
        if one["trace"]:
            found[one["trace"]].append(one)
            continue
        session = one["session"]
        last = current.get(session)
        if last is None or one["ms"] - last[1] > IDLE_GAP_MS:
            last = (len(found), 0)
        current[session] = (last[0], one["end_ms"])
        found[(session, last[0])].append(one)
    return list(found.values())


def grouped(executions, *keys):
    groups = defaultdict(list)
    for one in executions:
        groups[tuple(one[key] for key in keys)].append(one)
    return groups.values()


def dense(group, count, span_ms):
    """So many of them within so long?"""
    times = sorted(one["ms"] for one in group)
    return any(times[i + count - 1] - times[i] <= span_ms for i in range(len(times) - count + 1))


def longest_run(window):
    longest, length, last = 0, 0, None
    for one in window:
        length = length + 1 if one["fingerprint"] == last else 1
        last = one["fingerprint"]
        longest = max(longest, length)
    return longest


def distinct_values(group):
    return len({one["values"] for one in group})


RULES = {
    "same text, 5 in 1 s": lambda ran: any(dense(group, 5, 1000) for group in grouped(ran, "text")),
    "more than 5 on a connection": lambda ran: any(len(group) > 5 for group in grouped(ran, "session", "fingerprint")),
    "5 in 5 s on a connection": lambda ran: any(dense(group, 5, 5000) for group in grouped(ran, "session", "fingerprint")),
    "5 distinct values in a request": lambda ran: any(
        distinct_values(group) >= 5 for window in windows(ran) for group in grouped(window, "fingerprint")),
    "5 in a row in a request": lambda ran: any(longest_run(window) >= 5 for window in windows(ran)),
    "2 of a shape in a request": lambda ran: any(
        len(group) >= 2 for window in windows(ran) for group in grouped(window, "fingerprint")),
}
