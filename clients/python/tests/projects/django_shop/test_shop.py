import os

import pytest
from conftest import fill
from django.db.backends.utils import CursorWrapper
from django.test import AsyncClient, SimpleTestCase, TestCase, TransactionTestCase
from shop.models import Author, Book


def sent_texts(monkeypatch):
    """The statements from now on, as the driver gets them."""
    sent, execute = [], CursorWrapper._execute
    monkeypatch.setattr(CursorWrapper, "_execute", lambda self, sql, *rest: (sent.append(sql), execute(self, sql, *rest))[1])
    return sent


def test_lazy(client, shelf):
    assert len(client.get("/shop/books/5/").json()["books"]) == 5


def test_eager(client, shelf, onetrip):
    assert len(client.get("/shop/eager/5/").json()["books"]) == 5
    onetrip.assert_budget(max_statements=1)


def test_budget(client, shelf, onetrip):
    client.get("/shop/books/5/")
    onetrip.assert_budget(max_statements=5)


def test_raw(client, shelf):
    assert client.get("/author/3/").json() == {"name": "Author 0"}


def test_nothing_there(client):
    assert client.get("/nothing/77/").status_code == 404


def test_counts(client, shelf, django_assert_num_queries):
    with django_assert_num_queries(6):
        client.get("/shop/books/5/")


def test_texts(client, shelf, monkeypatch):
    sent = sent_texts(monkeypatch)
    client.get("/shop/eager/5/")
    ends = " /*callsite='shop/urls.py:13 in eager'*/" if os.environ.get("ONETRIP_CALLSITE") == "on" else " LIMIT 5"
    assert sent == [sent[0].split(ends)[0] + ends]


def test_no_database(client):
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        client.get("/shop/books/5/")



@pytest.mark.django_db
def test_no_request(onetrip):
    fill()


def test_async(shelf):
    import asyncio

    async def ask():
        return await AsyncClient().get("/nothing/77/")

    assert asyncio.run(ask()).status_code == 404


class TestCases(TestCase):
    @classmethod
    def setUpTestData(cls):
        fill()

    def setUp(self):
        Author.objects.create(name="set up")

    def test_1(self):
        self.assertEqual(Book.objects.count(), 10)

    def test_2(self):
        self.client.get("/shop/books/4/")

    def test_3(self):
        self.assertEqual([book.author.name for book in Book.objects.all()][:1], ["Author 0"])

    def test_4(self):
        fill()
        with self.assertNumQueries(4):
            self.client.get("/shop/books/3/")

    def test_5(self):
        with self.assertNumQueries(1):
            self.client.get("/shop/eager/3/")


class TestTransactions(TransactionTestCase):
    def test_lazy(self):
        fill()
        self.client.get("/shop/books/5/")


class TestSimple(SimpleTestCase):
    def test_forbidden(self):
        with self.assertRaisesMessage(AssertionError, "not allowed"):
            Book.objects.count()

    def test_page(self):
        self.assertEqual(self.client.get("/nothing/77/").status_code, 404)


@pytest.mark.parametrize("number", range(16))
def test_many(client, shelf, number):
    client.get(f"/shop/books/{number % 4 + 2}/")
