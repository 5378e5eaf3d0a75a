"""Django with pytest-django: projects/django_shop, whose test database Django makes."""

import pytest


@pytest.fixture
def shop(project, proxy):
    return lambda *options, **more: project("django_shop", "--create-db", *options, **more)


def counts(findings):
    return sorted((finding["label"], finding["evidence"]["count"]) for finding in findings)


def test_each_request_is_a_window_named_by_its_route(shop, proxy):
    shop("-k", "(lazy or eager or raw or nothing or async) and not TestTransactions").assert_outcomes(passed=5)
    assert proxy.requests("::test_lazy") == [("GET /shop/books/<int:count>/", 6)]
    assert proxy.requests("::test_eager") == [("GET /shop/eager/<int:count>/", 1)]
    assert proxy.requests("::test_raw") == [(r"GET /^author/(?P<number>\d+)/$", 1)]
    assert proxy.requests("::test_nothing_there") == [("GET /nothing/:id/", 0)]
    assert proxy.requests("::test_async") == [("GET /nothing/:id/", 0)]
    assert counts(proxy.findings()) == [("GET /shop/books/<int:count>/", 5)]


def test_a_budget(shop):
    result = shop("-k", "test_budget")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *AssertionError: GET /shop/books/<int:count>/ sent 6 statements, 5 are allowed"])


def test_a_test_without_a_request_is_judged_itself(shop, proxy):
    shop("-k", "test_no_request").assert_outcomes(passed=1)
    assert counts(proxy.findings()) == [("test_shop.py::test_no_request", 10)] * 2  # one for each table


@pytest.mark.parametrize("callsite", ["false", "true"])
def test_counts_are_what_they_are(shop, callsite):
    shop("-k", "counts or no_database or TestSimple or test_4 or test_5", "-o",
         f"onetrip_callsite={callsite}").assert_outcomes(passed=6)


@pytest.mark.parametrize("callsite", ["false", "true"])
def test_statements_keep_their_text_unless_the_line_is_asked_for(shop, callsite):
    shop("-k", "test_texts", "-o", f"onetrip_callsite={callsite}").assert_outcomes(passed=1)


def test_the_line_is_told_when_asked_for(shop, proxy):
    shop("-k", "test_lazy or test_raw or test_eager", "-o", "onetrip_callsite=true").assert_outcomes(passed=4)
    assert {(finding["location"]["file"], finding["location"]["line"]) for finding in proxy.findings()} == {
        ("shop/urls.py", 8)}


def test_a_class_of_tests_in_one_transaction(shop, proxy):
    shop("-k", "TestCases").assert_outcomes(passed=5)
    assert proxy.requests("test_2") == [("GET /shop/books/<int:count>/", 5)]
    assert proxy.requests("test_4") == [("GET /shop/books/<int:count>/", 4)]
    assert proxy.requests("test_5") == [("GET /shop/eager/<int:count>/", 1)]
    assert counts(proxy.findings("test_shop.py::TestCases::test_1")) == []
    assert counts(proxy.findings("test_shop.py::TestCases::test_4")) == [("GET /shop/books/<int:count>/", 3)]
    assert counts(proxy.findings()) == [("GET /shop/books/<int:count>/", 4),
                                        ("test_shop.py::TestCases::test_3", 10)]


def test_a_test_that_commits(shop, proxy):
    shop("-k", "TestTransactions").assert_outcomes(passed=1)
    assert proxy.requests() == [("GET /shop/books/<int:count>/", 6)]
    assert counts(proxy.findings()) == [("GET /shop/books/<int:count>/", 5)]


def test_four_workers_with_a_database_each(shop, proxy):
    shop("-k", "test_many", "-n", "4").assert_outcomes(passed=16)
    for number in range(16):
        test = f"test_shop.py::test_many[{number}]"
        assert proxy.requests(test) == [("GET /shop/books/<int:count>/", number % 4 + 3)]
        assert counts(proxy.findings(test)) == [("GET /shop/books/<int:count>/", number % 4 + 2)]
    databases = {row["database"] for row in proxy.named("#")}
    assert databases == {f"test_postgres_gw{number}" for number in range(4)}


def test_without_the_proxy_it_is_as_it_was(shop, proxy):
    shop("-n", "2", api="").assert_outcomes(passed=34)
    assert proxy.named() == []
