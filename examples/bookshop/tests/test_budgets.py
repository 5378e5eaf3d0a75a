"""Pages that must stay within a budget of their own; without the proxy nothing is counted, and all pass."""

from conftest import BOOKSHOP


def visited(visit, name, method="GET"):
    return visit({"path": f"/{BOOKSHOP}/{name}", "method": method})


def test_books(visit, onetrip):
    assert visited(visit, "books")["items"]
    onetrip.assert_budget(max_statements=1)


def test_catalogue(visit, onetrip):
    assert visited(visit, "catalogue")["items"]
    onetrip.assert_budget(max_statements=3)


def test_restock(visit, onetrip):
    assert visited(visit, "restock", "POST")["items"]
    onetrip.assert_budget(max_statements=2)
