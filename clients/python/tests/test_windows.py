"""onetrip.window, and what a window tells."""

import threading
import time

import psycopg
import pytest
from conftest import loop

import onetrip
from onetrip.windows import Window, request, watch


def test_a_window_holds_what_was_sent_meanwhile(here, connection):
    loop(connection, 3)
    with onetrip.window("cart") as cart:
        loop(connection, 5)
    loop(connection, 7)
    assert cart.seen().statements == 6
    assert [finding["evidence"]["count"] for finding in cart.seen().findings] == [5]


def test_it_holds_what_other_threads_and_connections_send(here, connection):
    def send():
        with psycopg.connect(autocommit=True) as other:
            other.execute("SELECT count(*) FROM book")

    with onetrip.window("threads") as threads:
        sender = threading.Thread(target=send)
        sender.start()
        sender.join()
        connection.execute("SELECT count(*) FROM author")
    assert threads.seen().statements == 2


def test_an_open_window_tells_what_came_so_far(here, connection):
    with onetrip.window("open") as window:
        loop(connection, 3)
        assert window.seen().statements == 4
        loop(connection, 3)
        assert window.seen().statements == 8
    assert window.seen().statements == 8


def test_what_is_outside_its_requests_is_not_judged(here, connection):
    with onetrip.window("test") as test:
        loop(connection, 4)
        with request("GET /books"):
            connection.execute("SELECT count(*) FROM book")
        loop(connection, 4)
    assert [window.label for window in test.judged()] == ["GET /books"]
    test.assert_budget(max_statements=1)


def test_a_request_within_a_request_is_a_part_of_it(here, connection):
    with onetrip.window("test") as test:
        with request("GET /outer"):
            with request("GET /inner"):
                connection.execute("SELECT count(*) FROM book")
            connection.execute("SELECT count(*) FROM author")
    assert [(window.label, window.seen().statements) for window in test.judged()] == [("GET /outer", 2)]


def test_a_request_that_no_window_is_around_is_none(here, proxy, connection):
    with request("GET /books"):
        connection.execute("SELECT count(*) FROM book")
    assert proxy.named() == []


def test_the_same_name_may_be_used_again_and_in_itself(here, connection):
    with onetrip.window("same") as outer, onetrip.window("same") as inner:
        connection.execute("SELECT count(*) FROM book")
    with onetrip.window("same") as again:
        pass
    assert (outer.seen().statements, inner.seen().statements, again.seen().statements) == (1, 1, 0)


def test_a_window_that_a_killed_process_left_open_is_closed(here, proxy, connection):
    left = here.open(Window("left"))
    here._open.clear()
    with onetrip.window("left") as window:
        connection.execute("SELECT count(*) FROM book")
    assert window.seen().statements == 1
    assert [row["open"] for row in proxy.named("left")] == [False, False]
    assert window.id != left.id


def test_a_window_that_nobody_closes_ends_by_itself(here, proxy, monkeypatch):
    monkeypatch.setattr("onetrip.windows.LIFE_S", 0.2)
    here.open(Window("short"))
    deadline = time.monotonic() + 20
    while proxy.named("short")[0]["open"]:
        assert time.monotonic() < deadline
        proxy.api.flush()


def test_a_window_whose_life_is_over_closes_without_a_word(here, proxy):
    with onetrip.window("reset") as window:
        proxy.ask("POST", "/api/v1/reset")
    assert window.seen() == (0, [])


def test_other_applications_are_left_out_when_one_is_watched(here, connection):
    watch(application_name="mine")
    with psycopg.connect(application_name="mine", autocommit=True) as mine, onetrip.window("watched") as window:
        connection.execute("SELECT count(*) FROM book")
        mine.execute("SELECT count(*) FROM author")
    assert window.seen().statements == 1


def test_names_are_cut_at_what_the_proxy_takes(here, connection):
    with onetrip.window("é" * 2000) as outer, onetrip.window("ü" * 2000) as inner:
        connection.execute("SELECT count(*) FROM book")
    assert (outer.seen().statements, inner.seen().statements) == (1, 1)


def test_a_broken_budget_says_what_where_and_how_to_mend_it(here, connection):
    with onetrip.window("cart") as cart:
        loop(connection, 5)
    with pytest.raises(AssertionError) as broken:
        cart.assert_budget(max_statements=5)
    lines = str(broken.value).splitlines()
    assert lines[0] == "cart sent 6 statements, 5 are allowed"
    assert lines[1].startswith("error[n-plus-one] cart: author was fetched 5 times")
    assert "  fed by    SELECT book: book.author_id → author.id, 5 of 5" in lines
    assert any(line.startswith("  fix       ") for line in lines)


def test_what_a_budget_allows(here, connection):
    with onetrip.window("cart") as cart:
        loop(connection, 5)
    cart.assert_budget(max_statements=6, no_findings=False)
    cart.assert_budget(allow=["n-plus-one"])
    cart.assert_budget(allow=[cart.seen().findings[0]["cause"]])
    with pytest.raises(ValueError):
        cart.assert_budget(level="serious")


def test_what_is_below_the_level_breaks_no_budget(here, connection):
    with onetrip.window("twice") as twice:
        for _ in range(2):
            connection.execute("SELECT name FROM author WHERE id = 1").fetchall()
    assert [(finding["rule"], finding["severity"]) for finding in twice.seen().findings] == [
        ("duplicate-query", "warning")]
    twice.assert_budget(level="error")
    with pytest.raises(AssertionError):
        twice.assert_budget()


def test_without_a_proxy_everything_does_nothing(nowhere, connection):
    with onetrip.window("cart") as cart, request("GET /books"):
        loop(connection, 5)
    assert cart.seen() == (0, [])
    cart.assert_budget(max_statements=0)
