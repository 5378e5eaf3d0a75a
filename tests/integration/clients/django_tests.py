"""django_tests.py first|second|third together|apart: three tests as Django's runner runs them, on the database that is
there, in one class, or in one each as pytest-django puts them. The test in that place loops over books; the others,
and it, read one same book, which is no fault of theirs."""

import os
import sys
import unittest

from django.conf import settings

settings.configure(DATABASES={"default": {
    "ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"], "USER": os.environ["PGUSER"],
    "HOST": os.environ["PGHOST"], "PORT": os.environ["PGPORT"]}})

import django  # noqa: E402  (after the settings)

django.setup()

from django.db import models  # noqa: E402
from django.test import TestCase  # noqa: E402

ROWS = 10
PLACES = ("first", "second", "third")
GUILTY, CLASSES = sys.argv.pop(1), sys.argv.pop(1)


class Author(models.Model):
    name = models.TextField()

    class Meta:
        app_label, db_table, managed = "shop", "author", False


class Book(models.Model):
    title = models.TextField()
    author = models.ForeignKey(Author, models.CASCADE)

    class Meta:
        app_label, db_table, managed = "shop", "book", False


def read(test, place):
    test.assertEqual(Book.objects.get(pk=7).title, "Book 7")
    if place == GUILTY:
        names = {book.author.name for book in Book.objects.order_by("id")[:ROWS]}
        test.assertEqual(len(names), ROWS)


def shelf(places):
    """A class with a test for each of these places, in their order."""
    tests = {f"test_{number}": lambda self, place=place: read(self, place) for number, place in enumerate(places)}
    return unittest.defaultTestLoader.loadTestsFromTestCase(type("Shelf", (TestCase,), tests))


GROUPS = {"together": [PLACES], "apart": [(place,) for place in PLACES]}
result = unittest.TextTestRunner().run(unittest.TestSuite(map(shelf, GROUPS[CLASSES])))
sys.exit(not result.wasSuccessful())
