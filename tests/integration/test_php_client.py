"""clients/php: its own suite, and a shop of Laravel's parts with PHPUnit."""

import subprocess
import unittest
from pathlib import Path

from client_suites import ClientSuites

OWN = ["phpunit", "-c", "tests/own"], "clients/php"
SHOP = ["phpunit"], "clients/php/tests/shop"
TEST, LABEL = "ShopTest::testLists", "GET /shelves/{count}"


class PhpClient(ClientSuites):
    @classmethod
    def prepare(cls):
        version = subprocess.run(["phpunit", "--version"], text=True, stdout=subprocess.PIPE, check=True).stdout.strip()
        if not version.startswith("PHPUnit 9.") or not Path("/usr/share/php/Illuminate/Routing").is_dir():
            raise unittest.SkipTest(f"clients/php is tested with Debian 12's PHPUnit 9 and Laravel; this is {version}")
        super().prepare()

    def test_its_own_suite(self):
        code, said = self.call(*OWN, self.through(ONETRIP_TEST_API=self.api.address))
        self.assertEqual(code, 0, said)
        self.assertRegex(said, r"OK \(\d+ tests, \d+ assertions\)")

    def test_shop(self):
        self.check_slow_and_fixed(*SHOP, TEST, LABEL, "shop.php:37 (tag callsite)")
        self.check_budget(*SHOP, f"{LABEL} sent 6 statements, 2 are allowed")
        self.check_nobody_answers(*SHOP)

    def test_two_processes(self):
        """As ParaTest starts them: each has a number."""
        self.api.reset()
        both = [self.start([*SHOP[0], "--filter", "testMany"], SHOP[1],
                           self.through(ONETRIP_API=self.api.address, TEST_TOKEN=number, PART=number))
                for number in ("1", "2")]
        for process in both:
            said, _ = process.communicate(timeout=self.LIMIT_S)
            self.assertEqual(process.returncode, 0, said)
        bodies = [(row["application"], row["statements"]) for row in self.named("in ShopTest::testMany")]
        self.assertEqual(sorted(bodies), [(f"tests-{number}", rows + 1) for number in (1, 2) for rows in range(number, 9, 2)])


if __name__ == "__main__":
    unittest.main()
