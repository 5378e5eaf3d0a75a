"""The history: what outlives a restart, a kill at any moment, a full disk and a damaged file, and that none of them
touches the traffic.

STORE_ROUNDS is how often the proxy is killed while it writes; 8 if it is not set."""

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

import psycopg2

from harness import BINARY, ApiError, Proxy, ProxyTest, eventually

ROUNDS = int(os.environ.get("STORE_ROUNDS", "8"))
PATIENCE_S = 20
SECRET = "kept-nowhere-4711"


def can_mount():
    return os.geteuid() == 0 and shutil.which("mount") is not None


class Store(ProxyTest):
    """Each test has a folder and proxies of its own."""

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="onetrip-store-")))
        self.file = self.folder / "history.db"

    def start(self, **more):
        environment = dict(os.environ, ONETRIP_STORE__PATH=str(self.file), ONETRIP_DRAIN__LIMIT="0s", **more)
        proxy = Proxy(BINARY, f"postgres://{self.server.user}@{self.server.host}:{self.server.port}",
                      environment=environment)
        self.addCleanup(proxy.stop)
        eventually(lambda: self.store(proxy)["state"] != "opening", "the history's opening")
        return proxy

    @staticmethod
    def store(proxy):
        return proxy.api.get("/api/v1/status")["store"]

    def connect(self, proxy):
        connection = psycopg2.connect(host=proxy.host, port=proxy.port, user="postgres", dbname="postgres",
                                      connect_timeout=PATIENCE_S)
        self.addCleanup(connection.close)
        connection.autocommit = True
        return connection

    @staticmethod
    def request(connection, name, rows=6):
        """A loop over `rows` books, as a request of that name: one finding with that label."""
        with connection.cursor() as cursor:
            cursor.execute(f"SET onetrip.request = '{name}'")
            cursor.execute("SELECT id, author_id FROM book ORDER BY id LIMIT %s", (rows,))
            for _, author in cursor.fetchall():
                cursor.execute("SELECT name FROM author WHERE id = %s", (author,))
                cursor.fetchone()
            cursor.execute("RESET onetrip.request")

    @staticmethod
    def loops(proxy):
        """By label; of all that was sent so far. A flush hands findings over, and a statement's minutes are read by the
        thread that writes, after it wrote: what this gives is committed, if it can be."""
        found = {one["label"]: one for one in proxy.api.findings(rule="n-plus-one", limit=10000)}
        proxy.api.flush()
        for one in list(found.values())[:1]:
            try:
                proxy.api.get(f"/api/v1/statements/{one['statement']['fingerprint']}")
            except ApiError as error:  # it did not run since, and its minutes were lost
                if error.status != 404:
                    raise
        return found

    def check_traffic(self, proxy, connection=None):
        """Old connections and new ones; and what is found is known, if not kept."""
        for one in (connection or self.connect(proxy), self.connect(proxy)):
            self.request(one, "traffic")
        self.assertGreaterEqual(self.loops(proxy)["traffic"]["seen"]["windows"], 2)

    def lines(self, proxy, part):
        return [line for line in proxy.lines if part in line]


class Restart(Store):
    def test_findings_and_minutes_go_on(self):
        proxy = self.start()
        self.request(self.connect(proxy), "page")
        before = self.loops(proxy)["page"]
        self.assertEqual(before["seen"]["windows"], 1)
        self.assertEqual(proxy.stop(), 0)

        proxy = self.start()
        self.assertEqual(self.loops(proxy)["page"], before)
        path = f"/api/v1/statements/{before['statement']['fingerprint']}"
        past = proxy.api.get(path)
        self.assertEqual(past["statement"]["calls"], 0)
        self.assertEqual(past["statement"]["text"], before["statement"]["text"])
        self.assertEqual([minute["calls"] for minute in past["minutes"]], [6])
        self.assertGreater(past["minutes"][0]["p99_ms"], 0)

        self.request(self.connect(proxy), "page", 9)
        after = self.loops(proxy)["page"]
        self.assertEqual(after["seen"]["windows"], 2)
        self.assertEqual(after["seen"]["first"], before["seen"]["first"])
        self.assertGreater(after["seen"]["last"], before["seen"]["last"])
        self.assertEqual(after["evidence"]["growth"], "linear")
        # A finding that is known is no news to the log.
        self.assertFalse([line for line in proxy.lines if "fetched 9 times" in line])
        self.assertEqual(proxy.stop(), 0)

        proxy = self.start()
        self.assertEqual(sum(minute["calls"] for minute in proxy.api.get(path)["minutes"]), 15)

    def test_what_was_reset_does_not_come_back(self):
        proxy = self.start()
        self.request(self.connect(proxy), "page")
        self.assertIn("page", self.loops(proxy))
        proxy.api.reset()
        proxy.stop()
        self.assertEqual(self.loops(self.start()), {})

    def test_no_value_is_in_the_file(self):
        proxy = self.start()
        connection = self.connect(proxy)
        with connection.cursor() as cursor:
            cursor.execute("SET onetrip.request = 'page'")
            for _ in range(5):
                cursor.execute("SELECT id FROM author WHERE name = %s", (SECRET,))
            with self.assertRaises(psycopg2.Error):
                cursor.execute(f"SELEC id FROM author WHERE name = '{SECRET}'")
            cursor.execute("RESET onetrip.request")
        self.assertTrue(proxy.api.findings(rule="duplicate-query"))
        self.loops(proxy)
        proxy.process.send_signal(signal.SIGKILL)
        proxy.stop()
        proxy = self.start()
        proxy.stop()
        written = b"".join(path.read_bytes() for path in self.folder.iterdir())
        self.assertIn(b"duplicate-query", written)
        self.assertNotIn(SECRET.encode(), written)

    def test_off_is_off(self):
        proxy = Proxy(BINARY, f"postgres://{self.server.user}@{self.server.host}:{self.server.port}",
                      environment=dict(os.environ, ONETRIP_STORE__PATH="off", ONETRIP_DRAIN__LIMIT="0s",
                                       STATE_DIRECTORY=str(self.folder)))
        self.addCleanup(proxy.stop)
        self.assertEqual(self.store(proxy), {"state": "off"})
        self.request(self.connect(proxy), "page")
        self.assertIn("page", self.loops(proxy))
        self.assertEqual(proxy.stop(), 0)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_second_proxy_leaves_the_file_to_the_first_and_takes_it_over(self):
        first = self.start()
        self.request(self.connect(first), "page")
        self.loops(first)
        second = self.start()
        self.assertEqual(self.store(second)["state"], "failing")
        self.assertIn("another process", self.store(second)["why"])
        self.check_traffic(second)
        first.stop()
        eventually(lambda: self.store(second)["state"] == "kept", "the take-over")
        self.assertLessEqual({"page", "traffic"}, set(self.loops(second)))
        self.assertEqual(len(self.lines(second, "another process")), 1)


class Killed(Store):
    def test_at_any_moment_it_opens_again_with_what_was_committed(self):
        committed = {}
        chance = random.Random(4711)
        for number in range(ROUNDS):
            proxy = self.start()
            self.assertEqual(self.store(proxy)["state"], "kept")
            found = self.loops(proxy)
            for label, windows in committed.items():
                self.assertGreaterEqual(found[label]["seen"]["windows"], windows, f"{label} in round {number}")
            self.write_until_killed(proxy, number, chance, committed)
        self.assertEqual([path.name for path in self.folder.glob("*.damaged*")], [])
        self.start().stop()
        with sqlite3.connect(self.file) as file:
            self.assertEqual(file.execute("PRAGMA integrity_check").fetchall(), [("ok",)])

    def write_until_killed(self, proxy, number, chance, committed):
        """Findings new and old, all the time; what was committed for certain goes into `committed`."""
        connection = self.connect(proxy)
        looped = threading.Semaphore(0)

        def work():
            try:
                for page in range(100_000):
                    self.request(connection, f"round {number}, page {page % 40}")
                    looped.release()
            except psycopg2.Error:
                return

        worker = threading.Thread(target=work)
        worker.start()
        try:
            for _ in range(3):
                for _ in range(5):
                    looped.acquire()
                for label, one in self.loops(proxy).items():
                    committed[label] = max(committed.get(label, 0), one["seen"]["windows"])
            # At some moment of a write: findings that were judged are handed over by a flush.
            for _ in range(chance.randrange(12)):
                looped.acquire()
            flush = threading.Thread(target=self.flush_in_vain, args=(proxy,))
            flush.start()
            for _ in range(chance.randrange(4)):
                looped.acquire()
        finally:
            proxy.process.send_signal(signal.SIGKILL)
            proxy.stop()
            worker.join()
        flush.join()

    @staticmethod
    def flush_in_vain(proxy):
        try:
            proxy.api.flush()
        except OSError:
            pass


class Full(Store):
    def fill(self, proxy, connection):
        """Requests of ever new names until the file has no more room. The first time closing the file gives back what
        its log took; then it is full."""
        for number in range(2000):
            self.request(connection, f"page {number}")
            if number % 10 == 9:
                self.loops(proxy)
                if self.store(proxy)["failures"]["full"] >= 3:
                    return number + 1
        raise AssertionError(f"the history was never full: {self.store(proxy)}")

    def check_full(self, proxy, connection):
        pages = self.fill(proxy, connection)
        self.assertIn("there is no room", self.store(proxy)["why"])
        self.check_traffic(proxy, connection)
        self.assertGreater(proxy.api.metric("onetrip_store_failures_total"), 2)
        self.check_said_once(proxy)
        return pages

    def check_said_once(self, proxy, still=1):
        """Each time that it was full, whatever the number of tries."""
        eventually(lambda: len(self.lines(proxy, "there is no room"))
                   == len(self.lines(proxy, "history is kept again")) + still, "a line for each time, and no more")

    def check_room_again(self, proxy, connection, pages):
        eventually(lambda: self.store(proxy)["state"] == "kept", "history's going on")
        self.check_said_once(proxy, 0)
        known = set(self.loops(proxy))
        self.assertEqual(len(known), pages + 1)
        self.assertEqual(self.store(proxy)["lost"], 0)
        proxy.stop()
        self.assertEqual(set(self.loops(self.start())), known)

    def test_a_limit_of_the_system_costs_history_and_nothing_else(self):
        proxy = self.start()
        connection = self.connect(proxy)
        self.check_traffic(proxy, connection)
        proxy.api.reset()
        resource.prlimit(proxy.pid, resource.RLIMIT_FSIZE, (150_000, resource.RLIM_INFINITY))
        pages = self.check_full(proxy, connection)
        resource.prlimit(proxy.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        self.check_room_again(proxy, connection, pages)

    @unittest.skipUnless(can_mount(), "only root can mount a small file system")
    def test_a_full_disk_costs_history_and_nothing_else(self):
        disk = self.folder / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", disk], capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest(f"no small file system: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", disk], check=True)
        self.file = disk / "history.db"
        proxy = self.start()
        connection = self.connect(proxy)
        pages = self.check_full(proxy, connection)
        subprocess.run(["mount", "-o", "remount,size=16m", disk], check=True)
        self.check_room_again(proxy, connection, pages)

    def test_its_own_limit_makes_room(self):
        proxy = self.start(ONETRIP_STORE__MAX_SIZE="1MiB")
        connection = self.connect(proxy)
        for number in range(500):
            self.request(connection, f"page {number}")
        self.assertEqual(len(self.loops(proxy)), 500)
        self.assertLessEqual(self.store(proxy)["bytes"], 1 << 20)
        self.assertEqual(proxy.stop(), 0)
        self.assertLessEqual(self.file.stat().st_size, 1 << 20)
        kept = self.loops(self.start())
        self.assertIn("page 499", kept)
        self.assertLess(len(kept), 500)


class Damaged(Store):
    def fill(self):
        proxy = self.start()
        self.request(self.connect(proxy), "page")
        self.loops(proxy)
        proxy.stop()

    def test_a_damaged_file_is_moved_aside(self):
        self.fill()
        content = self.file.read_bytes()
        self.file.write_bytes(content[:16] + os.urandom(4080) + content[4096:])
        proxy = self.start()
        self.assertEqual(self.store(proxy)["state"], "kept")
        self.assertEqual(self.store(proxy)["failures"]["damaged"], 1)
        aside = [path for path in self.folder.glob("history.db.damaged-*") if not path.name.endswith("-wal")]
        self.assertEqual(len(aside), 1)
        self.assertEqual(aside[0].stat().st_size, len(content))
        said = self.lines(proxy, "is damaged")
        self.assertEqual(len(said), 1)
        self.assertIn(str(aside[0]), said[0])
        self.check_traffic(proxy)
        proxy.stop()
        self.assertEqual(set(self.loops(self.start())), {"traffic"})

    def test_a_file_that_never_was_a_database_is_left_as_it_is(self):
        self.file.write_text("what I must not forget\n")
        proxy = self.start()
        self.assertEqual(self.store(proxy)["state"], "refused")
        self.assertEqual(self.store(proxy)["failures"]["foreign"], 1)
        self.check_traffic(proxy)
        self.assertEqual(proxy.stop(), 0)
        said = self.lines(proxy, "is not onetrip's (it is no database of SQLite)")
        self.assertEqual(len(said), 1)
        self.assertIn(f"store.path {self.file} ", said[0])
        self.assertEqual({path: path.read_text() for path in self.folder.iterdir()}, {self.file: "what I must not forget\n"})

    def test_a_file_of_a_newer_version_is_left_as_it_is(self):
        self.fill()
        with sqlite3.connect(self.file) as file:
            file.execute("PRAGMA user_version = 99")
        content = self.file.read_bytes()
        proxy = self.start()
        self.assertEqual(self.store(proxy)["state"], "refused")
        self.assertIn("newer onetrip", self.store(proxy)["why"])
        self.check_traffic(proxy)
        self.assertEqual(proxy.stop(), 0)
        self.assertEqual(len(self.lines(proxy, "newer onetrip")), 1)
        self.assertEqual(self.file.read_bytes(), content)

    def test_a_file_that_is_removed_while_it_is_open_is_begun_anew(self):
        proxy = self.start()
        self.request(self.connect(proxy), "before")
        self.loops(proxy)
        for path in self.folder.iterdir():
            path.unlink()
        self.request(self.connect(proxy), "after")
        self.loops(proxy)
        eventually(lambda: self.store(proxy)["failures"]["other"] == 1, "the loss being noticed")
        eventually(lambda: self.store(proxy)["state"] == "kept", "a new history")
        self.assertEqual(len(self.lines(proxy, "was removed, or replaced")), 1)
        proxy.stop()
        self.assertEqual(set(self.loops(self.start())), {"before", "after"})

    def test_a_folder_that_is_missing_is_said(self):
        self.file = self.folder / "nowhere/history.db"
        proxy = self.start()
        self.assertEqual(self.store(proxy)["state"], "failing")
        self.assertIn("No such file or directory", self.store(proxy)["why"])
        self.check_traffic(proxy)
        self.file.parent.mkdir()
        eventually(lambda: self.store(proxy)["state"] == "kept", "the history's beginning")


if __name__ == "__main__":
    unittest.main()
