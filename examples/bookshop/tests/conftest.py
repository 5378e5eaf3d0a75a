"""The tests run in a database of their own that Django makes, beside the one that the settings name."""

import io
import json
import os
from pathlib import Path

import pytest
from django.core.management import call_command

PAGES = json.loads((Path(__file__).parent.parent / "expectations.json").read_text())["pages"]
ROWS = 10
# slow: the pages with their faults; fixed: without.
BOOKSHOP = os.environ.get("BOOKSHOP", "fixed")
if BOOKSHOP not in ("slow", "fixed"):
    raise ValueError(f"BOOKSHOP is {BOOKSHOP!r}: it must be slow or fixed")


def pages(kind):
    return [page for page in PAGES if page["path"].startswith(f"/{kind}/")]


def in_turn(kind):
    """A parameter `page` for each page of this kind."""
    return pytest.mark.parametrize("page", pages(kind), ids=lambda page: page["path"].split("/", 2)[2])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        call_command("seed", authors=30, books=60, orders=40, customers=20, stdout=io.StringIO())


@pytest.fixture
def visit(client, db):
    """Asks for a page of BOOKSHOP's kind; what it lists."""

    def ask(page):
        answer = client.generic(page["method"], f"{page['path']}?rows={ROWS}")
        assert answer.status_code == 200
        return answer.json()

    return ask
