"""Two models over the tables of harness.py, for tests that run on the database that is there. Configures Django when it
is imported, also as a plugin of pytest."""

import os

from django.conf import settings

settings.configure(DATABASES={"default": {
    "ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"], "USER": os.environ["PGUSER"],
    "HOST": os.environ["PGHOST"], "PORT": os.environ["PGPORT"]}})

import django  # noqa: E402  (after the settings)

django.setup()

from django.db import models  # noqa: E402

ROWS = 10


class Author(models.Model):
    name = models.TextField()

    class Meta:
        app_label, db_table, managed = "shop", "author", False


class Book(models.Model):
    title = models.TextField()
    author = models.ForeignKey(Author, models.CASCADE)

    class Meta:
        app_label, db_table, managed = "shop", "book", False


def read_one_book():
    """The same in every test, which is no fault of any."""
    assert Book.objects.get(pk=7).title == "Book 7"


def loop_over_books():
    assert len({book.author.name for book in Book.objects.order_by("id")[:ROWS]}) == ROWS
