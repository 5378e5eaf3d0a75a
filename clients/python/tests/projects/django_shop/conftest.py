import pytest
from shop.models import Author, Book


def fill():
    for number in range(10):  # one by one, which is no fault where it is a test's set-up
        author = Author.objects.create(name=f"Author {number}")
        Book.objects.create(title=f"Book {number}", author=author)


@pytest.fixture
def shelf(db):
    fill()
