"""What a Django program does, each fault and its fix as such programs have them."""

import subprocess
import sys
import time
import unittest
from pathlib import Path

from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Exists, OuterRef, Prefetch, Subquery
from django.test import TestCase

import shop.models as m
from plain import GAP_S, ids_of_request

HERE = Path(__file__).resolve().parent

CASES = {}


def case(name):
    def register(function):
        CASES[name] = function
        return function
    return register


def use(*_values):
    """What a template would do with them."""


def first(model, n, order="id"):
    return model.objects.order_by(order)[:n]


def follow(name, model, attribute, order="id", join=True):
    """A relation to one row, followed, joined or prefetched."""
    def lazy(run):
        for row in first(model, run.n, order):
            getattr(row, attribute)
    CASES[f"{name}.lazy"] = lazy
    CASES[f"{name}.batch"] = lambda run: list(first(model, run.n, order).prefetch_related(attribute))
    if join:
        CASES[f"{name}.join"] = lambda run: list(first(model, run.n, order).select_related(attribute))


def collect(name, model, attribute):
    """A relation to many rows, read for each or prefetched."""
    def lazy(run):
        for row in first(model, run.n):
            list(getattr(row, attribute).all())
    CASES[f"{name}.lazy"] = lazy
    CASES[f"{name}.batch"] = lambda run: list(first(model, run.n).prefetch_related(attribute))


follow("forward", m.Book, "author")
follow("nullable", m.Book, "publisher")
follow("one_to_one", m.Author, "profile")
follow("self", m.Employee, "manager")
follow("uuid", m.Invoice, "customer", order="number")
follow("text", m.Price, "currency")
follow("no_key", m.Visit, "author")
follow("partition", m.Reading, "sensor")
follow("view", m.BookView, "author")
follow("shared", m.Review, "book")
collect("reverse", m.Book, "review_set")
collect("many", m.Book, "genres")
collect("partition_child", m.Sensor, "reading_set")


@case("two_keys.lazy")
def two_keys_lazy(run):
    for match in first(m.Match, run.n):
        use(match.home.name, match.away.name)


CASES["two_keys.join"] = lambda run: list(first(m.Match, run.n).select_related("home", "away"))
CASES["two_keys.batch"] = lambda run: list(first(m.Match, run.n).prefetch_related("home", "away"))


@case("composite.lazy")
def composite_lazy(run):
    for stock in first(m.Stock, run.n):
        m.Warehouse.objects.get(region=stock.region, code=stock.code)


@case("polymorphic.lazy")
def polymorphic_lazy(run):
    for comment in first(m.Comment, run.n):
        {"book": m.Book, "author": m.Author}[comment.content_type].objects.get(pk=comment.object_id)


@case("polymorphic.batch")
def polymorphic_batch(run):
    comments = list(first(m.Comment, run.n))
    for kind, model in (("book", m.Book), ("author", m.Author)):
        model.objects.in_bulk([comment.object_id for comment in comments if comment.content_type == kind])


@case("nested.lazy")
def nested_lazy(run):
    for publisher in first(m.Publisher, run.n):
        for book in publisher.book_set.all():
            list(book.review_set.all())


CASES["nested.batch"] = lambda run: list(first(m.Publisher, run.n).prefetch_related("book_set__review_set"))


@case("count.lazy")
def count_lazy(run):
    for book in first(m.Book, run.n):
        book.review_set.count()


CASES["count.join"] = lambda run: list(m.Book.objects.annotate(reviews=Count("review")).order_by("id")[:run.n])


@case("exists.lazy")
def exists_lazy(run):
    for book in first(m.Book, run.n):
        book.review_set.exists()


CASES["exists.join"] = lambda run: list(m.Book.objects.annotate(
    reviewed=Exists(m.Review.objects.filter(book=OuterRef("pk")))).order_by("id")[:run.n])


@case("filtered.lazy")
def filtered_lazy(run):
    for book in first(m.Book, run.n):
        list(book.review_set.filter(stars__gte=4))


@case("filtered.in_vain")
def filtered_in_vain(run):
    for book in first(m.Book, run.n).prefetch_related("review_set"):
        list(book.review_set.filter(stars__gte=4))


CASES["filtered.batch"] = lambda run: list(first(m.Book, run.n).prefetch_related(
    Prefetch("review_set", queryset=m.Review.objects.filter(stars__gte=4), to_attr="good")))


@case("latest.lazy")
def latest_lazy(run):
    for book in first(m.Book, run.n):
        book.review_set.order_by("-id").first()


CASES["latest.join"] = lambda run: list(m.Book.objects.annotate(
    latest=Subquery(m.Review.objects.filter(book=OuterRef("pk")).order_by("-id").values("stars")[:1])
).order_by("id")[:run.n])


@case("refetch.lazy")
def refetch_lazy(run):
    for book in first(m.Book, run.n).only("id"):
        use(book.title)


CASES["refetch.join"] = lambda run: list(first(m.Book, run.n))


@case("user.before_list")
def user_before_list(run):
    m.Account.objects.get(id=150)
    for order in first(m.Order, run.n):
        use(order.account.name)


@case("ids.lookup")
def ids_lookup(run):
    for key in ids_of_request(run.n):
        m.Book.objects.get(id=key)


@case("ids.dense")
def ids_dense(run):
    list(first(m.Team, run.n))
    for key in range(run.n, 0, -1):
        m.Book.objects.get(id=key)


@case("duplicate.plain")
def duplicate_plain(run):
    for _ in range(run.n):
        m.Setting.objects.get(key="key7")


@case("duplicate.list")
def duplicate_list(run):
    for number in range(run.n):
        list(first(m.Genre, 5))
        m.Author.objects.get(id=number + 1)


@case("tree.up")
def tree_up(run):
    category = m.Category.objects.get(id=run.n + 1)
    while category.parent:
        category = category.parent


@case("tree.down")
def tree_down(run):
    key = 1
    for _ in range(run.n + 1):
        key = list(m.Category.objects.filter(parent_id=key))[0].id


@case("keys.two")
def keys_two(_run):
    m.Book.objects.get(id=3)
    m.Book.objects.get(id=14)


@case("keys.same_twice_after_write")
def same_twice_after_write(_run):
    m.Audit.objects.count()
    m.Audit.objects.create(what="line")
    m.Audit.objects.count()


@case("pair.one_request")
def pair_one_request(run):
    for key in ids_of_request(run.n):
        use(m.Book.objects.get(id=key).author.name)


@case("pair.requests")
def pair_requests(run):
    for number, key in enumerate(ids_of_request(run.n)):
        if number:
            run.next_request()
            time.sleep(GAP_S)
        use(m.Book.objects.get(id=key).author.name)


@case("user.requests")
def user_requests(run):
    for number in range(run.n):
        if number:
            run.next_request()
            time.sleep(GAP_S)
        account = m.Account.objects.get(id=1)
        list(account.order_set.order_by("id")[:5])


@case("users.pool")
def users_pool(run):
    for _ in range(run.n):
        for user in (7, 8):
            run.next_request()
            m.Account.objects.get(id=user)
            list(first(m.Book, 5))


@case("users.pool_lazy")
def users_pool_lazy(run):
    for _ in (7, 8):
        run.next_request()
        CASES["forward.lazy"](run)


@case("chunks.equal")
def chunks_equal(run):
    keys = [book.author_id for book in first(m.Book, 4 * run.n)]
    for start in range(0, len(keys), run.n):
        list(m.Author.objects.filter(id__in=keys[start:start + run.n]))


@case("paging.keyset")
def paging_keyset(run):
    last = 0
    for _ in range(run.n):
        last = list(m.Event.objects.filter(id__gt=last).order_by("id")[:10])[-1].id


@case("paging.offset")
def paging_offset(run):
    for page in range(run.n):
        list(m.Event.objects.order_by("id")[page * 10:page * 10 + 10])


@case("cursor.fetch")
def cursor_fetch(run):
    list(first(m.Event, 100).iterator(chunk_size=run.n))


@case("poll.even")
def poll_even(run):
    for _ in range(run.n):
        m.Job.objects.get(id=1)
        time.sleep(0.04)


@case("queue.take")
def queue_take(run):
    for _ in range(run.n):
        with transaction.atomic():
            job = m.Job.objects.select_for_update(skip_locked=True).filter(state="ready").order_by("id")[0]
            job.state = "taken"
            job.save(update_fields=["state"])


@case("lock.twice")
def lock_twice(_run):
    for _ in range(2):
        with transaction.atomic():
            m.Account.objects.select_for_update().get(id=1)


@case("unique.check")
def unique_check(run):
    for number in range(run.n):
        if not m.Account.objects.filter(email=f"new {number}").exists():
            m.Account.objects.create(name="new", email=f"new {number}")


@case("cache.once")
def cache_once(_run):
    m.Setting.objects.get(key="key7")
    list(first(m.Book, 5))


@case("shapes.different")
def shapes_different(_run):
    m.Book.objects.count()
    m.Author.objects.count()
    m.Team.objects.order_by("id").first()
    m.Review.objects.order_by("-stars").first()
    m.Order.objects.order_by("total").first()


@case("noise.health")
def noise_health(run):
    for _ in range(run.n):
        connection.is_usable()


@case("setup.migration")
def setup_migration(_run):
    call_command("migrate", verbosity=0)


@case("write.insert")
def write_insert(run):
    with transaction.atomic():
        write_commit(run)


@case("write.commit")
def write_commit(run):
    for number in range(run.n):
        m.Audit(what=f"line {number}").save()


@case("write.children")
def write_children(run):
    for account in first(m.Account, run.n):
        m.Order.objects.create(account=account, total=10)


@case("write.update")
def write_update(run):
    for job in first(m.Job, run.n):
        job.state = "done"
        job.save()


@case("write.delete")
def write_delete(run):
    for job in first(m.Job, run.n):
        job.delete()


@case("write.get_or_create")
def write_get_or_create(run):
    for number in range(run.n):
        m.Tag.objects.get_or_create(name=f"line {number}")


@case("write.bulk")
def write_bulk(run):
    m.Audit.objects.bulk_create([m.Audit(what=f"line {number}") for number in range(run.n)])


@case("write.bulk_update")
def write_bulk_update(run):
    jobs = list(first(m.Job, run.n))
    for job in jobs:
        job.state = "done"
    m.Job.objects.bulk_update(jobs, ["state"])


@case("fail.loop")
def fail_loop(run):
    for number in range(run.n):
        try:
            with transaction.atomic():
                m.Account.objects.create(name="again", email=f"user{number + 1}@example.org")
        except IntegrityError:
            pass


def tests(count, body):
    """A TestCase class with so many tests, run as a test runner does."""
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(
        type("Shop", (TestCase,), {f"test_{number}": lambda self: body() for number in range(count)}))
    result = unittest.TestResult()
    suite.run(result)
    if not result.wasSuccessful():
        raise RuntimeError(str(result.errors + result.failures))


@case("test.savepoints")
def test_savepoints(run):
    def body():
        m.Tag.objects.create(name="one")
        m.Tag.objects.create(name="two")
        list(m.Tag.objects.order_by("-id")[:2])
    tests(run.n, body)


@case("test.savepoints_lazy")
def test_savepoints_lazy(run):
    tests(2, lambda: CASES["forward.lazy"](run))


@case("test.apart")
@case("test.apart_lazy")
@case("test.apart_reading")
def test_apart(run):
    """As pytest-django runs functions, in a process and over a connection of its own."""
    options = ["-p", "django_setup", "-p", "no:cacheprovider", f"--case={run.name}", f"--rows={run.n}"]
    subprocess.run([sys.executable, "-B", "-m", "pytest", *options, HERE / "shelf/test_shelf.py"], cwd=HERE, check=True,
                   stdout=sys.stderr)
