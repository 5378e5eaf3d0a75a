"""The schema as a Django program has it. Tables are there already; nothing is managed."""

from django.db import models


def table(name):
    """Meta of a model on that table."""
    return type("Meta", (), {"app_label": "shop", "db_table": name, "managed": False})


def key(to, **more):
    return models.ForeignKey(to, models.CASCADE, **more)


class Author(models.Model):
    name = models.TextField()
    Meta = table("author")


class Profile(models.Model):
    author = models.OneToOneField(Author, models.CASCADE)
    bio = models.TextField()
    Meta = table("profile")


class Publisher(models.Model):
    name = models.TextField()
    Meta = table("publisher")


class Genre(models.Model):
    name = models.TextField(unique=True)
    Meta = table("genre")


class Book(models.Model):
    title = models.TextField()
    author = key(Author)
    publisher = key(Publisher, null=True)
    genres = models.ManyToManyField(Genre, db_table="book_genre")
    Meta = table("book")


class Review(models.Model):
    book = key(Book)
    stars = models.IntegerField()
    Meta = table("review")


class Team(models.Model):
    name = models.TextField()
    Meta = table("team")


class Match(models.Model):
    home = key(Team, related_name="+")
    away = key(Team, related_name="+")
    Meta = table("match")


class Employee(models.Model):
    name = models.TextField()
    manager = key("self", null=True)
    Meta = table("employee")


class Category(models.Model):
    name = models.TextField()
    parent = key("self", null=True)
    Meta = table("category")


class Warehouse(models.Model):
    region = models.TextField(primary_key=True)  # with code; Django knows no key of two columns
    code = models.IntegerField()
    name = models.TextField()
    Meta = table("warehouse")


class Stock(models.Model):
    region = models.TextField()
    code = models.IntegerField()
    quantity = models.IntegerField()
    Meta = table("stock")


class Customer(models.Model):
    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    Meta = table("customer")


class Invoice(models.Model):
    id = models.UUIDField(primary_key=True)
    number = models.IntegerField()
    customer = key(Customer)
    Meta = table("invoice")


class Currency(models.Model):
    code = models.TextField(primary_key=True)
    name = models.TextField()
    Meta = table("currency")


class Price(models.Model):
    currency = key(Currency, db_column="currency_code")
    amount = models.IntegerField()
    Meta = table("price")


class Comment(models.Model):
    content_type = models.TextField()
    object_id = models.IntegerField()
    body = models.TextField()
    Meta = table("comment")


class Visit(models.Model):
    author = key(Author, db_constraint=False)
    place = models.TextField()
    Meta = table("visit")


class Sensor(models.Model):
    name = models.TextField()
    Meta = table("sensor")


class Reading(models.Model):
    sensor = key(Sensor)
    value = models.IntegerField()
    Meta = table("reading")


class BookView(models.Model):
    title = models.TextField()
    author = key(Author, related_name="+")
    Meta = table("book_view")


class Account(models.Model):
    name = models.TextField()
    email = models.TextField(unique=True)
    Meta = table("account")


class Order(models.Model):
    account = key(Account)
    total = models.IntegerField()
    Meta = table("orders")


class Tag(models.Model):
    name = models.TextField(unique=True)
    Meta = table("tag")


class Audit(models.Model):
    what = models.TextField()
    Meta = table("audit")


class Setting(models.Model):
    key = models.TextField(primary_key=True)
    value = models.TextField()
    Meta = table("setting")


class Job(models.Model):
    state = models.TextField()
    payload = models.TextField()
    Meta = table("job")


class Event(models.Model):
    kind = models.TextField()
    amount = models.IntegerField()
    Meta = table("event")
