"""Django's TestCase: one transaction for the class, a savepoint for each test, and the connection is closed at the
class's end. pytest-django: the same for these classes, and a transaction that is rolled back for any other test, on a
connection that stays. What a test does is a window of its own, whichever of them it is; and what the tests have in
common is no fault of any."""

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


class PytestDjangoTests(ProxyTest):
    """Two guilty tests, an innocent one between them."""

    def check(self, source, *tests):
        shelf = [f"{CLIENTS / 'pytest_shelf.py'}::{test}" for test in tests]
        self.api.reset()
        run([PYTHON, "-B", "-m", "pytest", "-p", "django_shop", "-p", "no:cacheprovider", *shelf],
            self.through(PGAPPNAME="tests", PYTHONPATH=str(CLIENTS)))
        findings = self.api.findings()
        self.assertEqual([one["rule"] for one in findings], ["n-plus-one"])
        finding = findings[0]
        self.assertEqual(finding["window"]["source"], source)
        self.assertEqual(finding["link"]["parent_column"], "book.author_id")
        self.assertEqual((finding["evidence"]["count"], finding["seen"]["windows"]), (ROWS, 2))
        tests = [len(one["executions"]) for one in self.api.windows() if one["source"] == source]
        self.assertEqual(tests, [1 + 1 + ROWS, 1, 1 + 1 + ROWS])

    def test_functions(self):
        self.check("idle_gap", "test_first", "test_innocent", "test_last")

    def test_methods_of_a_class(self):
        self.check("idle_gap", "TestShelf")

    def test_methods_of_djangos_test_case(self):
        self.check("savepoint", "Shelf")


if __name__ == "__main__":
    unittest.main()
