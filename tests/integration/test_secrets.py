"""A canary is planted wherever a client may write something private; then everything that a running proxy shows, logs,
keeps or tells other programs is searched for it. Files of other commands: test_secrets_in_files.py; memory:
test_secrets_in_memory.py."""

import contextlib
import re
import subprocess
import tempfile
import threading
import unittest
import urllib.request
from pathlib import Path

import canary
from canary import CANARY
from harness import BINARY, ROOT, Proxy, ProxyTest, eventually
from test_top import Terminal

# What each GET shows: it was asked for the right thing, and answered. A new one is to be added here.
SHOWN = {
    "/": "<html",
    "/healthz": '"ok"',
    "/readyz": '"ready"',
    "/metrics": '{application="shop"',
    "/api/v1/status": '"analysis"',
    "/api/v1/findings": "SELECT nick FROM author WHERE id = $",
    "/api/v1/findings/{}": '"kept_windows"',
    "/api/v1/windows": '"application": "shop"',
    "/api/v1/windows/{}": "SELECT nick FROM author WHERE id = $",
    "/api/v1/statements": "CREATE ROLE bird PASSWORD ?",
    "/api/v1/statements/{}": '"minutes"',
    "/api/v1/coverage": '"labels"',
    "/api/v1/events": "SELECT nick FROM author WHERE id = $",
}
OPEN_METRICS = "application/openmetrics-text;version=1.0.0"
NAMED = {"findings": "id", "windows": "id", "statements": "fingerprint"}
TEXT = r"SELECT nick FROM author WHERE id = \S+ AND name <> \S+"


class Listener:
    """To /api/v1/events, from now on."""

    def __init__(self, api):
        self.heard, self.ended = "", False
        self.answer = urllib.request.urlopen(f"{api.address}/api/v1/events", timeout=60)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.answer:
            self.heard += line.decode()
        self.ended = True

    def everything(self, api):
        """Once all windows and findings that are known were told."""
        told = [one["id"] for one in api.windows() + api.findings()]
        eventually(lambda: all(one in self.heard for one in told), "the event of each window and finding")
        return self.heard


class Secrets(ProxyTest):
    """Each test has a proxy of its own, that works in a folder of its own."""

    @classmethod
    def prepare(cls):
        super().prepare()
        cls.enterClassContext(canary.password_demanded(cls.server))

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="onetrip-secrets-")))

    def start(self, settings):
        server = f"{self.server.host}:{self.server.port}"
        (self.folder / "onetrip.toml").write_text(
            f'[store]\npath = "{self.folder}/history.db"\n'
            f'[catalog]\ndsn = "host={self.server.host} port={self.server.port} user=postgres password={CANARY}"\n'
            + settings)
        with contextlib.chdir(self.folder):
            proxy = Proxy(BINARY, f"postgres://postgres@{server}")
        self.addCleanup(proxy.stop)
        eventually(lambda: proxy.api.get("/api/v1/status")["store"]["state"] == "kept", "the history's opening")
        self.events = Listener(proxy.api)
        return proxy

    def plant(self, proxy):
        where = {"host": proxy.host, "port": proxy.port, "user": "postgres", "dbname": "postgres"}
        canary.plant_unseen(proxy.api, **where)
        canary.plant(**where)
        proxy.api.flush()

    @staticmethod
    def routes():
        """Each path that can be asked for, and its parameters, as the code has them."""
        return re.findall(r'\{"GET", "([^"]*)", "([^"]*)"', (ROOT / "admin/api.cpp").read_text())

    def answers(self, proxy):
        for path, parameters in self.routes():
            if path == "/api/v1/events":
                yield path, self.events.everything(proxy.api)
            elif path.endswith("{}"):
                yield path, "".join(self.answers_of_each(proxy, path.removesuffix("/{}")))
            else:
                limit = {"limit": 10000} if "limit " in parameters else {}
                more = [{"by": "label"}, {"by": "application"}] if "by " in parameters else []
                yield path, "".join(proxy.api.call("GET", path, **one) for one in ({}, limit, *more))

    @staticmethod
    def answers_of_each(proxy, path):
        name = path.rsplit("/", 1)[1]
        for one in proxy.api.get(path, limit=10000)[name]:
            yield proxy.api.call("GET", f"{path}/{one[NAMED[name]]}")

    def open_metrics(self, proxy):
        request = urllib.request.Request(f"{proxy.api.address}/metrics", headers={"Accept": OPEN_METRICS})
        with urllib.request.urlopen(request) as answer:
            return answer.read().decode()

    def check_hidden(self, place, text, shown):
        with self.subTest(place=place):
            self.assertIn(shown, text)
            self.assertNotIn(CANARY, text.lower())

    def check_answers(self, proxy):
        shown = dict(self.answers(proxy))
        self.assertEqual(shown.keys(), SHOWN.keys())
        for path, text in shown.items():
            self.check_hidden(path, text, SHOWN[path])
        self.assertRegex(shown["/api/v1/findings"], TEXT)
        self.assertRegex(shown["/metrics"], 'blind_sessions_total{reason="out_of_sync"} 1\n.*reason="too_large"} 1\n')
        self.check_hidden("OpenMetrics", self.open_metrics(proxy), "# {window_id=")

    def check_files(self):
        """Its own configuration names a password."""
        files = {path.name: path.read_bytes().decode(errors="replace") for path in self.folder.iterdir()}
        self.assertIn(CANARY, files.pop("onetrip.toml"))
        self.assertRegex("".join(files.values()), TEXT)
        self.assertLessEqual({"history.db"}, files.keys())
        for name, text in files.items():
            self.check_hidden(name, text, "")

    def check_commands(self, proxy):
        """That ask it."""
        api = ("--api", proxy.api.address)
        where = ("--config", self.folder / "onetrip.toml", "--admin", proxy.api.address.removeprefix("http://"),
                 f"postgres://postgres@{self.server.host}:{self.server.port}")
        formats = canary.report_formats(self.onetrip("exec", "--help"))
        commands = [(("status", *api), "findings"), (("status", "--json", *api), "analysis"),
                    (("top", "--once", *api), "SELECT author"), (("doctor", *where), "catalog"),
                    (("doctor", "--json", *where), "catalog"), (("config", "print", *where[:2], where[4]), "[catalog]"),
                    *((("report", "--format", one, *api), "author") for one in formats)]
        for command, shown in commands:
            self.check_hidden(" ".join(map(str, command)), self.onetrip(*command), shown)

    def onetrip(self, *arguments):
        done = subprocess.run([BINARY, *map(str, arguments)], cwd=self.folder, text=True, timeout=60,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.stdout

    def check_top(self, proxy):
        """Each row of both tables, with what it says of the row that is chosen."""
        rows = {name: len(proxy.api.get(f"/api/v1/{name}", limit=1000)[name]) for name in ("findings", "statements")}
        self.assertLess(max(rows.values()), 45)  # of the 60 lines
        with Terminal("--api", proxy.api.address, "--interval", "100ms") as top:
            top.resize(60, 250)
            for key, name in (("", "findings"), ("\t", "statements")):
                top.type(key)
                top.wait_for(f"{name.title()} {rows[name]}", "author")
                self.walk(top, rows[name])
            top.type("q")
            code, written = top.end()
        self.assertEqual(code, 0)
        self.check_hidden("all of top's output", written, "author was fetched")

    def walk(self, top, rows):
        for row in range(rows):
            with top.changed:
                before, screen = self.place(top), "\n".join(top.lines())
            self.check_hidden("top", screen, "author")
            if row + 1 < rows:
                top.type("j")
                top.wait(lambda before=before: self.place(top) != before, "the next row")

    @staticmethod
    def place(top):
        """Of the row that is chosen; rows may look alike."""
        return [cells[0].reverse for cells in top.rows()], top.chosen()

    def check_end(self, proxy):
        self.assertEqual(proxy.stop(), 0)
        eventually(lambda: self.events.ended, "the end of the events")
        self.check_hidden("events", self.events.heard, "event: finding")
        self.check_hidden("log", proxy.output(), "author was fetched")
        self.check_files()

    def test_no_value_is_shown_anywhere(self):  # [trap:p-has-four-meanings]
        proxy = self.start('[log]\nformat = "json"\n')
        self.plant(proxy)
        self.check_answers(proxy)
        self.check_files()
        self.check_commands(proxy)
        self.check_end(proxy)

    def test_no_value_is_shown_in_a_log_for_people_that_says_all(self):
        proxy = self.start('[log]\nlevel = "debug"\nformat = "text"\n')
        self.plant(proxy)
        self.check_answers(proxy)
        self.check_end(proxy)

    def test_no_value_is_shown_in_a_terminal(self):
        proxy = self.start("")
        self.plant(proxy)
        self.check_top(proxy)


if __name__ == "__main__":
    unittest.main()
