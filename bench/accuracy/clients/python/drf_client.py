"""A Django REST framework program: list views with nested serializers."""

import django_setup  # first: the settings
from django.db.models import Count, Prefetch
from rest_framework import generics, serializers
from rest_framework.test import APIRequestFactory

import shop.models as m
from runner import serve

CASES = {}
FACTORY = APIRequestFactory()


def of(model, *names, **nested):
    """A ModelSerializer of these fields; nested ones are serializers."""
    meta = type("Meta", (), {"model": model, "fields": ["pk", *names, *nested]})
    return type(f"{model.__name__}Serializer", (serializers.ModelSerializer,), {"Meta": meta, **nested})


def view(serializer, queryset):
    """A run that asks for the list once."""
    def perform(run):
        shown = generics.ListAPIView.as_view(
            queryset=queryset()[:run.n], serializer_class=serializer, permission_classes=[], authentication_classes=[],
            pagination_class=None)
        response = shown(FACTORY.get("/list/", format="json"))
        if len(response.data) != run.n:
            raise RuntimeError(f"{len(response.data)} rows")
    return perform


def endpoint(name, serializer, model, order="id", **fixes):
    """The list as it is first written, and each of its fixes: a loading and what it does to the queryset."""
    CASES[f"{name}.lazy"] = view(serializer, lambda: model.objects.order_by(order))
    for loading, fix in fixes.items():
        CASES[f"{name}.{loading}"] = view(serializer, lambda fix=fix: fix(model.objects.order_by(order)))


def joined(attribute):
    return {"join": lambda rows: rows.select_related(attribute), "batch": lambda rows: rows.prefetch_related(attribute)}


def prefetched(*attributes):
    return {"batch": lambda rows: rows.prefetch_related(*attributes)}


AUTHOR = of(m.Author, "name")
REVIEW = of(m.Review, "stars")
endpoint("forward", of(m.Book, "title", author=AUTHOR()), m.Book, **joined("author"))
endpoint("nullable", of(m.Book, "title", publisher=of(m.Publisher, "name")()), m.Book, **joined("publisher"))
endpoint("one_to_one", of(m.Author, "name", profile=of(m.Profile, "bio")()), m.Author, **joined("profile"))
endpoint("reverse", of(m.Book, "title", review_set=REVIEW(many=True)), m.Book, **prefetched("review_set"))
endpoint("many", of(m.Book, "title", genres=of(m.Genre, "name")(many=True)), m.Book, **prefetched("genres"))
endpoint("uuid", of(m.Invoice, "number", customer=of(m.Customer, "name")()), m.Invoice, "number", **joined("customer"))
endpoint("self", of(m.Employee, "name", manager=of(m.Employee, "name")()), m.Employee, **joined("manager"))
endpoint("two_keys", of(m.Match, home=of(m.Team, "name")(), away=of(m.Team, "name")()), m.Match,
         join=lambda rows: rows.select_related("home", "away"))
endpoint("shared", of(m.Review, "stars", book=of(m.Book, "title")()), m.Review, **joined("book"))
endpoint("nested", of(m.Publisher, "name", book_set=of(m.Book, "title", review_set=REVIEW(many=True))(many=True)),
         m.Publisher, **prefetched("book_set__review_set"))
endpoint("count", of(m.Book, "title", reviews=serializers.IntegerField(source="review_set.count")), m.Book)
CASES["count.join"] = view(of(m.Book, "title", reviews=serializers.IntegerField()),
                           lambda: m.Book.objects.order_by("id").annotate(reviews=Count("review")))


class GoodReviews(serializers.ModelSerializer):
    good = serializers.SerializerMethodField()

    class Meta:
        model = m.Book
        fields = ["pk", "title", "good"]

    def get_good(self, book):
        return REVIEW(book.review_set.filter(stars__gte=4), many=True).data


endpoint("filtered", GoodReviews, m.Book, in_vain=lambda rows: rows.prefetch_related("review_set"))
CASES["filtered.batch"] = view(
    of(m.Book, "title", good=REVIEW(many=True)),
    lambda: m.Book.objects.order_by("id").prefetch_related(
        Prefetch("review_set", queryset=m.Review.objects.filter(stars__gte=4), to_attr="good")))


class NewAudit(serializers.ModelSerializer):
    class Meta:
        model = m.Audit
        fields = ["what"]


def save_many(run):
    """many=True saves one by one: the framework's default."""
    serializer = NewAudit(data=[{"what": f"line {number}"} for number in range(run.n)], many=True)
    serializer.is_valid(raise_exception=True)
    serializer.save()


CASES["write.commit"] = save_many
serve(django_setup.performer(CASES), **django_setup.TAGS)
