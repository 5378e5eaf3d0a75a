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
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts/lib"))

from certificate import Certificate  # noqa: E402
from private_postgres import free_port  # noqa: E402
from raw_client import Ended, RawClient, query  # noqa: E402
from report import percentile, print_report  # noqa: E402
from services import PYTHON, Api, Postgres, Process  # noqa: E402
from states import LOGGED_IN, stand  # noqa: E402
from watch import cpu_seconds, descriptors, is_running, resident, until  # noqa: E402

WORKERS = ["psycopg2", "psycopg3", "asyncpg", "raw", "raw"]
RSS_GROWTH = 64 << 20
LEARNS_MS = 100  # later than without the proxy, of most
# The server looks for a lost client every 100 ms while it computes or waits by itself.
SELDOM_LOOKS, SERVER_LOOKS_MS = {"in_statement", "in_pipeline"}, 100
OTHER_SESSIONS = ("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' "
                  "AND pid <> pg_backend_pid()")


class Failed(Exception):
    pass


class OurProxy:
    """The program under test, which may be killed and comes back where it was. One port for each way to the server."""

    def __init__(self, binary, server, certificate):
        self.host, self.binary, self.process = "127.0.0.1", binary, None
        self.ports = {mode: free_port() for mode in ("disable", "require")}
        admin = f"{self.host}:{free_port()}"
        self.api = Api(f"http://{admin}")
        self.settings = Path(certificate.folder.name) / "onetrip.toml"
        self.settings.write_text(
            f'[admin]\nlisten = "{admin}"\n[listen.tls]\nmode = "allow"\n'
            f'certificate = "{certificate.certificate}"\nkey = "{certificate.key}"\n' +
            "".join(f'[[proxy]]\nlisten = "{self.host}:{port}"\n'
                    f'upstream = "postgres://postgres@{server.host}:{server.port}?sslmode={mode}"\n'
                    for mode, port in self.ports.items()))

    def start(self):
        self.process = Process([self.binary, "run", "--config", self.settings])
        self.process.wait_for_line("ready for connections")

    @property
    def pid(self):
        return self.process.pid

    def signal(self, number):
        self.process.process.send_signal(number)

    def kill(self):
        self.process.process.kill()
        self.process.stop()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.process.stop()


class Soak:
    def __init__(self, options, server, proxy):
        self.options, self.server, self.proxy = options, server, proxy
        self.random = random.Random(options.seed)
        self.workers, self.ended_workers = [], []
        self.injected = {}
        self.restarts = [("restart", "server restarted"), ("kill", "server killed")]
        self.learned = {}  # (fault, through or direct) -> milliseconds
        self.faults = [self.kill_worker, self.terminate_worker, self.cancel_worker, self.pause_worker, self.reload,
                       self.switch_analysis] + 4 * [self.reset_probe, self.close_probe, self.terminate_probe]

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
                     f"{self.told(worker).get('wrong') or worker.lines[-15:]}")

    def stop_workers(self):
        for worker in self.workers:
            worker.process.stdin.close()
        for worker in self.workers:
            if worker.process.wait(60) != 0:
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

    def reload(self):
        self.proxy.signal(signal.SIGHUP)
        self.count("SIGHUP to the proxy")

    def switch_analysis(self):
        for enabled in (False, True):
            self.proxy.api.call("POST", "/api/v1/analysis", {"enabled": enabled})
            self.wait(0.1)
        self.count("analysis off and on")

    def restart_server(self):
        """In order, the next time by kill -9, and so on."""
        how, fault = self.restarts.pop(0)
        self.restarts.append((how, fault))
        self.admin.close()
        self.server.restart(how)
        self.connect_admin()
        self.count(fault)

    def kill_proxy(self):
        """All clients lose it, and so does the server: nobody can come back before it does."""
        self.complain_of_proxy()
        self.proxy.kill()
        took = until(lambda: self.admin.rows(OTHER_SESSIONS) == [["0"]], "the end of all sessions")
        self.learned[("proxy killed: the last session (server computing)", "through")] = [took]
        self.proxy.start()
        self.count("proxy killed")

    # Faults of probes, which are measured

    def probe(self, fault, act):
        """`act(client)` returns when the other side has learned; once without the proxy, once with it."""
        state = self.random.choice(LOGGED_IN)
        tls, port = self.random.random() < 0.5, self.random.choice([*self.proxy.ports.values()])
        for way, host, port in (("direct", self.server.host, self.server.port), ("through", self.proxy.host, port)):
            client = stand(state, host, port, tls=tls)
            try:
                took = act(client)
            finally:
                client.close()
            slow = " (server computing)" if state in SELDOM_LOOKS and fault != "session terminated" else ""
            self.learned.setdefault((fault + slow, way), []).append(took)
        self.count(fault)

    def gone(self, client):
        return until(lambda: not is_running(client.pid), "the end of a probe's session")

    def reset_probe(self):
        self.probe("connection reset", lambda client: (client.reset(), self.gone(client))[1])

    def close_probe(self):
        self.probe("connection closed", lambda client: (client.close(), self.gone(client))[1])

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
        self.connect_admin()
        for port in self.proxy.ports.values():
            with RawClient(self.proxy.host, port, tls=True) as client:
                client.log_in().ask("SELECT 1")
        until(lambda: self.proxy.api.metric("onetrip_client_connections") == 0, "the first client's leaving")
        self.open_before = descriptors(self.proxy.pid)
        for driver in WORKERS:
            self.start_worker(driver)
        start = time.monotonic()
        end, restart = start + self.options.seconds, start + self.options.seconds / 2
        pause = max(min(20, self.options.seconds / 4), self.options.seconds / 10)
        kill = start + self.options.seconds / 8
        self.resident_before = None
        while time.monotonic() < end:
            self.wait(self.random.uniform(0.02, 0.2))
            self.look_after_workers()
            if self.resident_before is None and time.monotonic() > start + self.options.seconds / 4:
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
        grown = self.resident_after - (self.resident_before or 0)
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
            if self.proxy.api.metric(name):
                raise Failed(what)

    def late(self):
        """Of most faults of a kind: how much later than without the proxy the other side learned, where too late."""
        medians = {key: percentile(took, 0.5) for key, took in self.learned.items()}
        return {fault: median - medians.get((fault, "direct"), SERVER_LOOKS_MS)
                for (fault, way), median in medians.items()
                if way == "through" and median - medians.get((fault, "direct"), SERVER_LOOKS_MS) > LEARNS_MS}

    def losses(self):
        return [(worker.driver, self.told(worker).get("lost"), self.told(worker).get("last_loss"))
                for worker in self.workers + self.ended_workers]

    def lost_too_many(self):
        terminated = self.injected.get("worker terminated", 0)
        ends = sum(self.injected.get(name, 0) for name in ("server restarted", "server killed", "proxy killed"))
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
            except (Failed, AssertionError, Ended, OSError) as failure:
                print("\n".join(proxy.process.lines[-20:]), file=sys.stderr)
                print(f"FAILED after {soak.injected}, seed {options.seed}:\n"
                      f"{type(failure).__name__}: {failure}", file=sys.stderr)
                return 1
            finally:
                for worker in soak.workers:
                    worker.process.kill()
                    worker.stop()
            print_report(soak)
    return 0


if __name__ == "__main__":
    sys.exit(main())
