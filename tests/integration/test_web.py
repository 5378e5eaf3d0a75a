"""The web page: in a headless Chromium before a proxy and the bookshop, its size, and that what is committed is what
is built. The browser's part is web/page.mjs, of reports web/run_report.mjs."""

import gzip
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import BINARY, CLIENTS, Bookshop, PYTHON, Postgres, Proxy, ROOT, SCHEMA, eventually, run

PAGE = ROOT / "web/dist/index.html"
TESTS = ROOT / "tests/integration/web"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SUITE = (PYTHON, CLIENTS / "suite.py")
WRITE_REPORT = os.environ.get("WRITE_REPORT", ROOT / "build/tests/write_report")
TOKEN = "a token of this test"


def browse(file, folder, limit_s, **variables):
    """Runs the tests of a file in the browser."""
    if not (TESTS / "node_modules/playwright-core").is_dir():
        raise RuntimeError("playwright-core is missing: run scripts/setup, or npm ci in tests/integration/web")
    environment = dict(os.environ, CHROMIUM=CHROMIUM, FOLDER=str(folder), HOME=str(folder), **variables)
    print(run(["node", "--test", "--test-reporter=spec", TESTS / file], environment, limit_s=limit_s))


@unittest.skipUnless(CHROMIUM, "there is no Chromium")
class Page(unittest.TestCase):
    def test_in_a_browser(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="onetrip-web-test-")))
        (folder / "token").write_text(TOKEN + "\n")
        server = self.enterContext(Postgres())
        server.sql("CREATE DATABASE bookshop")
        Bookshop.prepare(server.environment("bookshop"))
        upstream = f"postgres://{server.user}@{server.host}:{server.port}"
        proxy = self.enterContext(Proxy(BINARY, upstream))
        guarded = self.enterContext(Proxy(
            BINARY, upstream, environment=dict(os.environ, ONETRIP_ADMIN__TOKEN_FILE=str(folder / "token"))))
        restarted = self.enterContext(self.restarted(server, upstream, folder))
        shop = self.enterContext(Bookshop(server.environment("bookshop", proxy.host, proxy.port), tags="on"))
        browse("page.mjs", folder, 280, ADMIN=proxy.api.address, TOKENED=guarded.api.address, TOKEN=TOKEN, SHOP=shop.address,
               RESTARTED=restarted.api.address, PROXY=f"postgres://{proxy.host}:{proxy.port}")

    @staticmethod
    def restarted(server, upstream, folder):
        """A proxy that knows one finding, of before its start."""
        server.sql(SCHEMA)
        environment = dict(os.environ, ONETRIP_STORE__PATH=str(folder / "history.db"), ONETRIP_DRAIN__LIMIT="0s")
        with Proxy(BINARY, upstream, environment=environment) as before:
            url = f"postgres://{server.user}@{before.host}:{before.port}/postgres"
            run([*SUITE, "test:shop::list", "loop:20", "end"], dict(os.environ, DATABASE_URL=url))
            before.api.flush()
        after = Proxy(BINARY, upstream, environment=environment)
        eventually(lambda: after.api.findings(), "the history's opening")
        return after


@unittest.skipUnless(CHROMIUM, "there is no Chromium")
class Report(unittest.TestCase):
    """The page as a report of a run of clients/suite.py, with its data inside."""

    def test_in_a_browser(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="onetrip-web-test-")))
        (folder / "onetrip-budget.toml").write_text(
            'version = 1\n[[budget]]\nmatch = { label = "*::list" }\nmax_statements = 5\n')
        server = self.enterContext(Postgres())
        server.sql(SCHEMA)
        self.url = f"postgres://{server.user}@{server.host}:{server.port}/postgres"
        broken = ("test:shop::list", "loop:20", "end", "test:shop::short", "loop:6", "end", "test:shop::join", "join:20", "end")
        self.onetrip(1, folder, "exec", "--save", "run.json", "--report", "html=exec.html",
                     "--", *SUITE, *broken)
        self.onetrip(0, folder, "report", "--windows", "run.json", "--format", "html=recording.html")
        self.onetrip(0, folder, "exec", "--report", "html=kept.html", "--", *SUITE, *broken[-3:])
        (folder / "bare").mkdir()
        self.onetrip(0, folder / "bare", "report", "--windows", "../run.json", "--format", "html=../defaults.html")
        (folder / "hostile.html").write_bytes(subprocess.run([WRITE_REPORT, "html", "hostile"], check=True, stdout=subprocess.PIPE).stdout)
        browse("run_report.mjs", folder, 120)

    def onetrip(self, code, folder, *arguments):
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB", "GITLAB", "ONETRIP_"))}
        environment["DATABASE_URL"] = self.url
        done = subprocess.run([BINARY, *map(str, arguments)], cwd=folder, env=environment, text=True, timeout=60,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, code, done.stdout)


class Built(unittest.TestCase):
    def test_it_is_small(self):
        page = PAGE.read_bytes()
        self.assertLessEqual(len(page), 120_000)
        self.assertLessEqual(len(gzip.compress(page, 9)), 45_000)

    @unittest.skipUnless(shutil.which("npm"), "there is no npm")
    def test_what_is_committed_is_what_is_built(self):
        web = ROOT / "web"
        if not (web / "node_modules/vite").is_dir():
            run(["npm", "ci", "--prefer-offline", "--prefix", web], dict(os.environ), limit_s=200)
        with tempfile.TemporaryDirectory(prefix="onetrip-web-test-") as folder:
            run(["npm", "run", "build", "--prefix", web, "--", "--outDir", folder], dict(os.environ), limit_s=200)
            self.assertEqual(Path(folder, "index.html").read_text(encoding="utf-8"), PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
