"""What a SQLAlchemy program does, each fault and its fix as such programs have them. A case gets the session of
its request; `run.request` opens the next one's."""

import tempfile
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session, joinedload, load_only, selectinload, subqueryload

import alchemy_models as m
from plain import GAP_S, ids_of_request

CASES = {}


def case(name):
    def register(function):
        CASES[name] = function
        return function
    return register


def first(model, n, order=None):
    return select(model).order_by(model.id if order is None else order).limit(n)


def related(name, model, attribute, order=None):
    """A relation left lazy, and loaded in the three eager ways."""
    relation = getattr(model, attribute)

    def lazy(run, session):
        for row in session.scalars(first(model, run.n, order)):
            getattr(row, attribute)

    def eager(option):
        return lambda run, session: session.scalars(first(model, run.n, order).options(option)).unique().all()

    CASES[f"{name}.lazy"] = lazy
    CASES[f"{name}.join"] = eager(joinedload(relation))
    CASES[f"{name}.batch"] = eager(selectinload(relation))
    CASES[f"{name}.subquery"] = eager(subqueryload(relation))


related("forward", m.Book, "author")
related("nullable", m.Book, "publisher")
related("reverse", m.Book, "reviews")
related("one_to_one", m.Author, "profile")
related("many", m.Book, "genres")
related("self", m.Employee, "manager")
related("composite", m.Stock, "warehouse")
related("uuid", m.Invoice, "customer", m.Invoice.number)
related("text", m.Price, "currency")
related("no_key", m.Visit, "author")
related("partition", m.Reading, "sensor")
related("partition_child", m.Sensor, "readings")
related("view", m.BookView, "author")
related("shared", m.Review, "book")


def use(*_values):
    """What a template would do with them."""


@case("two_keys.lazy")
def two_keys_lazy(run, session):
    for match in session.scalars(first(m.Match, run.n)):
        use(match.home, match.away)


@case("two_keys.join")
def two_keys_join(run, session):
    session.scalars(first(m.Match, run.n).options(joinedload(m.Match.home), joinedload(m.Match.away))).all()


@case("nested.lazy")
def nested_lazy(run, session):
    for publisher in session.scalars(first(m.Publisher, run.n)):
        for book in publisher.books:
            use(book.reviews)


@case("nested.batch")
def nested_batch(run, session):
    session.scalars(first(m.Publisher, run.n).options(
        selectinload(m.Publisher.books).selectinload(m.Book.reviews))).all()


@case("count.lazy")
def count_lazy(run, session):
    for book in session.scalars(first(m.Book, run.n)):
        session.scalar(select(func.count(m.Review.id)).where(m.Review.book_id == book.id))


@case("count.join")
def count_join(run, session):
    session.execute(select(m.Book, func.count(m.Review.id)).outerjoin(m.Book.reviews).group_by(m.Book.id)
                    .order_by(m.Book.id).limit(run.n)).all()


@case("filtered.lazy")
def filtered_lazy(run, session):
    for book in session.scalars(first(m.Book, run.n)):
        session.scalars(select(m.Review).where(m.Review.book_id == book.id, m.Review.stars >= 4)).all()


@case("filtered.batch")
def filtered_batch(run, session):
    session.scalars(first(m.Book, run.n).options(selectinload(m.Book.reviews.and_(m.Review.stars >= 4)))).all()


@case("latest.lazy")
def latest_lazy(run, session):
    for book in session.scalars(first(m.Book, run.n)):
        session.scalar(select(m.Review).where(m.Review.book_id == book.id).order_by(m.Review.id.desc()).limit(1))


@case("refetch.lazy")
def refetch_lazy(run, session):
    for book in session.scalars(first(m.Book, run.n).options(load_only(m.Book.id))):
        use(book.title)


@case("refetch.join")
def refetch_join(run, session):
    session.scalars(first(m.Book, run.n)).all()


@case("refetch.after_commit")
def refetch_after_commit(run, session):
    books = session.scalars(first(m.Book, run.n)).all()
    session.commit()
    for book in books:
        use(book.title)


@case("user.before_list")
def user_before_list(run, session):
    session.get(m.Account, 150)
    for order in session.scalars(first(m.Order, run.n)):
        use(order.account)


@case("ids.lookup")
def ids_lookup(run, session):
    for key in ids_of_request(run.n):
        session.get(m.Book, key)


@case("ids.dense")
def ids_dense(run, session):
    session.scalars(first(m.Team, run.n)).all()
    for key in range(run.n, 0, -1):
        session.get(m.Book, key)


@case("duplicate.plain")
def duplicate_plain(run, session):
    for _ in range(run.n):
        session.scalars(select(m.Setting).where(m.Setting.key == "key7")).one()


@case("duplicate.list")
def duplicate_list(run, session):
    for number in range(run.n):
        session.scalars(first(m.Genre, 5)).all()
        session.get(m.Author, number + 1)


@case("tree.up")
def tree_up(run, session):
    category = session.get(m.Category, run.n + 1)
    while category.parent:
        category = category.parent


@case("tree.down")
def tree_down(run, session):
    key = 1
    for _ in range(run.n + 1):
        key = session.scalars(select(m.Category).where(m.Category.parent_id == key)).one().id


@case("keys.two")
def keys_two(_run, session):
    session.get(m.Book, 3)
    session.get(m.Book, 14)


@case("pair.one_request")
def pair_one_request(run, session):
    for key in ids_of_request(run.n):
        use(session.get(m.Book, key).author)


@case("pair.requests")
def pair_requests(run, session):
    for number, key in enumerate(ids_of_request(run.n)):
        if number:
            time.sleep(GAP_S)
            session = run.request()
        use(session.get(m.Book, key).author)


@case("user.requests")
def user_requests(run, session):
    for number in range(run.n):
        if number:
            time.sleep(GAP_S)
            session = run.request()
        session.get(m.Account, 1)
        session.scalars(select(m.Order).where(m.Order.account_id == 1).order_by(m.Order.id).limit(5)).all()


@case("users.pool")
def users_pool(run, session):
    for number in range(run.n * 2):
        session = run.request() if number else session
        session.get(m.Account, 7 + number % 2)
        session.scalars(first(m.Book, 5)).all()


@case("chunks.equal")
def chunks_equal(run, session):
    keys = [book.author_id for book in session.scalars(first(m.Book, 4 * run.n))]
    for start in range(0, len(keys), run.n):
        session.scalars(select(m.Author).where(m.Author.id.in_(keys[start:start + run.n]))).all()


@case("paging.keyset")
def paging_keyset(run, session):
    last = 0
    for _ in range(run.n):
        last = session.scalars(select(m.Event).where(m.Event.id > last).order_by(m.Event.id).limit(10)).all()[-1].id


@case("paging.offset")
def paging_offset(run, session):
    for page in range(run.n):
        session.scalars(first(m.Event, 10).offset(page * 10)).all()


@case("cursor.fetch")
def cursor_fetch(run, session):
    for _ in session.scalars(first(m.Event, 100).execution_options(yield_per=run.n)):
        pass


@case("poll.even")
def poll_even(run, session):
    for _ in range(run.n):
        session.scalar(select(m.Job.state).where(m.Job.id == 1))
        time.sleep(0.04)


@case("queue.take")
def queue_take(run, session):
    for _ in range(run.n):
        job = session.scalars(select(m.Job).where(m.Job.state == "ready").order_by(m.Job.id).limit(1)
                              .with_for_update(skip_locked=True)).one()
        job.state = "taken"
        session.commit()


@case("cache.once")
def cache_once(_run, session):
    session.get(m.Setting, "key7")
    session.scalars(first(m.Book, 5)).all()


@case("shapes.different")
def shapes_different(_run, session):
    for statement in (select(func.count(m.Book.id)), select(func.count(m.Author.id)), select(func.max(m.Review.stars)),
                      select(func.min(m.Order.total)), first(m.Team, 1)):
        session.execute(statement).all()


@case("noise.health")
def noise_health(run, session):
    for _ in range(run.n):
        session.execute(text("SELECT 1")).all()


@case("setup.migration")
def setup_migration(_run, session):
    with tempfile.TemporaryDirectory() as folder:
        config = Config(str(Path(folder) / "alembic.ini"))
        config.set_main_option("script_location", folder + "/scripts")
        config.set_main_option("sqlalchemy.url", session.bind.url.render_as_string(hide_password=False))
        config.print_stdout = lambda *_: None
        command.init(config, folder + "/scripts")
        for name in ("one", "two", "three"):
            made = command.revision(config, name)
            script = Path(made.path)
            script.write_text(script.read_text().replace(
                "pass", f"op.execute('CREATE TABLE country_{name} (id serial PRIMARY KEY, name text)')", 1))
        command.upgrade(config, "head")


@case("write.insert")
def write_insert(run, session):
    for number in range(run.n):
        session.execute(insert(m.Audit).values(what=f"line {number}"))
    session.commit()


@case("write.commit")
def write_commit(run, session):
    for number in range(run.n):
        session.add(m.Audit(what=f"line {number}"))
        session.commit()


@case("write.bulk")
def write_bulk(run, session):
    session.add_all([m.Audit(what=f"line {number}") for number in range(run.n)])
    session.commit()


@case("write.get_or_create")
def write_get_or_create(run, session):
    for number in range(run.n):
        if not session.scalars(select(m.Tag).where(m.Tag.name == f"line {number}")).first():
            session.add(m.Tag(name=f"line {number}"))
            session.flush()
    session.commit()


@case("write.update")
def write_update(run, session):
    for job in session.scalars(first(m.Job, run.n)).all():
        session.execute(update(m.Job).where(m.Job.id == job.id).values(state="done"))
    session.commit()


@case("write.bulk_update")
def write_bulk_update(run, session):
    keys = [job.id for job in session.scalars(first(m.Job, run.n))]
    session.execute(update(m.Job).where(m.Job.id.in_(keys)).values(state="done"))
    session.commit()


def tests_apart(count, session, body):
    """As SQLAlchemy's documentation has it: the session's own commits are savepoints of a transaction that is rolled
    back."""
    for number in range(count):
        with session.bind.connect() as connection:
            outer = connection.begin()
            with Session(bind=connection, join_transaction_mode="create_savepoint") as own:
                body(number, own)
            outer.rollback()


@case("test.apart")
def test_apart(run, session):
    def body(_number, own):
        for name in ("one", "two"):
            own.add(m.Tag(name=name))
            own.commit()
        own.scalars(select(m.Tag).order_by(m.Tag.id.desc()).limit(2)).all()
    tests_apart(run.n, session, body)


@case("test.apart_lazy")
def test_apart_lazy(run, session):
    tests_apart(2, session, lambda _number, own: CASES["forward.lazy"](run, own))


@case("test.apart_reading")
def test_apart_reading(run, session):
    def body(number, own):
        own.get(m.Account, 1)
        own.scalar(select(func.count()).select_from((m.Book, m.Author, m.Review)[number]))
    tests_apart(run.n, session, body)
