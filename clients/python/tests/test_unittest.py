"""onetrip.unittest, with unittest's and with Django's own runner."""


def counts(findings):
    return sorted((finding["label"], finding["evidence"]["count"]) for finding in findings)


def test_each_test_is_a_window(project, proxy, pytester):
    done = project("unittest_shop", run=["-m", "unittest", "cases"])
    done.stderr.fnmatch_lines(["AssertionError: cases.Shelf.test_budget sent 6 statements, 5 are allowed", "Ran 6 tests *",
                               "FAILED (failures=1, skipped=1)"])
    assert [row["statements"] for row in proxy.named("Shelf.test_clean")] == [10 + 1, 1]
    assert counts(proxy.findings("cases.Shelf.test_loop")) == [("cases.Shelf.test_loop", 4)]
    assert {finding["label"] for finding in proxy.findings()} == {
        "cases.Shelf.test_budget", "cases.Shelf.test_loop", "cases.Shelf.test_parts", "cases.Tasks.test_loop"}


def test_under_pytest_the_plugin_does_it(project, proxy):
    project("unittest_shop", "cases.py", "-k", "test_clean or test_loop").assert_outcomes(passed=3)
    assert [row["name"] for row in proxy.named("Shelf") if "#" not in row["name"]] == [
        "cases.py::Shelf::test_clean", "cases.py::Shelf::test_loop"]


def test_djangos_runner(project, proxy):
    done = project("django_shop", run=["-m", "django", "test", "shop", "--settings=settings", "--noinput"])
    done.stderr.fnmatch_lines(["OK"])
    assert proxy.requests() == [("GET /shop/books/<int:count>/", 1 + rows) for rows in (2, 3, 4, 5)]
    assert {row["database"] for row in proxy.named()} == {""}


def test_djangos_runner_side_by_side(project, proxy):
    done = project("django_shop", run=["-m", "django", "test", "shop", "--settings=settings", "--noinput",
                                       "--parallel=2"])
    done.stderr.fnmatch_lines(["OK"])
    for rows, name in enumerate(("Shelf", "Shelf3", "Shelf4", "Shelf5"), start=2):
        assert proxy.requests(f"{name}.test_page") == [("GET /shop/books/<int:count>/", 1 + rows)]
    assert {row["database"] for row in proxy.named()} <= {"test_postgres_1", "test_postgres_2"}


def test_without_the_proxy_it_is_as_it_was(project, proxy):
    done = project("unittest_shop", run=["-m", "unittest", "cases"], api="")
    done.stderr.fnmatch_lines(["OK (skipped=1)"])
    assert proxy.named() == []
