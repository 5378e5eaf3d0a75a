"""The middleware for development: projects/django_shop, asked outside any test."""

import json
import re

import pytest

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def visit(project, proxy):
    def ask(*arguments, **more):
        project("django_shop", run=["visit.py"], api="")  # makes the tables
        proxy.ask("POST", "/api/v1/reset")
        return json.loads(project("django_shop", run=["visit.py", *arguments], **more).outlines[-1])

    return ask


def test_it_tells_what_the_request_sent(visit, proxy):
    answer = visit()
    timing = re.fullmatch(r'onetrip-db;dur=\d+\.\d;desc="6 statements", onetrip-findings;desc="1, worst error: n-plus-one", '
                          r'onetrip;desc="http://[^/]+(/api/v1/windows/[0-9a-f]{16})"', answer["timing"])
    window = proxy.api.get(timing[1])["window"]
    assert (window["label"], window["statements"]) == ("GET /shop/books/<int:count>/", 6)
    assert proxy.findings(window["id"])[0]["location"]["file"] == "shop/urls.py"
    assert answer["nothing"] == [404, None]


def test_the_statements_say_whose_they_are(visit):
    sql = visit(f"00-{TRACE}-00f067aa0ba902b7-01")["sql"]
    assert len(sql) == 6
    for text in sql:
        assert re.search(r"/\*callsite='shop/urls\.py:8( in books)?',controller='shop\.urls\.books',db_driver='django\.db\.backends\."
                         r"postgresql',framework='django:\d\.\d',method='GET',route='/shop/books/<int:count>/',"
                         rf"traceparent='00-{TRACE}-[0-9a-f]{{16}}-01'\*/$", text)


def test_the_trace_of_the_request_is_the_windows(visit, proxy):
    visit(f"00-{TRACE}-00f067aa0ba902b7-01")
    assert proxy.api.window(TRACE)["trace"] == TRACE


def test_without_the_proxys_address_it_is_left_out(visit):
    answer = visit(api="")
    assert answer["timing"] is None
    assert [text for text in answer["sql"] if "/*" in text] == []


def test_where_nobody_answers_the_page_comes_all_the_same(visit):
    answer = visit(api="http://127.0.0.1:1")
    assert (answer["status"], answer["timing"]) == (200, None)
