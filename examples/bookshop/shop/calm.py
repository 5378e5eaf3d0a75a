"""Pages with nothing wrong, some of which look as if there were. Silence is tested here."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import get_resolver
from django.utils.html import format_html, format_html_join

from .models import Author, Book, Customer, Publisher, Review
from .pages import customer_id_of, page, rows_of


def index(request):
    """The list of pages; sends no SQL."""
    routes = [(str(pattern.pattern),) for pattern in get_resolver().url_patterns if str(pattern.pattern)]
    links = format_html_join("", '<li><a href="/{0}">{0}</a></li>', routes)
    return HttpResponse(format_html("<!doctype html><title>Bookshop</title><h1>Bookshop</h1><ul>{}</ul>", links))


def home(request):
    """A list, then lookups that it did not feed, though its ids contain theirs."""
    authors = [author.name for author in Author.objects.order_by("id")[: rows_of(request)]]
    book_of_the_day = Book.objects.get(id=2)
    book_of_the_week = Book.objects.get(id=1)
    publisher = Publisher.objects.get(id=2)
    newest = Review.objects.order_by("-id").first()
    titles = [book_of_the_day.title, book_of_the_week.title]
    return page([*authors, *titles, publisher.name, newest and newest.rating, Book.objects.count()])


def book(request, book_id):
    """One book and all about it: one statement per kind of thing."""
    found = get_object_or_404(Book.objects.select_related("author", "publisher"), id=book_id)
    genres = sorted(genre.name for genre in found.genres.all())
    ratings = sorted(review.rating for review in found.review_set.all())
    return page([found.title, found.author.name, found.publisher and found.publisher.name, genres, ratings])


def compare(request, left, right):
    """Two books, each looked up alone, each with its author: no list, so no loop over one."""
    books = [get_object_or_404(Book, id=left), get_object_or_404(Book, id=right)]
    return page([f"{book.title} by {book.author.name}" for book in books])


def search(request):
    """Numbered pages: a count and one page of rows."""
    books = Book.objects.select_related("author").order_by("id")
    if "q" in request.GET:
        books = books.filter(title__startswith=request.GET["q"])
    shown = Paginator(books, min(rows_of(request), 20) or 1).get_page(request.GET.get("page", 1))
    return page([{"title": book.title, "author": book.author.name} for book in shown])


def account(request):
    """Who is it, then a list of what is theirs, eagerly loaded."""
    customer = get_object_or_404(Customer, id=customer_id_of(request))
    orders = customer.order_set.prefetch_related("orderitem_set__book").order_by("id")[: rows_of(request)]
    titles = [sorted(item.book.title for item in order.orderitem_set.all()) for order in orders]
    return page([customer.name, *titles])


def export(request):
    """One cursor, fetched in small portions."""
    books = Book.objects.select_related("author").order_by("id")[: rows_of(request)]
    return page([f"{book.title} by {book.author.name}" for book in books.iterator(chunk_size=10)])


def batches(request):
    """The ids first, then the rows in chunks: disjoint lists of equal size."""
    ids = list(Book.objects.order_by("id").values_list("id", flat=True)[: rows_of(request)])
    titles = []
    for start in range(0, len(ids), 20):
        titles += sorted(book.title for book in Book.objects.filter(id__in=ids[start : start + 20]))
    return page(titles)


def pages(request):
    """Keyset paging in one request: each page starts after the last row of the one before."""
    titles, last = [], 0
    while len(titles) < rows_of(request):
        books = list(Book.objects.filter(id__gt=last).order_by("id")[:10])
        if not books:
            break
        titles += [book.title for book in books]
        last = books[-1].id
    return page(titles[: rows_of(request)])
