"""The suite runs against a real proxy and a real server. tests/integration/test_python_client.py starts both; by hand:

    ONETRIP_TEST_API=http://127.0.0.1:9188 PGHOST=127.0.0.1 PGPORT=6532 PGUSER=… PGDATABASE=… pytest

The database may be any that tables `author` and `book` can be made in. ONETRIP_API is for the projects in projects/
alone, each of which is a test run of its own."""

import os
import sys
from pathlib import Path

import psycopg
import pytest

from onetrip import windows
from onetrip.api import Api

pytest_plugins = "pytester"

PROJECTS = Path(__file__).parent / "projects"
SCHEMA = """
CREATE TABLE IF NOT EXISTS author (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE IF NOT EXISTS book (id int PRIMARY KEY, title text NOT NULL, author_id int NOT NULL REFERENCES author);
INSERT INTO author SELECT n, 'Author ' || n FROM generate_series(1, 40) AS n ON CONFLICT DO NOTHING;
INSERT INTO book SELECT n, 'Book ' || n, n * 7 % 40 + 1 FROM generate_series(1, 80) AS n ON CONFLICT DO NOTHING;
ANALYZE author, book;
"""


class Proxy:
    """What the proxy saw."""

    def __init__(self, address):
        self.api = Api(address)

    def ask(self, method, path):
        answer = self.api.ask(method, path)
        assert not self.api.lost
        return answer.body

    def findings(self, window=""):
        self.api.flush()
        return self.api.findings(window) if window else self.ask("GET", "/api/v1/findings")["findings"]

    def named(self, name=""):
        """Named windows, the oldest first; those whose name holds this."""
        rows = self.ask("GET", "/api/v1/windows?limit=2000")["windows"]
        return [row for row in reversed(rows) if row["source"] == "named" and name in row["name"]]

    def requests(self, test=""):
        """Label → statements of each request in tests whose name holds this."""
        return [(row["label"], row["statements"]) for row in self.named(test)
                if " in " in row["name"] and not row["name"].startswith("body #")]


@pytest.fixture(scope="session")
def tables():
    if "ONETRIP_TEST_API" not in os.environ:
        pytest.fail("ONETRIP_TEST_API is not set: there is no proxy to test with; see tests/conftest.py")
    with psycopg.connect(autocommit=True) as connection:
        connection.execute(SCHEMA)


@pytest.fixture
def proxy(tables):
    """It knows nothing yet."""
    proxy = Proxy(os.environ["ONETRIP_TEST_API"])
    proxy.ask("POST", "/api/v1/reset")
    return proxy


@pytest.fixture
def here(proxy, monkeypatch):
    """This process as one that has the proxy, until the test's end."""
    monkeypatch.setattr(windows, "_process", windows.Process(Api(proxy.api.address)))
    yield windows.process()
    for window in list(windows.process()._open):
        windows.process().close(window)


@pytest.fixture
def nowhere(monkeypatch):
    """This process as one without a proxy."""
    monkeypatch.setattr(windows, "_process", windows.Process(None))


@pytest.fixture
def connection(tables):
    with psycopg.connect(autocommit=True) as connection:
        yield connection


@pytest.fixture
def project(pytester, monkeypatch):
    """project("plain", "-k", "…") runs the tests of projects/plain, or, with run=[…], another Python program there.
    `api`: where it finds the proxy; empty: nowhere."""

    def run(name, *options, api=os.environ.get("ONETRIP_TEST_API", ""), run=None, **environment):
        for file in (PROJECTS / name).rglob("*.py"):
            target = pytester.path / file.relative_to(PROJECTS / name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(file.read_text())
        for file in (PROJECTS / name).glob("*.ini"):
            (pytester.path / file.name).write_text(file.read_text())
        monkeypatch.delenv("ONETRIP_API", raising=False)
        if api:
            monkeypatch.setenv("ONETRIP_API", api)
        for key, value in environment.items():
            monkeypatch.setenv(key, value)
        if run:
            return pytester.run(sys.executable, *run, timeout=120)
        return pytester.runpytest_subprocess("-p", "no:cacheprovider", *options, timeout=120)

    return run


def loop(connection, rows):
    """One N+1: the author of each of so many books."""
    for author, in connection.execute("SELECT author_id FROM book ORDER BY id LIMIT %s", (rows,)).fetchall():
        connection.execute("SELECT name FROM author WHERE id = %s", (author,)).fetchall()
