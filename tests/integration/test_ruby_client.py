"""clients/ruby: its own suite, a shop of Rails with minitest, and one of Sinatra with RSpec."""

import unittest

from client_suites import ClientSuites
from harness import ROOT

CLIENT = ROOT / "clients/ruby"
RAILS = ["bin/rails", "test"], "clients/ruby/tests/projects/rails_shop"
RSPEC = ["rspec", "--no-color"], "clients/ruby/tests/projects/sinatra_shop"


class RubyClient(ClientSuites):
    @classmethod
    def prepare(cls):
        super().prepare()
        cls.server.sql("CREATE DATABASE shop_test")

    def rails(self, port=None):
        port = port or self.server.port
        return {"RUBYLIB": str(CLIENT / "lib"),
                "DATABASE_URL": f"postgres://{self.server.user}@{self.server.host}:{port}/shop_test"}

    def rspec(self):
        return {"RUBYLIB": str(CLIENT / "lib")}

    def test_its_own_suite(self):
        code, said = self.call(["ruby", "-Ilib", "-w", "tests/all.rb"], "clients/ruby",
                               self.through(ONETRIP_TEST_API=self.api.address))
        self.assertEqual(code, 0, said)
        self.assertRegex(said, r"\d+ runs, \d+ assertions, 0 failures, 0 errors, 0 skips")
        self.assertNotIn("warning: ", said)

    def test_rails(self):
        self.check_slow_and_fixed(*RAILS, "ShelvesTest#test_show", "GET /shelves/:id",
                                  "app/controllers/shelves_controller.rb:5", **self.rails())
        self.check_budget(*RAILS, "GET /shelves/:id sent 6 statements, 2 are allowed",
                          self.rails(self.proxy.port), self.rails())

    def test_rails_in_several_processes(self):
        code, said = self.through_this(*RAILS, SHOP="slow", WORKERS="2", **self.rails(self.proxy.port))
        self.assertEqual(code, 0, said)
        for number in range(8):
            left = max(5 - number, 0)
            self.assertEqual(self.requests(f"ShelvesTest#test_many_{number}"), [("GET /shelves/:id", 1 + left)])
        self.assertEqual({row["database"] for row in self.named()}, {"shop_test-0", "shop_test-1"})

    def test_rspec(self):
        test = "spec/shop_spec.rb: Shop a shelf lists its books"
        self.check_slow_and_fixed(*RSPEC, test, "GET /shelves/:count", "shop.rb:28 in ask", **self.rspec())
        self.check_budget(*RSPEC, "GET /shelves/:count sent 6 statements, 1 are allowed", self.rspec(), self.rspec())
        self.check_nobody_answers(*RSPEC, **self.rspec())

    def test_rspec_in_two_processes(self):
        """As parallel_tests starts them: each has a number."""
        self.api.reset()
        both = [self.start([*RSPEC[0], "-e", "has many"], RSPEC[1],
                           self.through(ONETRIP_API=self.api.address, TEST_ENV_NUMBER=number, PART=part, **self.rspec()))
                for number, part in (("", "0"), ("2", "1"))]
        for process in both:
            said, _ = process.communicate(timeout=self.LIMIT_S)
            self.assertEqual(process.returncode, 0, said)
        for number in range(8):
            test = [row for row in self.named(f"has many, {number}") if not row["name"].startswith("body")]
            self.assertEqual([(row["application"], row["statements"]) for row in test],
                             [(f"tests-{number % 2 + 1}", number + 3)])


if __name__ == "__main__":
    unittest.main()
