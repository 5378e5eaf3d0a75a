"""One turn: a case through one forwarder, for a second or two. CPU is what the forwarder's threads used (nanoseconds
of the kernel's clock of a process), per transaction, with what it still had to do when the client was gone. Times are
those that the client logged for each transaction."""

import re
import subprocess
import time
from pathlib import Path

from idle import idle_connections
from ratios import percentile

WARM_UP = 20          # connections that touch the code before memory is looked at
CPUCLOCK_SCHED = 2    # linux/posix-timers.h
SETTLED_S = 0.5       # for connections that are closed, and for what wakes late


def cpu_ns(pids):
    """Running time of processes: all their threads, also those that have ended (clock_getcpuclockid(3))."""
    return sum(time.clock_gettime_ns((~pid << 3) | CPUCLOCK_SCHED) for pid in pids)


def resident_kib(pids):
    return sum(int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1)) for pid in pids)


class Measure:
    def __init__(self, server, folder, client):
        self.server, self.folder, self.client = server, Path(folder), client

    def command(self, case, seconds):
        script = self.folder / "script.sql"
        script.write_text(case.script)
        if case.literal:
            return [self.client, script, str(case.clients), str(seconds), self.folder / "log"]
        command = ["pgbench", "-n", "-f", script, "-M", case.mode, "-c", str(case.clients), "-j", "1",
                   "-T", str(seconds), "-l", f"--log-prefix={self.folder}/log"]
        return [*command, "-C"] if case.reconnect else command

    def turn(self, case, forwarder, seconds):
        for old in self.folder.glob("log*"):
            old.unlink()
        environment = self.server.environment(host="127.0.0.1", port=forwarder.port,
                                              PGSSLMODE="require" if case.tls else "disable")
        before = cpu_ns(forwarder.pids())
        done = subprocess.run(self.command(case, seconds), env=environment, capture_output=True, text=True)
        forwarder.settle()
        after = cpu_ns(forwarder.pids())
        if done.returncode != 0:
            raise RuntimeError(f"{case.name} through {forwarder.name}: {done.stderr}")
        times = sorted(int(line.split()[2]) for path in self.folder.glob("log*") for line in open(path))
        if not times:
            raise RuntimeError(f"{case.name}: nothing came through {forwarder.name} in {seconds} s; this machine is "
                               "too busy to measure on")
        tps = float(re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE).group(1))
        return {"tps": tps, "cpu": (after - before) / 1000 / len(times), "transactions": len(times),
                "p50": percentile(times, 0.5) / 1000, "p99": percentile(times, 0.99) / 1000}

    def turn_beside_idle(self, case, forwarder, seconds):
        """As turn(), while other connections idle; also what they hold and use, but for direct, where they are the
        server's. The forwarder must be a fresh one: memory that was used before would be used again, and not be
        seen."""
        user, port = self.server.user, forwarder.port
        with idle_connections(WARM_UP, port, user, case.tls):
            pass
        time.sleep(SETTLED_S)
        before = resident_kib(forwarder.pids())
        with idle_connections(case.idle, port, user, case.tls):
            forwarder.settle()
            time.sleep(SETTLED_S)
            held = (resident_kib(forwarder.pids()) - before) / case.idle
            cpu = cpu_ns(forwarder.pids())
            time.sleep(1)
            idle_ms = (cpu_ns(forwarder.pids()) - cpu) / 1e6
            figures = self.turn(case, forwarder, seconds)
        return dict(figures, rss_kib=held, idle_ms=idle_ms) if forwarder.pids() else figures
