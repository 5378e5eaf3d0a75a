"""What is looked at from outside: how long something takes to happen, and what a process has open and resident."""

import os
import time
from pathlib import Path

PATIENCE_S = 20
# Asked of the server, by SQL: how many sessions of clients it has beside the one that asks.
OTHER_SESSIONS = ("SELECT count(*) FROM pg_stat_activity WHERE backend_type IN ('client backend', 'walsender') "
                  "AND pid <> pg_backend_pid()")


def until(condition, what, limit_s=PATIENCE_S):
    """Asks all the time, so that the answer is of use as a measurement: the milliseconds it took."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > limit_s:
            raise AssertionError(f"{what} did not happen within {limit_s} s")
        time.sleep(0.0002)
    return (time.monotonic() - start) * 1000


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def resident(pid):
    """Bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def cpu_seconds(pid):
    """Of all its threads, since it began."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def is_running(pid):
    """Neither gone nor waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children(pid):
    """Of a server's first process: its sessions, and what it always has."""
    found = set()
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == pid and fields[0] != "Z":
                found.add(int(entry))
    return found


def title(pid):
    """What it shows of itself: of a server's session its user, database, client and state. Nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def postmaster(folder):
    """The process ID of the server whose folder it is."""
    return int((Path(folder) / "data/postmaster.pid").read_text().split()[0])
