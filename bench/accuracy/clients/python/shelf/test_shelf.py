"""Tests of a Django program, as functions: pytest-django rolls the transaction of each back."""

import pytest

import shop.models as m

pytestmark = pytest.mark.django_db


def test_apart(number):
    m.Tag.objects.create(name="one")
    m.Tag.objects.create(name="two")
    assert {tag.name for tag in m.Tag.objects.order_by("-id")[:2]} == {"one", "two"}


def test_apart_lazy(number, rows):
    assert all(book.author.name for book in m.Book.objects.order_by("id")[:rows])


def test_apart_reading(number):
    assert m.Account.objects.get(id=1).name
    assert (m.Book, m.Author, m.Review)[number].objects.count() > 0
