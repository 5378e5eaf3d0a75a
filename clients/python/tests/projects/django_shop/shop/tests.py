"""For Django's own runner."""

from conftest import fill
from django.test import TestCase

import onetrip.unittest


class Shelf(onetrip.unittest.Windows, TestCase):
    rows = 2

    @classmethod
    def setUpTestData(cls):
        fill()

    def test_page(self):
        with self.assertNumQueries(1 + self.rows):
            self.client.get(f"/shop/books/{self.rows}/")
        self.onetrip.assert_budget(max_statements=1 + self.rows, no_findings=False)


class Shelf3(Shelf):
    rows = 3


class Shelf4(Shelf):
    rows = 4


class Shelf5(Shelf):
    rows = 5
