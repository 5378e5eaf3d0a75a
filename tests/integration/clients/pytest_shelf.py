"""Run by test_django_tests.py with pytest and pytest-django, on the database that is there: three tests as functions,
as methods of a class, and as methods of Django's TestCase. Two of each loop over books, and all of them read one same
book, which is no fault of theirs."""

import pytest
from django_shop import loop_over_books, read_one_book
from django.test import TestCase


@pytest.fixture(scope="session")
def django_db_setup():
    """No database is made."""


@pytest.mark.django_db
def test_first():
    read_one_book()
    loop_over_books()


@pytest.mark.django_db
def test_innocent():
    read_one_book()


@pytest.mark.django_db
def test_last():
    read_one_book()
    loop_over_books()


@pytest.mark.django_db
class TestShelf:
    def test_first(self):
        read_one_book()
        loop_over_books()

    def test_innocent(self):
        read_one_book()

    def test_last(self):
        read_one_book()
        loop_over_books()


class Shelf(TestCase):
    def test_first(self):
        read_one_book()
        loop_over_books()

    def test_innocent(self):
        read_one_book()

    def test_last(self):
        read_one_book()
        loop_over_books()
