"""examples/bookshop through the proxy: each page gives just the findings that its expectations.json names, with tags
and without, at 2 rows and at 200."""

import tempfile
import unittest
from pathlib import Path

from expectations import check_finding, due, expected_key, found_key
from harness import Bookshop, ProxyTest


class BookshopPages(ProxyTest):
    @classmethod
    def prepare(cls):
        cls.server.sql("CREATE DATABASE bookshop")
        Bookshop.prepare(cls.server.environment("bookshop"))

    @classmethod
    def setUpClass(cls):
        # A page that a busy machine held up for 100 ms is still one request. What tells requests apart in earnest is
        # tested elsewhere; here each page ends with the reset before the next one.
        config = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="onetrip-bookshop-"))) / "onetrip.toml"
        config.write_text('[window]\nidle_gap = "2s"\n')
        cls.proxy_options = ("--config", config)
        super().setUpClass()
        cls.shops = {}
        for tags in ("off", "on"):
            environment = cls.server.environment("bookshop", cls.proxy.host, cls.proxy.port, PGAPPNAME=f"shop-{tags}")
            cls.shops[tags] = cls.enterClassContext(Bookshop(environment, tags, workers=3))

    def check_page(self, tags, page, rows):
        self.api.reset()
        self.shops[tags].ask(page, rows)
        findings = {found_key(one): one for one in self.api.findings()}
        wanted = {expected_key(one): one for one in due(page, rows)}
        self.assertEqual(sorted(findings), sorted(wanted))
        for key, expected in wanted.items():
            check_finding(self, findings[key], expected, tags)
            count = findings[key]["evidence"]["count"]
            if not expected["chain"] and expected["confidence"] == "proven":
                self.assertEqual(findings[key]["window"]["connections"], 1)
                self.assertGreaterEqual(count, 2)
                self.assertLessEqual(count, rows)

    def check_pages(self, tags, rows):
        for page in Bookshop.pages():
            with self.subTest(page=page["path"]):
                self.check_page(tags, page, rows)

    def test_untagged_2_rows(self):
        self.check_pages("off", 2)

    def test_untagged_200_rows(self):
        self.check_pages("off", 200)

    def test_tagged_2_rows(self):
        self.check_pages("on", 2)

    def test_tagged_200_rows(self):
        self.check_pages("on", 200)

    def test_tagged_pages_one_after_the_other_without_forgetting(self):
        self.api.reset()
        pages = Bookshop.pages()
        for rows in (20, 30, 40):
            for page in pages:
                self.shops["on"].ask(page, rows)
        findings = self.api.findings(limit=1000)
        wanted = sorted((page["label"], *expected_key(one)) for page in pages for one in due(page, 20))
        self.assertEqual(sorted((one["label"], *found_key(one)) for one in findings), wanted)
        for one in findings:
            with self.subTest(label=one["label"]):
                self.assertEqual(one["seen"]["windows"], 3)


if __name__ == "__main__":
    unittest.main()
