"""What the integration tests share: one PostgreSQL and one proxy for each test class, and comparisons of what a
client saw and of what the proxy saw of it.

ONETRIP_BIN is the program to test; build/onetrip if it is not set."""

import json
import os
import subprocess
import sys
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CLIENTS = Path(__file__).resolve().parent / "clients"
sys.path[:0] = [str(ROOT / "scripts/lib"), str(ROOT / "tests/soak")]

from private_postgres import binary as server_program, free_port  # noqa: E402
from services import PYTHON, ApiError, Bookshop, Postgres, Proxy  # noqa: E402

BINARY = os.environ.get("ONETRIP_BIN", str(ROOT / "build/onetrip"))
ROUNDING_MS = 0.01
PATIENCE_S = 20  # for what the outside does in its own time; no test waits so long when all is well

SCHEMA = """
CREATE TABLE author (id int PRIMARY KEY, name text NOT NULL, nick text, token uuid NOT NULL UNIQUE);
CREATE TABLE book (id bigint PRIMARY KEY, author_id int NOT NULL REFERENCES author, title text NOT NULL,
                   isbn uuid NOT NULL UNIQUE);
CREATE INDEX ON book (author_id);
CREATE TABLE scratch (id int, note text);
INSERT INTO author SELECT n, 'Author ' || n, CASE WHEN n % 2 = 0 THEN 'Nick ' || n END,
       md5('author' || n)::uuid FROM generate_series(1, 300) AS n;
INSERT INTO book SELECT n, (n * 7) % 300 + 1, 'Book ' || n, md5('book' || n)::uuid FROM generate_series(1, 600) AS n;
ANALYZE;
"""


def eventually(condition, what, limit_s=PATIENCE_S):
    """Asks until `condition()` is true; for processes other than ours, which tell no one when they are done."""
    deadline = time.monotonic() + limit_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen within {limit_s} s; last: {value!r}")
        time.sleep(0.01)


def run(command, environment, limit_s=60):
    """Runs a client to its end; its output. A failing client fails the test."""
    done = subprocess.run(list(map(str, command)), env=environment, text=True, timeout=limit_s, errors="replace",
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def node_environment(environment):
    """With node-postgres in reach: pinned under node/ by scripts/setup, or the distribution's."""
    places = [ROOT / "tests/integration/node/node_modules", Path("/usr/share/nodejs")]
    found = [str(place) for place in places if (place / "pg").is_dir()]
    if not found:
        raise RuntimeError("node-postgres is missing: run scripts/setup, or npm ci in tests/integration/node")
    return dict(environment, NODE_PATH=found[0])


class ProxyTest(unittest.TestCase):
    """One server and one proxy per class, the tables of SCHEMA in database `postgres`."""

    proxy_options = ()
    server_settings = {}
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        if not os.access(BINARY, os.X_OK):
            raise RuntimeError(f"there is no program {BINARY}: build it, or set ONETRIP_BIN")
        cls.server = cls.enterClassContext(Postgres(**cls.server_settings))
        cls.prepare()
        cls.proxy = cls.enterClassContext(
            Proxy(BINARY, f"postgres://{cls.server.user}@{cls.server.host}:{cls.server.port}", *cls.proxy_options))
        cls.api = cls.proxy.api

    @classmethod
    def prepare(cls):
        cls.server.sql(SCHEMA)

    def run(self, result=None):
        before = len(result.failures) + len(result.errors)
        outcome = super().run(result)
        if len(result.failures) + len(result.errors) > before and hasattr(self, "proxy"):
            tail = "\n".join(self.proxy.lines[-40:])
            print(f"--- the proxy's last lines, {self.id()}\n{tail}\n---", file=sys.stderr)
        return outcome

    def direct(self, **more):
        return self.server.environment(**more)

    def through(self, **more):
        return self.server.environment(host=self.proxy.host, port=self.proxy.port, **more)

    def watched(self, application, act):
        """What a client named `application` gave, its wall time in ms, and its executions, in order, each with
        the number of its window: the proxy had forgotten everything before."""
        self.api.reset()
        start = time.monotonic()
        given = act(self.through(PGAPPNAME=application))
        wall_ms = (time.monotonic() - start) * 1000
        windows = self.api.windows()
        self.assertEqual({window["application"] for window in windows}, {application})
        executions = [dict(one, window=number) for number, window in enumerate(windows) for one in window["executions"]]
        return given, wall_ms, executions

    def wait_until_no_clients(self):
        eventually(lambda: self.api.metric("onetrip_client_connections") == 0, "the last client's leaving")


class Expected:
    """One execution as it should have been seen. `together`: sent with the one before, so not after its answer."""

    def __init__(self, summary, rows, ms=0, bytes=0, together=False):
        self.summary, self.rows, self.ms, self.bytes, self.together = summary, rows, ms, bytes, together

    def __repr__(self):
        return f"{self.summary} ({self.rows})"


def check_executions(test, seen, expected, wall_ms):
    """Compares one by one: what, how many rows, at least as many bytes, when and how long; the times must fit into
    what the client took, and into each other, as each statement is sent after the answer of the one before."""
    told = [f"{one['summary']} ({one['rows']})" for one in seen]
    test.assertEqual(told, [repr(one) for one in expected])
    sent, answered, window = 0.0, 0.0, 0
    for number, (one, want) in enumerate(zip(seen, expected)):
        with test.subTest(execution=number, summary=want.summary):
            test.assertRegex(one["fingerprint"], r"^v1:[0-9a-f]{16}$")
            test.assertGreaterEqual(one["server_ms"], want.ms)
            test.assertGreater(one["bytes"], want.bytes)
            if one["window"] != window:
                sent, answered, window = 0.0, 0.0, one["window"]
            test.assertGreaterEqual(one["offset_ms"] + ROUNDING_MS, sent if want.together else answered)
            sent, answered = one["offset_ms"], one["offset_ms"] + one["server_ms"]
            test.assertLessEqual(answered, wall_ms + ROUNDING_MS)
    test.assertLessEqual(sum(one["server_ms"] for one in seen), wall_ms + len(seen) * ROUNDING_MS)


def json_lines(text):
    return [json.loads(line) for line in text.splitlines() if line.strip()]


__all__ = ["ApiError", "BINARY", "Bookshop", "CLIENTS", "Expected", "PYTHON", "Postgres", "Proxy", "ProxyTest", "ROOT",
           "check_executions", "eventually", "free_port", "json_lines", "node_environment", "run", "server_program"]
