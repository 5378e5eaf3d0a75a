import os
import signal
import threading
import unittest

import psycopg
import pytest

import onetrip as client

LIST = "SELECT author_id FROM book ORDER BY id LIMIT %s"
ONE = "SELECT name FROM author WHERE id = %s"


def loop(connection, rows):
    for author, in connection.execute(LIST, (rows,)).fetchall():
        connection.execute(ONE, (author,)).fetchall()


@pytest.fixture(scope="session")
def connection():
    with psycopg.connect(autocommit=True) as connection:
        yield connection


@pytest.fixture
def prepared(connection):
    loop(connection, 9)
    yield
    loop(connection, 8)


def test_clean(connection):
    connection.execute(LIST, (3,)).fetchall()


@pytest.mark.parametrize("rows", [3, 4])
def test_loop(connection, rows):
    loop(connection, rows)


def test_set_up(prepared, connection):
    connection.execute(LIST, (3,)).fetchall()


def test_fails(connection):
    loop(connection, 3)
    assert not "as it should"


def test_thread(connection):
    thread = threading.Thread(target=loop, args=(connection, 5))
    thread.start()
    thread.join()


def test_block(connection):
    loop(connection, 6)  # around a window of its own: set-up
    with client.window("checkout", label="checkout of a cart") as checkout:
        connection.execute(LIST, (3,)).fetchall()
    checkout.assert_budget(max_statements=1)
    assert checkout.seen().statements in (0, 1)  # 0: no proxy


def test_budget(connection, onetrip):
    loop(connection, 4)
    onetrip.assert_budget(max_statements=4)


def test_findings_in_budget(connection, onetrip):
    loop(connection, 4)
    onetrip.assert_budget(max_statements=5)


def test_allowed(connection, onetrip):
    loop(connection, 4)
    onetrip.assert_budget(max_statements=5, allow=["n-plus-one"])


@pytest.mark.skipif("KILLED" not in os.environ, reason="kills the process")
def test_killed(connection):
    loop(connection, 3)
    os.kill(os.getpid(), signal.SIGKILL)


class TestOld(unittest.TestCase):
    def setUp(self):
        self.connection = psycopg.connect(autocommit=True)
        self.addCleanup(self.connection.close)
        loop(self.connection, 9)

    def test_one(self):
        self.connection.execute(LIST, (3,)).fetchall()

    def test_two(self):
        loop(self.connection, 7)


class TestAsync(unittest.IsolatedAsyncioTestCase):
    async def test_loop(self):
        async with await psycopg.AsyncConnection.connect(autocommit=True) as connection:
            for author, in await (await connection.execute(LIST, (5,))).fetchall():
                await connection.execute(ONE, (author,))


@pytest.mark.parametrize("number", range(24))
def test_many(connection, number):
    loop(connection, number % 4 + 2)
