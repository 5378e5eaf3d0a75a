"""Users who share a pool of fewer connections: asked for POOL USERS (README.md, *Windows*). Each of them thinks, then
makes a request, again and again; a request looks up who asks, as programs with a login do, and then makes a page."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import BoundedSemaphore

from psycopg2.pool import ThreadedConnectionPool
from sqlalchemy import create_engine

from runner import serve

REQUESTS = {1: 120, 8: 30, 64: 5}  # of each user, by the number of users
CONNECTIONS = {1: 1, 8: 3, 64: 12}
THINK_S = 0.3  # in the mean; exponential, so that more than a quarter of the pauses are shorter than 100 ms


class Autocommit:
    """A connection in autocommit, which begins and commits by SQL."""

    def __init__(self, connection):
        self.connection = connection
        connection.autocommit = True

    def rows(self, text, values):
        with self.connection.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def transaction(self):
        self.rows("BEGIN", ())
        yield
        self.rows("COMMIT", ())


class Bare:
    """psycopg2's pool, which waits for none and sends nothing between two users."""

    def __init__(self, size):
        self.free = BoundedSemaphore(size)
        self.pool = ThreadedConnectionPool(size, size, "")

    @contextmanager
    def lent(self):
        with self.free:
            connection = self.pool.getconn()
            yield Autocommit(connection)
            self.pool.putconn(connection)

    def close(self):
        self.pool.closeall()


class Transactional:
    """A connection of SQLAlchemy's, which begins by itself."""

    def __init__(self, connection):
        self.connection = connection

    def rows(self, text, values):
        result = self.connection.exec_driver_sql(text, values or None)
        return result.fetchall() if result.returns_rows else []

    @contextmanager
    def transaction(self):
        yield
        self.connection.commit()


class Rollback:
    """SQLAlchemy's pool as it is without options: rolls back what a user left open."""

    options = {}

    def __init__(self, size):
        self.engine = create_engine("postgresql+psycopg2://", pool_size=size, max_overflow=0, **self.options)

    @contextmanager
    def lent(self):
        with self.engine.connect() as connection:
            yield Transactional(connection)

    def close(self):
        self.engine.dispose()


class Ping(Rollback):
    """… which also asks, before it lends a connection, whether it still lives."""

    options = {"pool_pre_ping": True}


POOLS = {"bare": Bare, "rollback": Rollback, "ping": Ping}


class Request:
    """What one request runs. Its trace id begins with its user's number: what is found is compared with that."""

    def __init__(self, session, user, chance, route):
        self.session, self.user, self.chance = session, user, chance
        traceparent = f"00-{user:08x}{chance.getrandbits(96):024x}-{chance.getrandbits(64):016x}-01"
        self.comment = f" /*route='{route}',traceparent='{traceparent}'*/"

    def rows(self, sql, *values):
        return self.session.rows(sql + self.comment, values)

    def some(self):
        return self.chance.randint(3, 8), self.chance.randrange(100)


def shelf(request):
    for _, author in request.rows("SELECT id, author_id FROM book ORDER BY id LIMIT %s OFFSET %s", *request.some()):
        request.rows("SELECT id, name FROM author WHERE id = %s", author)


def people(request):
    for author, _ in request.rows("SELECT id, name FROM author ORDER BY id LIMIT %s OFFSET %s", *request.some()):
        request.rows("SELECT id, bio FROM profile WHERE author_id = %s", author)


def book(request):
    key = request.chance.randint(1, 200)
    for _, author, _ in request.rows("SELECT id, author_id, title FROM book WHERE id = %s", key):
        request.rows("SELECT id, name FROM author WHERE id = %s", author)
    request.rows("SELECT id, stars FROM review WHERE book_id = %s ORDER BY id", key)


def genres(request):
    request.rows("SELECT id, name FROM genre ORDER BY id")


def orders(request):
    request.rows("SELECT id, total FROM orders WHERE account_id = %s ORDER BY id LIMIT 5", request.user)


def buy(request):
    with request.session.transaction():
        total = request.chance.randint(1, 100)
        request.rows("INSERT INTO orders (account_id, total) VALUES (%s, %s) RETURNING id", request.user, total)
        request.rows("INSERT INTO audit (what) VALUES (%s)", f"{total} ordered")


PAGES = (shelf, people, book, book, genres, orders, buy)


def use(pool, user, requests):
    chance = random.Random(user)
    for _ in range(requests):
        time.sleep(chance.expovariate(1 / THINK_S))
        page = chance.choice(PAGES)
        with pool.lent() as session:
            request = Request(session, user, chance, f"/{page.__name__}")
            request.rows("SELECT id, name FROM account WHERE id = %s", user)
            page(request)


def perform(run):
    pool = POOLS[run.name](CONNECTIONS[run.n])
    with ThreadPoolExecutor(run.n) as users:
        for done in [users.submit(use, pool, user + 1, REQUESTS[run.n]) for user in range(run.n)]:
            done.result()
    pool.close()


serve(perform)
