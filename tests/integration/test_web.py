"""The web page: in a headless Chromium before a proxy and the bookshop, its size, and that what is committed is what
is built. The browser's part is web/page.mjs."""

import gzip
import os
import shutil
import tempfile
import unittest
from pathlib import Path

from harness import BINARY, Bookshop, Postgres, Proxy, ROOT, run

PAGE = ROOT / "web/dist/index.html"
TESTS = ROOT / "tests/integration/web"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
TOKEN = "a token of this test"


@unittest.skipUnless(CHROMIUM, "there is no Chromium")
class Page(unittest.TestCase):
    def test_in_a_browser(self):
        if not (TESTS / "node_modules/playwright-core").is_dir():
            raise RuntimeError("playwright-core is missing: run scripts/setup, or npm ci in tests/integration/web")
        folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="onetrip-web-test-")))
        (folder / "token").write_text(TOKEN + "\n")
        server = self.enterContext(Postgres())
        server.sql("CREATE DATABASE bookshop")
        Bookshop.prepare(server.environment("bookshop"))
        upstream = f"postgres://{server.user}@{server.host}:{server.port}"
        proxy = self.enterContext(Proxy(BINARY, upstream))
        guarded = self.enterContext(Proxy(
            BINARY, upstream, environment=dict(os.environ, ONETRIP_ADMIN__TOKEN_FILE=str(folder / "token"))))
        shop = self.enterContext(Bookshop(server.environment("bookshop", proxy.host, proxy.port), tags="on"))
        environment = dict(os.environ, ADMIN=proxy.api.address, TOKENED=guarded.api.address, TOKEN=TOKEN, SHOP=shop.address,
                           PROXY=f"postgres://{proxy.host}:{proxy.port}", CHROMIUM=CHROMIUM, FOLDER=str(folder),
                           HOME=str(folder))
        print(run(["node", "--test", "--test-reporter=spec", TESTS / "page.mjs"], environment, limit_s=280))


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
