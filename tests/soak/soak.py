"""What scripts/soak does. See there.

Workers (worker.py, processes of their own) ask and check; each of their connections is encrypted or not, and so is the
proxy's to the server. Beside them probes stand in a random state, meet a random fault, and are watched: when has the
other side learned of it, through the proxy and, for comparison, without it."""

import argparse
import contextlib
import json
import os
import random
import select
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/lib"))

from certificate import Certificate  # noqa: E402
from private_postgres import free_port  # noqa: E402
from raw_client import RawClient, query  # noqa: E402
from report import percentile, print_report  # noqa: E402
from services import PYTHON, AnyProxy, Postgres, Process  # noqa: E402
from states import LOGGED_IN, SLEEPS, stand  # noqa: E402
from watch import OTHER_SESSIONS, cpu_seconds, descriptors, is_running, resident, until  # noqa: E402

WORKERS = ["psycopg2", "psycopg3", "asyncpg", "raw", "raw"]
IO_THREADS = 2
STOP_LIMIT_S = 60
RSS_GROWTH = 64 << 20
LEARNS_MS, JUDGED_SAMPLES = 100, 10  # later than without the proxy, of most; of fewer samples nothing is said
RESTARTED, KILLED, PROXY_KILLED = "server restarted", "server killed", "proxy killed"


class Failed(Exception):
    pass


class OurProxy:
    """The program under test, which may be killed and comes back where it was. One port for each way to the server."""

    def __init__(self, binary, server, certificate):
        self.host, self.binary, self.lives = "127.0.0.1", binary, []
        self.ports, self.admin_port = {mode: free_port() for mode in ("disable", "require")}, free_port()
        self.settings = Path(certificate.folder.name) / "onetrip.toml"
        self.settings.write_text(
            f'[limits]\nio_threads = {IO_THREADS}\n[listen.tls]\nmode = "allow"\n'
            f'certificate = "{certificate.certificate}"\nkey = "{certificate.key}"\n' +
            "".join(f'[[proxy]]\nlisten = "{self.host}:{port}"\n'
                    f'upstream = "postgres://postgres@{server.host}:{server.port}?sslmode={mode}"\n'
                    for mode, port in self.ports.items()))

    def start(self):
        self.lives.append(AnyProxy(self.binary, self.admin_port, "--config", self.settings))

    @property
    def api(self):
        return self.lives[-1].api

    @property
    def pid(self):
        return self.lives[-1].pid

    def signal(self, number):
        self.lives[-1].process.send_signal(number)

    def last_words(self):
        """The last lines of each life."""
        return "\n".join(f"--- life {number} of the proxy, {life.pid}\n" + "\n".join(life.lines[-20:])
                         for number, life in enumerate(self.lives, 1))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.lives[-1].stop()


class Soak:
    def __init__(self, options, server, proxy):
        self.options, self.server, self.proxy = options, server, proxy
        self.random = random.Random(options.seed)
        self.workers, self.ended_workers = [], []
        self.injected = {}
        self.sessions_ended_ms = None
        self.resident_before = None
        self.restarts = [("restart", RESTARTED), ("kill", KILLED)]
        self.learned = {}  # (fault, through or direct) -> milliseconds
        self.faults = [self.kill_worker, self.terminate_worker, self.cancel_worker, self.pause_worker,
                       self.pause_session, self.reload, self.switch_analysis]
        self.faults += 4 * [self.reset_probe, self.close_probe, self.half_close_probe, self.terminate_probe]

    # Workers

    def start_worker(self, driver):
        name = f"soak-{len(self.workers) + len(self.ended_workers)}"
        worker = Process([PYTHON, "-B", ROOT / "tests/soak/worker.py", driver, name, self.random.randrange(2**31),
                          self.proxy.host, *self.proxy.ports.values()])
        worker.driver, worker.name = driver, name
        self.workers.append(worker)

    def told(self, worker):
        """Its last complete word."""
        for line in reversed(worker.lines):
            with contextlib.suppress(json.JSONDecodeError):
                return json.loads(line)
        return {}

    def look_after_workers(self):
        for worker in self.workers:
            if worker.process.poll() is not None:
                self.complain(worker)

    def complain(self, worker):
        worker.reader.join(5)
        raise Failed(f"{worker.name} ({worker.driver}) ended with {worker.process.returncode}: "
                     f"{self.told(worker).get('wrong') or worker.lines[-40:]}")

    def stop_workers(self):
        for worker in self.workers:
            worker.process.stdin.close()
        for worker in self.workers:
            try:
                worker.process.wait(STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                worker.process.send_signal(signal.SIGABRT)  # it says where it is
                worker.process.wait()
            if worker.process.returncode != 0:
                self.complain(worker)
            worker.reader.join(5)

    def total(self, what):
        return sum(self.told(worker).get(what, 0) for worker in self.workers + self.ended_workers)

    # Faults among the workers

    def count(self, fault):
        self.injected[fault] = self.injected.get(fault, 0) + 1

    def kill_worker(self):
        worker = self.workers.pop(self.random.randrange(len(self.workers)))
        worker.process.kill()
        worker.process.wait()
        self.ended_workers.append(worker)
        self.count("client killed")
        self.expect_gone(worker.name)
        self.start_worker(worker.driver)

    def expect_gone(self, name):
        alive = f"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{name}'"
        until(lambda: self.admin.rows(alive) == [["0"]], f"the end of {name}'s sessions")

    def on_worker(self, function, fault):
        worker = self.random.choice(self.workers)
        done = self.admin.rows(f"SELECT {function}(pid) FROM pg_stat_activity "
                               f"WHERE application_name = '{worker.name}'")
        if done:
            self.count(fault)

    def terminate_worker(self):
        self.on_worker("pg_terminate_backend", "worker terminated")

    def cancel_worker(self):
        self.on_worker("pg_cancel_backend", "statement cancelled")

    def pause_worker(self):
        worker = self.random.choice(self.workers)
        worker.process.send_signal(signal.SIGSTOP)
        try:
            self.wait(self.options.pause)
        finally:
            worker.process.send_signal(signal.SIGCONT)
        self.count("client paused")

    def pause_session(self):
        """A worker's, at the server: what it is sent waits, and nothing of it is lost."""
        worker = self.random.choice(self.workers)
        ours = self.admin.rows(f"SELECT pid FROM pg_stat_activity WHERE application_name = '{worker.name}'")
        try:
            self.signal_all(ours, signal.SIGSTOP)
            self.wait(self.options.pause)
        finally:
            self.signal_all(ours, signal.SIGCONT)
        if ours:
            self.count("session paused")

    def signal_all(self, rows, number):
        for pid, in rows:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), number)

    def reload(self):
        self.proxy.signal(signal.SIGHUP)
        self.count("SIGHUP to the proxy")

    def switch_analysis(self):
        for enabled in (False, True):
            self.proxy.api.call("POST", "/api/v1/analysis", {"enabled": enabled})
            self.wait(0.1)
        self.count("analysis off and on")

    def restart_server(self):
        """In order and by kill -9, in turn; it is back when this returns."""
        how, fault = self.restarts.pop(0)
        self.restarts.append((how, fault))
        self.admin.close()
        self.server.restart(how)
        self.connect_admin()
        self.count(fault)

    def kill_proxy(self):
        """All clients lose it, and so does the server: nobody can come back before it does. Its successor begins with
        memory of its own."""
        self.complain_of_proxy()
        start = time.monotonic()
        self.proxy.signal(signal.SIGKILL)
        until(lambda: self.admin.rows(OTHER_SESSIONS) == [["0"]], "the end of all sessions")
        self.sessions_ended_ms = (time.monotonic() - start) * 1000
        self.proxy.lives[-1].stop()
        self.proxy.start()
        self.resident_before = None
        self.count(PROXY_KILLED)

    # Faults of probes, which are measured

    def probe(self, fault, act):
        """`act(client)` gives the milliseconds until the other side has learned; once without the proxy, once with
        it."""
        state = self.random.choice(LOGGED_IN)
        tls, chosen = self.random.random() < 0.5, self.random.choice([*self.proxy.ports.values()])
        for way, host, port in (("direct", self.server.host, self.server.port), ("through", self.proxy.host, chosen)):
            client = stand(state, host, port, tls=tls)
            try:
                took = act(client)
            finally:
                client.close()
            slow = " (server computing)" if state in SLEEPS and fault != "session terminated" else ""
            self.learned.setdefault((fault + slow, way), []).append(took)
        self.count(fault)

    def gone(self, client):
        return until(lambda: not is_running(client.pid), "the end of a probe's session")

    def reset_probe(self):
        self.probe("connection reset", lambda client: (client.reset(), self.gone(client))[1])

    def close_probe(self):
        self.probe("connection closed", lambda client: (client.close(), self.gone(client))[1])

    def half_close_probe(self):
        """It hears all that the server has to say, whose session then ends."""
        def act(client):
            start = time.monotonic()
            client.shut()
            client.read_to_end()
            self.gone(client)
            return (time.monotonic() - start) * 1000

        self.probe("half closed, and read to the end", act)

    def terminate_probe(self):
        def act(client):
            self.admin.send(query(f"SELECT pg_terminate_backend({client.pid})"))
            self.gone(client)
            start = time.monotonic()
            client.read_to_end()
            took = (time.monotonic() - start) * 1000
            self.admin.until(b"Z")
            return took

        self.probe("session terminated", act)

    # The run

    def connect_admin(self):
        """To the server itself."""
        self.admin = RawClient(self.server.host, self.server.port).log_in(application="soak-admin")

    def wait(self, seconds):
        select.select([], [], [], seconds)

    def run(self):
        """For as long as asked, and on until each fault that has its time was done once."""
        self.connect_admin()
        with contextlib.ExitStack() as first:  # each thread serves one of these, and opens what it keeps open
            for port in [*self.proxy.ports.values()] * IO_THREADS:
                client = first.enter_context(RawClient(self.proxy.host, port, tls=True))
                client.log_in().ask("SELECT 1")
        until(lambda: self.proxy.api.metric("onetrip_client_connections") == 0, "the first client's leaving")
        self.open_before = descriptors(self.proxy.pid)
        for driver in WORKERS:
            self.start_worker(driver)
        start = time.monotonic()
        end, restart = start + self.options.seconds, start + self.options.seconds / 2
        pause = max(min(20, self.options.seconds / 4), self.options.seconds / 10)
        kill, quarter = start + self.options.seconds / 8, start + self.options.seconds / 4
        due = {RESTARTED, KILLED, PROXY_KILLED}
        while time.monotonic() < end or due - self.injected.keys():
            self.wait(self.random.uniform(0.02, 0.2))
            self.look_after_workers()
            if self.resident_before is None and PROXY_KILLED in self.injected and time.monotonic() > quarter:
                self.resident_before = resident(self.proxy.pid)
            if time.monotonic() > restart:
                self.restart_server()
                restart = time.monotonic() + pause
            if time.monotonic() > kill:
                self.kill_proxy()
                kill = float("inf")
            self.random.choice(self.faults)()
        self.resident_after = resident(self.proxy.pid)
        self.stop_workers()
        self.cpu = cpu_seconds(self.proxy.pid)
        self.check_nothing_left()

    def check_nothing_left(self):
        api, left = self.proxy.api, []
        self.admin.close()
        until(lambda: api.metric("onetrip_client_connections") == 0, "the last client's leaving")
        until(lambda: descriptors(self.proxy.pid) <= self.open_before, "the proxy's closing of its sockets")
        sessions = self.server.sql(OTHER_SESSIONS)
        if self.resident_before is None:
            raise Failed("nobody looked how much memory the proxy had after a quarter of the time")
        grown = self.resident_after - self.resident_before
        for what, bad in ((f"{sessions} sessions run on", sessions != "0"),
                          (f"the proxy grew by {grown >> 20} MiB", grown > RSS_GROWTH),
                          (f"learned late, ms: {self.late()}", self.late()),
                          (f"more connections were lost than broken: {self.losses()}", self.lost_too_many())):
            if bad:
                left.append(what)
        if left:
            raise Failed("; ".join(left))
        self.complain_of_proxy()

    def complain_of_proxy(self):
        """Of this life of it."""
        for what, name in (("the proxy met faults of its own", "onetrip_faults_total"),
                           ("sessions went blind", "onetrip_blind_sessions_total")):
            found = self.proxy.api.metric(name)
            if found != 0:
                raise Failed(f"{what}: {name} is {found}")

    def late(self):
        """How much later than without the proxy the other side learned, in the median of a kind of fault that came
        often enough, where too late."""
        later = {fault: percentile(took, 0.5) - percentile(self.learned[fault, "direct"], 0.5)
                 for (fault, way), took in self.learned.items() if way == "through" and len(took) >= JUDGED_SAMPLES}
        return {fault: took for fault, took in later.items() if took > LEARNS_MS}

    def losses(self):
        return [(worker.driver, self.told(worker).get("lost"), self.told(worker).get("last_loss"))
                for worker in self.workers + self.ended_workers]

    def lost_too_many(self):
        terminated = self.injected.get("worker terminated", 0)
        ends = sum(self.injected.get(name, 0) for name in (RESTARTED, KILLED, PROXY_KILLED))
        return self.total("lost") > terminated + ends * len(WORKERS)


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/soak", description="Random statements and faults; checks all.")
    parser.add_argument("--seconds", type=float, default=60, help="how long, without start and end (60)")
    parser.add_argument("--seed", type=int, default=None, help="of what is random; printed if not given")
    parser.add_argument("--pause", type=float, default=0.2, help="seconds that a client stops for (0.2)")
    options = parser.parse_args()
    if options.seed is None:
        options.seed = random.randrange(2**31)
    return options


def main():
    options = arguments()
    binary = os.environ.get("ONETRIP_BIN", str(ROOT / "build/onetrip"))
    print(f"seed {options.seed}, {options.seconds:g} s, {binary}", flush=True)
    with Certificate() as certificate, Postgres(max_connections=100, synchronous_commit="on",
                                                **certificate.settings()) as server:
        server.sql("CREATE TABLE ledger (name text NOT NULL)")
        with OurProxy(binary, server, certificate) as proxy:
            soak = Soak(options, server, proxy)
            try:
                soak.run()
            except Exception as failure:
                told = str(failure) if isinstance(failure, Failed) else traceback.format_exc()
                print(f"{proxy.last_words()}\n---\nFAILED after {soak.injected}, seed {options.seed}:\n{told}",
                      file=sys.stderr)
                return 1
            finally:
                for worker in soak.workers:
                    worker.process.kill()
                    worker.stop()
            print_report(soak)
    return 0


if __name__ == "__main__":
    sys.exit(main())
