from django.db import models


class Author(models.Model):
    name = models.TextField()
    friends = models.ManyToManyField("self")


class Book(models.Model):
    title = models.TextField()
    author = models.ForeignKey(Author, models.CASCADE, related_name="books")
    translator = models.ForeignKey(Author, models.SET_NULL, null=True, related_name="+")
