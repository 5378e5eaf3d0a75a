import datetime
import itertools
import random

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from shop.models import Author, Book, Customer, Genre, Order, OrderItem, Publisher, Review

GENRES = "Crime Drama Essay Fable History Horror Humour Memoir Poetry Romance Science Travel".split()
ADJECTIVES = "Quiet Long Bright Hidden Broken Distant Golden Empty Borrowed Last".split()
NOUNS = "Harbour Winter Garden Letter Orchard River Compass Theatre Lantern Island".split()


class Command(BaseCommand):
    help = "Fills empty tables. The same options give the same rows, and ids run from 1 without gaps."

    def add_arguments(self, parser):
        parser.add_argument("--authors", type=int, default=200)
        parser.add_argument("--publishers", type=int, default=20)
        parser.add_argument("--books", type=int, default=600)
        parser.add_argument("--customers", type=int, default=200)
        parser.add_argument("--orders", type=int, default=600)
        parser.add_argument("--flush", action="store_true", help="empty the tables first")

    def handle(self, *args, **options):
        if options["flush"]:
            call_command("flush", interactive=False, verbosity=0)  # restarts the ids too
        if Book.objects.exists():
            self.stdout.write("there are books already: nothing seeded")
            return
        with transaction.atomic():
            fill(options)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.stdout.write(f"seeded {Book.objects.count()} books, {Review.objects.count()} reviews, {OrderItem.objects.count()} order items")


def fill(options):
    chance = random.Random(1)
    Author.objects.bulk_create(Author(name=f"Author {n}") for n in range(1, options["authors"] + 1))
    Publisher.objects.bulk_create(Publisher(name=f"Press {n}") for n in range(1, options["publishers"] + 1))
    Genre.objects.bulk_create(Genre(name=name) for name in GENRES)
    Book.objects.bulk_create(books(chance, options))
    Book.genres.through.objects.bulk_create(book_genres(chance, options["books"]))
    Review.objects.bulk_create(reviews(chance, options["books"]))
    Customer.objects.bulk_create(customers(options["customers"]))
    Order.objects.bulk_create(orders(chance, options["orders"], options["customers"]))
    OrderItem.objects.bulk_create(order_items(chance, options["orders"], options["books"]))


def books(chance, options):
    """Each author wrote equally many, in mixed order after the first two, which differ. Each ninth book has no
    publisher."""
    authors = list(itertools.islice(itertools.cycle(range(1, options["authors"] + 1)), options["books"]))
    mixed = authors[2:]
    chance.shuffle(mixed)
    authors[2:] = mixed
    for n, author in enumerate(authors, start=1):
        title = f"The {ADJECTIVES[n % 10]} {NOUNS[n // 10 % 10]} {n}"
        publisher = None if n % 9 == 0 else n % options["publishers"] + 1
        yield Book(title=title, price_cents=chance.randrange(500, 5000), author_id=author, publisher_id=publisher)


def book_genres(chance, book_count):
    for book in range(1, book_count + 1):
        for genre in chance.sample(range(1, len(GENRES) + 1), chance.randrange(4)):
            yield Book.genres.through(book_id=book, genre_id=genre)


def reviews(chance, book_count):
    for book in range(1, book_count + 1):
        for n in range(chance.randrange(6)):
            approved = chance.random() < 0.8
            yield Review(book_id=book, rating=chance.randrange(1, 6), approved=approved, body=f"Review {n + 1} of book {book}")


def customers(count):
    for n in range(1, count + 1):
        yield Customer(name=f"Customer {n}", email=f"customer{n}@example.org")


def orders(chance, count, customer_count):
    """Each third order is customer 1's; the later half of the customers never ordered."""
    first_day = datetime.date(2024, 1, 1)
    for n in range(1, count + 1):
        customer = 1 if n % 3 == 1 else chance.randrange(2, max(customer_count // 2, 2) + 1)
        yield Order(customer_id=customer, placed_on=first_day + datetime.timedelta(days=n))


def order_items(chance, count, book_count):
    for order in range(1, count + 1):
        for book in chance.sample(range(1, book_count + 1), chance.randrange(2, 5)):
            yield OrderItem(order_id=order, book_id=book, quantity=chance.randrange(1, 4))
