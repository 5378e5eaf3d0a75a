"""Django's TestCase: one transaction for the class, a savepoint for each test, and the connection is closed at the
class's end. What a test does is a window of its own, whichever of them it is, also where each has a class of its own,
as pytest-django does it; and what the tests have in common is no fault of any."""

import unittest

from harness import CLIENTS, PYTHON, ProxyTest, run

ROWS = 10


class DjangoTests(ProxyTest):
    def check(self, guilty, classes, source):
        self.api.reset()
        run([PYTHON, "-B", CLIENTS / "django_tests.py", guilty, classes], self.through(PGAPPNAME="tests"))
        findings = self.api.findings()
        self.assertEqual([one["rule"] for one in findings], ["n-plus-one"])
        finding = findings[0]
        self.assertEqual(finding["window"]["source"], source)
        self.assertEqual(finding["window"]["statements"], 1 + 1 + ROWS)
        self.assertEqual(finding["evidence"]["count"], ROWS)
        self.assertEqual(finding["link"]["parent_column"], "book.author_id")
        tests = [len(one["executions"]) for one in self.api.windows() if one["source"] == source]
        self.assertEqual(sorted(tests), [1, 1, 1 + 1 + ROWS])

    def test_the_loop_is_in_any_of_three_tests_of_a_class(self):
        for guilty in ("first", "second", "third"):
            with self.subTest(guilty):
                self.check(guilty, "together", "savepoint")

    def test_the_loop_is_in_any_of_three_tests_with_a_class_each(self):
        for guilty in ("first", "second", "third"):
            with self.subTest(guilty):
                self.check(guilty, "apart", "idle_gap")


if __name__ == "__main__":
    unittest.main()
