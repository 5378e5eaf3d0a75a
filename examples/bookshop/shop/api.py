"""The REST list, slow and fixed: a related name and a method field, each of which asks once per row."""

from django.db.models import Avg
from rest_framework import generics, serializers

from .models import Book
from .pages import rows_of


class BookSerializer(serializers.ModelSerializer):
    author = serializers.CharField(source="author.name")
    average_rating = serializers.SerializerMethodField()

    class Meta:
        model = Book
        fields = ["id", "title", "author", "average_rating"]

    def get_average_rating(self, book):
        return book.review_set.aggregate(average=Avg("rating"))["average"]


class AnnotatedBookSerializer(BookSerializer):
    def get_average_rating(self, book):
        return book.average


class SlowBooks(generics.ListAPIView):
    serializer_class = BookSerializer

    def get_queryset(self):
        return Book.objects.order_by("id")[: rows_of(self.request)]


class FixedBooks(generics.ListAPIView):
    serializer_class = AnnotatedBookSerializer

    def get_queryset(self):
        books = Book.objects.select_related("author").annotate(average=Avg("review__rating"))
        return books.order_by("id")[: rows_of(self.request)]
