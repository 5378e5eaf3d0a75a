"""The plugin, with tests of psycopg alone: projects/plain."""

import signal

import pytest


@pytest.fixture
def plain(project, proxy):
    return lambda *options, **more: project("plain", *options, **more)


def counts(findings):
    return sorted((finding["label"], finding["evidence"]["count"]) for finding in findings)


def test_each_test_is_a_window(plain, proxy):
    plain("-k", "test_clean or test_loop and not TestAsync").assert_outcomes(passed=3)
    tests = [(row["name"], row["label"], row["statements"], row["open"]) for row in proxy.named("")
             if not row["name"].startswith("body #")]
    assert tests == [("test_plain.py::test_clean", "test_plain.py::test_clean", 1, False),
                     ("test_plain.py::test_loop[3]", "test_plain.py::test_loop", 4, False),
                     ("test_plain.py::test_loop[4]", "test_plain.py::test_loop", 5, False)]
    assert counts(proxy.findings("test_plain.py::test_loop[4]")) == [("test_plain.py::test_loop", 4)]
    assert proxy.findings("test_plain.py::test_clean") == []


def test_what_fixtures_send_is_no_fault(plain, proxy):
    plain("-k", "test_set_up").assert_outcomes(passed=1)
    assert proxy.named("test_set_up")[0]["statements"] == 1 + 9 + 1 + 1 + 8
    assert proxy.findings() == []


def test_set_up_of_a_test_case_is_no_fault_either(plain, proxy):
    plain("-k", "TestOld or TestAsync").assert_outcomes(passed=3)
    assert counts(proxy.findings()) == [("test_plain.py::TestAsync::test_loop", 5),
                                        ("test_plain.py::TestOld::test_two", 7)]


def test_a_test_that_fails_closes_its_window(plain, proxy):
    plain("-k", "test_fails or test_clean").assert_outcomes(passed=1, failed=1)
    assert [row["open"] for row in proxy.named("")] == [False] * 4
    assert counts(proxy.findings("test_plain.py::test_fails")) == [("test_plain.py::test_fails", 3)]


def test_a_thread_sends_in_its_tests_window(plain, proxy):
    plain("-k", "test_thread").assert_outcomes(passed=1)
    assert proxy.named("test_thread")[0]["statements"] == 6


def test_a_block_in_a_test_is_a_request_of_it(plain, proxy):
    plain("-k", "test_block").assert_outcomes(passed=1)
    assert proxy.requests() == [("checkout of a cart", 1)]
    assert proxy.findings() == []


def test_budgets(plain):
    result = plain("-k", "budget or allowed")
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(["E *AssertionError: test_plain.py::test_budget sent 5 statements, 4 are allowed"])
    result.stdout.re_match_lines([r"E .*AssertionError: error\[n-plus-one\] test_plain.py::test_findings_in_budget: "])


def test_a_test_that_is_killed_leaves_nothing_that_matters(plain, proxy):
    killed = plain("-k", "test_killed", KILLED="yes")
    assert killed.ret == -signal.SIGKILL
    assert [row["open"] for row in proxy.named("test_killed")] == [True, True]  # for as long as they live
    plain("-k", "test_loop and 3")
    assert counts(proxy.findings("test_plain.py::test_loop[3]")) == [("test_plain.py::test_loop", 3)]


def test_four_workers(plain, proxy):
    plain("-k", "test_many", "-n", "4", PGAPPNAME="suite").assert_outcomes(passed=24)
    for number in range(24):
        test = f"test_plain.py::test_many[{number}]"
        assert proxy.named(test)[0]["statements"] == 1 + number % 4 + 2
        assert counts(proxy.findings(test)) == [("test_plain.py::test_many", number % 4 + 2)]
    assert {row["application"] for row in proxy.named("")} == {f"suite-gw{number}" for number in range(4)}


def test_a_worker_that_is_killed(plain, proxy):
    plain("-k", "test_many or test_killed", "-n", "2", KILLED="yes").assert_outcomes(passed=24, failed=1)
    for number in range(24):
        assert proxy.named(f"test_plain.py::test_many[{number}]")[0]["statements"] == 1 + number % 4 + 2


def test_without_the_proxys_address_nothing_happens(plain, proxy):
    result = plain("-k", "not thread", api="")
    result.assert_outcomes(passed=35, failed=1, skipped=1)  # also the budgets that are broken
    result.stdout.no_fnmatch_line("onetrip: *")
    assert proxy.named("") == []


def test_where_nobody_answers_it_is_said_once(plain):
    result = plain("-k", "not thread", api="http://127.0.0.1:1")
    result.assert_outcomes(passed=35, failed=1, skipped=1)
    result.stdout.fnmatch_lines(["onetrip: http://127.0.0.1:1 does not answer: *; from then on tests were no windows"])


def test_where_nobody_answers_workers_say_it_too(plain):
    result = plain("-k", "test_many", "-n", "2", api="http://127.0.0.1:1")
    result.assert_outcomes(passed=24)
    result.stdout.fnmatch_lines(["onetrip: http://127.0.0.1:1 does not answer: *"])


def test_without_an_address_it_costs_next_to_nothing(pytester, monkeypatch):
    monkeypatch.delenv("ONETRIP_API", raising=False)
    pytester.makepyfile("""
        import sys

        def test_nothing_was_loaded(request):
            assert not request.config.pluginmanager.has_plugin("onetrip-windows")
            assert [name for name in ("http.client", "onetrip.clients", "onetrip.running") if name in sys.modules] == []
    """)
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:django", "-p", "no:xdist").assert_outcomes(passed=1)
