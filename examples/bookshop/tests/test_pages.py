"""Every page answers. Whether one sends what it need not, Onetrip says: onetrip exec … -- pytest"""

from conftest import BOOKSHOP, in_turn


@in_turn(BOOKSHOP)
def test_page(visit, page):
    assert visit(page)


@in_turn("ok")
def test_calm_page(visit, page):
    assert visit(page)
