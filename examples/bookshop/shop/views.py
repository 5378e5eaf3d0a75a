"""Pages in pairs: slow_x shows a fault, fixed_x gives the same answer without it."""

import random

from django.db.models import Count, Exists, OuterRef, Prefetch
from django.views.decorators.http import require_POST

from .models import Author, Book, Customer, Order, Review
from .pages import customer_id_of, page, rows_of


# A list, and the one row each of its rows points to.


def with_author(books):
    return page([{"title": book.title, "author": book.author.name} for book in books])


def slow_books(request):
    return with_author(Book.objects.order_by("id")[: rows_of(request)])


def fixed_books(request):
    return with_author(Book.objects.select_related("author").order_by("id")[: rows_of(request)])


# The same through a column that may be null: self-published books ask nothing.


def with_publisher(books):
    return page([{"title": book.title, "publisher": book.publisher and book.publisher.name} for book in books])


def slow_books_publishers(request):
    return with_publisher(Book.objects.order_by("id")[: rows_of(request)])


def fixed_books_publishers(request):
    return with_publisher(Book.objects.select_related("publisher").order_by("id")[: rows_of(request)])


# A list, and the rows that point back at each of its rows.


def with_books(authors):
    return page([{"name": author.name, "books": sorted(book.title for book in author.book_set.all())} for author in authors])


def slow_authors(request):
    return with_books(Author.objects.order_by("id")[: rows_of(request)])


def fixed_authors(request):
    return with_books(Author.objects.prefetch_related("book_set").order_by("id")[: rows_of(request)])


# Many to many, over the junction table shop_book_genres.


def with_genres(books):
    return page([{"title": book.title, "genres": sorted(genre.name for genre in book.genres.all())} for book in books])


def slow_books_genres(request):
    return with_genres(Book.objects.order_by("id")[: rows_of(request)])


def fixed_books_genres(request):
    return with_genres(Book.objects.prefetch_related("genres").order_by("id")[: rows_of(request)])


# Loops in loops: authors, the books of each, the reviews of each of those.


def ratings_by_title(author):
    return {book.title: sorted(review.rating for review in book.review_set.all()) for book in author.book_set.all()}


def with_catalogue(authors):
    return page([{"name": author.name, "books": ratings_by_title(author)} for author in authors])


def slow_catalogue(request):
    return with_catalogue(Author.objects.order_by("id")[: rows_of(request)])


def fixed_catalogue(request):
    return with_catalogue(Author.objects.prefetch_related("book_set__review_set").order_by("id")[: rows_of(request)])


# Orders and their customers.


def with_customer(orders):
    return page([{"order": order.id, "customer": order.customer.name} for order in orders])


def slow_orders(request):
    return with_customer(Order.objects.order_by("id")[: rows_of(request)])


def fixed_orders(request):
    return with_customer(Order.objects.select_related("customer").order_by("id")[: rows_of(request)])


# One customer's orders: every row points to the same customer, who was looked up before the list was.


def slow_my_orders(request):
    customer = Customer.objects.get(id=customer_id_of(request))
    return with_customer(Order.objects.filter(customer_id=customer.id).order_by("id")[: rows_of(request)])


def fixed_my_orders(request):
    customer = Customer.objects.get(id=customer_id_of(request))
    return with_customer(customer.order_set.order_by("id")[: rows_of(request)])


# Down one relation and up another: the items of each order, the book of each item.


def titles_of(order):
    return sorted(item.book.title for item in order.orderitem_set.all())


def with_items(orders):
    return page([{"order": order.id, "titles": titles_of(order)} for order in orders])


def slow_order_items(request):
    return with_items(Order.objects.order_by("id")[: rows_of(request)])


def fixed_order_items(request):
    return with_items(Order.objects.prefetch_related("orderitem_set__book").order_by("id")[: rows_of(request)])


# A count per row.


def slow_review_counts(request):
    books = Book.objects.order_by("id")[: rows_of(request)]
    return page([{"title": book.title, "reviews": book.review_set.count()} for book in books])


def fixed_review_counts(request):
    books = Book.objects.annotate(review_count=Count("review")).order_by("id")[: rows_of(request)]
    return page([{"title": book.title, "reviews": book.review_count} for book in books])


# A yes or no per row.


def slow_customers(request):
    customers = Customer.objects.order_by("id")[: rows_of(request)]
    return page([{"name": customer.name, "has_ordered": customer.order_set.exists()} for customer in customers])


def fixed_customers(request):
    ordered = Exists(Order.objects.filter(customer=OuterRef("pk")))
    customers = Customer.objects.annotate(has_ordered=ordered).order_by("id")[: rows_of(request)]
    return page([{"name": customer.name, "has_ordered": customer.has_ordered} for customer in customers])


# A filtered relation per row: a plain prefetch_related("review_set") would not stop this loop.


def slow_approved_reviews(request):
    books = Book.objects.order_by("id")[: rows_of(request)]
    return page([{"title": book.title, "ratings": sorted(review.rating for review in book.review_set.filter(approved=True))} for book in books])


def fixed_approved_reviews(request):
    approved = Prefetch("review_set", queryset=Review.objects.filter(approved=True), to_attr="approved_reviews")
    books = Book.objects.prefetch_related(approved).order_by("id")[: rows_of(request)]
    return page([{"title": book.title, "ratings": sorted(review.rating for review in book.approved_reviews)} for book in books])


# The newest row of a relation, per row.


def slow_latest_reviews(request):
    items = []
    for book in Book.objects.order_by("id")[: rows_of(request)]:
        latest = book.review_set.order_by("-id").first()
        items.append({"title": book.title, "latest": latest and latest.rating})
    return page(items)


def fixed_latest_reviews(request):
    newest = Review.objects.order_by("book_id", "-id").distinct("book_id")
    latest = Prefetch("review_set", queryset=newest, to_attr="latest_reviews")
    books = Book.objects.prefetch_related(latest).order_by("id")[: rows_of(request)]
    return page([{"title": book.title, "latest": book.latest_reviews[0].rating if book.latest_reviews else None} for book in books])


# Deferred columns that are read after all: each row is fetched a second time.


def with_title(books):
    return page([book.title for book in books])


def slow_titles(request):
    return with_title(Book.objects.only("id").order_by("id")[: rows_of(request)])


def fixed_titles(request):
    return with_title(Book.objects.only("id", "title").order_by("id")[: rows_of(request)])


# Keys that come from outside the database, after a list whose ids happen to contain them all.


def viewed_ids(request, authors):
    """Stands for the ids in a visitor's cookie: distinct, in no order, each of them also the id of an author."""
    return random.Random(rows_of(request)).sample(range(1, len(authors) + 1), min(rows_of(request), len(authors)))


def slow_recently_viewed(request):
    authors = list(Author.objects.order_by("id"))
    return page([Book.objects.get(id=book_id).title for book_id in viewed_ids(request, authors)])


def fixed_recently_viewed(request):
    authors = list(Author.objects.order_by("id"))
    ids = viewed_ids(request, authors)
    books = Book.objects.in_bulk(ids)
    return page([books[book_id].title for book_id in ids])


# The same statement with the same value, twice.


def greeting(request):
    return "Hello " + Customer.objects.get(id=customer_id_of(request)).name


def slow_account(request):
    customer = Customer.objects.get(id=customer_id_of(request))
    orders = customer.order_set.order_by("id")[: rows_of(request)]
    return page([greeting(request), *(order.placed_on for order in orders)])


def fixed_account(request):
    customer = Customer.objects.get(id=customer_id_of(request))
    orders = customer.order_set.order_by("id")[: rows_of(request)]
    return page(["Hello " + customer.name, *(order.placed_on for order in orders)])


# Writes, one row at a time. The values do not depend on what was there, so it may run again and again.


def stock_up(books):
    for book in books:
        book.stock = 5 + book.id % 20
        yield book


@require_POST
def slow_restock(request):
    books = Book.objects.order_by("id")[: rows_of(request)]
    for book in stock_up(books):
        book.save(update_fields=["stock"])
    return page([book.stock for book in books])


@require_POST
def fixed_restock(request):
    books = Book.objects.order_by("id")[: rows_of(request)]
    Book.objects.bulk_update(list(stock_up(books)), ["stock"])
    return page([book.stock for book in books])
