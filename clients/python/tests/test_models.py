"""The map of tables to models."""

import json

import pytest


@pytest.fixture
def tables(project, pytester):
    def read(name, *command):
        project(name, run=[*command, "-o", "models.json"], api="")
        document = json.loads((pytester.path / "models.json").read_text())
        assert document.pop("schema_version") == 1
        return document

    return read


def relations(table):
    return {one.pop("name"): one for one in table["relations"]}


def check_django(document):
    assert document["orm"] == "django"
    book, author = document["tables"]["shop_book"], document["tables"]["shop_author"]
    assert book["model"] == "shop.models.Book"
    assert book["columns"] == {"id": "id", "title": "title", "author_id": "author", "translator_id": "translator"}
    assert relations(book) == {
        "author": {"query_name": "author", "kind": "forward", "columns": ["author_id"], "table": "shop_author",
                   "refers_to": ["id"], "through": None},
        "translator": {"query_name": "translator", "kind": "forward", "columns": ["translator_id"],
                       "table": "shop_author", "refers_to": ["id"], "through": None}}
    assert relations(author) == {  # nothing asks an author for what is hidden: related_name="+"
        "books": {"query_name": "books", "kind": "reverse", "columns": ["id"], "table": "shop_book",
                  "refers_to": ["author_id"], "through": None},
        "friends": {"query_name": "friends", "kind": "many_to_many", "columns": ["id"], "table": "shop_author",
                    "refers_to": ["id"], "through": "shop_author_friends"}}
    assert document["tables"]["shop_author_friends"]["columns"]["from_author_id"] == "from_author"


def test_of_django_by_its_command(tables):
    check_django(tables("django_shop", "-m", "django", "onetrip_models", "--settings=settings"))


def test_of_django_without(tables):
    check_django(tables("django_shop", "-m", "onetrip.models", "--django", "settings"))


def test_of_sqlalchemy(tables):
    document = tables("flask_shop", "-m", "onetrip.models", "--sqlalchemy", "shop:Base")
    assert document["orm"] == "sqlalchemy"
    book = document["tables"]["book"]
    assert (book["model"], book["columns"]) == ("shop.Book", {"id": "id", "title": "title", "author_id": "author"})
    assert relations(book) == {"writer": {"query_name": "writer", "kind": "forward", "columns": ["author_id"],
                                          "table": "author", "refers_to": ["id"], "through": None}}
    assert relations(document["tables"]["author"]) == {
        "books": {"query_name": "books", "kind": "reverse", "columns": ["id"], "table": "book",
                  "refers_to": ["author_id"], "through": None}}


@pytest.mark.parametrize("options", [["--sqlalchemy", "nowhere:Base"], ["--sqlalchemy", "shop:Nothing"],
                                     ["--sqlalchemy", "shop:Base", "-o", "no/such/folder"]])
def test_what_cannot_be_read_or_written_is_told(project, options):
    done = project("flask_shop", run=["-m", "onetrip.models", *options], api="")
    assert done.ret == 1
    done.stderr.fnmatch_lines(["onetrip-models: *"])
    assert len(done.errlines) == 1
