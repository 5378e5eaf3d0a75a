from django.http import JsonResponse
from django.urls import include, path, re_path

from .models import Author, Book


def books(request, count):
    return JsonResponse({"books": [book.author.name for book in Book.objects.order_by("id")[:count]]})


def eager(request, count):
    found = Book.objects.select_related("author").order_by("id")[:count]
    return JsonResponse({"books": [f"{book.author.name} 100%" for book in found]})


def author(request, number):
    return JsonResponse({"name": Author.objects.raw("SELECT * FROM shop_author ORDER BY id; ")[0].name})


inner = [path("books/<int:count>/", books), path("eager/<int:count>/", eager)]
urlpatterns = [path("shop/", include(inner)), re_path(r"^author/(?P<number>\d+)/$", author)]
