"""The comment that names a statement's place."""

import functools

import pytest

from onetrip import callsite
from onetrip.callsite import tagged


def test_it_is_the_innermost_frame_that_is_no_librarys():
    place = functools.reduce(lambda _, number: callsite.callsite(), [1, 2])  # a frame of ours, named <lambda>
    assert place.endswith("tests/test_callsite.py:12")


def test_the_function_is_named():
    assert callsite.callsite().endswith(":17 in test_the_function_is_named")


def test_library_code_is_no_place(tmp_path):
    folder = tmp_path / "site-packages" / "orm"
    folder.mkdir(parents=True)
    code = compile("def ask(of): return of()", str(folder / "query.py"), "exec")
    names = {}
    exec(code, names)
    assert names["ask"](callsite.callsite).endswith(" in test_library_code_is_no_place")


def test_it_does_not_look_beyond_the_request(monkeypatch):
    def client():
        code = compile("def view(of): return of()", "/x/site-packages/view.py", "exec")
        names = {}
        exec(code, names)
        return names["view"](callsite.callsite)

    monkeypatch.setattr(callsite, "borders", {client.__code__})
    assert client() is None


@pytest.mark.parametrize("sql, expected", [
    ("SELECT 1", "SELECT 1 /*callsite='shop/views.py:41 in books'*/"),
    ("SELECT 1;", "SELECT 1 /*callsite='shop/views.py:41 in books'*/;"),
    ("SELECT 1 ; \n", "SELECT 1  /*callsite='shop/views.py:41 in books'*/;"),
])
def test_it_stands_at_the_statements_end(sql, expected):
    assert tagged(sql, {"callsite": "shop/views.py:41 in books"}, False) == expected


def test_nothing_in_a_value_ends_the_comment():
    assert tagged("SELECT 1", {"a": "it's */ 5 %"}, False) == "SELECT 1 /*a='it%27s %2A/ 5 %25'*/"
    assert tagged("SELECT %s", {"a": "5%"}, True) == "SELECT %s /*a='5%%25'*/"


def test_without_a_tag_there_is_no_comment():
    assert tagged("SELECT 1", {"callsite": None}, False) == "SELECT 1"
