"""django_tests.py first|second|third together|apart: three tests as Django's runner runs them, on the database that is
there, in one class, or in one each. The test in that place loops over books; the others, and it, read one same book,
which is no fault of theirs."""

import sys
import unittest

from django_shop import loop_over_books, read_one_book  # first: the settings
from django.test import TestCase

PLACES = ("first", "second", "third")
GUILTY, CLASSES = sys.argv.pop(1), sys.argv.pop(1)


def read(place):
    read_one_book()
    if place == GUILTY:
        loop_over_books()


def shelf(places):
    """A class with a test for each of these places, in their order."""
    tests = {f"test_{number}": lambda self, place=place: read(place) for number, place in enumerate(places)}
    return unittest.defaultTestLoader.loadTestsFromTestCase(type("Shelf", (TestCase,), tests))


GROUPS = {"together": [PLACES], "apart": [(place,) for place in PLACES]}
result = unittest.TextTestRunner().run(unittest.TestSuite(map(shelf, GROUPS[CLASSES])))
sys.exit(not result.wasSuccessful())
