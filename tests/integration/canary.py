"""A canary, and a client that writes it wherever a client may write something private. As a program, to the server of
DATABASE_URL."""

import contextlib
import io
import os
import re
from pathlib import Path

import psycopg
import psycopg2
from psycopg2.extensions import parse_dsn

import harness  # noqa: F401 - finds tests/soak
from raw_client import SYNC, RawClient, extended, message, query

CANARY = "kanarienvogel"
SIMPLE = [
    "SELECT name FROM author WHERE name = '{0}'",
    "SELECT name FROM author WHERE name = E'\\x41{0}'",
    "SELECT name FROM author WHERE name = U&'{0}'",
    "SELECT name FROM author WHERE name = $tag${0}$tag$",
    "SELECT name FROM author WHERE name IN ('{0}', 'other {0}') AND nick LIKE '%{0}%'",
    "INSERT INTO scratch VALUES (1, '{0}'), (2, '{0}')",
    "UPDATE scratch SET note = '{0}' WHERE note = '{0}'",
    "SELECT id FROM scratch WHERE note = '{0}'; SELECT note || '{0}' FROM scratch",
    "DO $$ BEGIN PERFORM '{0}'; END $$",
    "DO $$ BEGIN RAISE NOTICE '{0}' USING DETAIL = '{0}'; END $$",
    "NOTIFY birds, '{0}'",
    "SET application_name = 'plain'; SET search_path = '{0}', public",
    "PREPARE p AS SELECT '{0}'::text, $1::text; EXECUTE p('{0}')",
    "DECLARE c CURSOR WITH HOLD FOR SELECT '{0}' FROM author; FETCH 1 FROM c; CLOSE c",
    "CREATE ROLE bird PASSWORD '{0}'",
    "ALTER ROLE bird PASSWORD '{0}'",
    "SELECT name FROM author WHERE id = 1 /* secret='{0}', route='%2Fbirds%3Ftoken%3D{0}' */",
    "SELECT name FROM author WHERE id = 2 -- {0}",
    "COMMENT ON TABLE scratch IS '{0}'",
    "EXPLAIN SELECT name FROM author WHERE name = '{0}'",
]
FAILING = [
    "SELEC name FROM author WHERE name = '{0}'",
    "SELECT '{0}'::int",
    "SELECT name FROM author WHERE name = '{0}",
    "SELECT name FROM author WHERE name = $tag${0}",
    "SELECT 1 FROM author WHERE name ~ '[{0}'",
    "INSERT INTO author VALUES (1, '{0}', '{0}', md5('{0}')::uuid)",
    "DO $$ BEGIN RAISE '{0}' USING DETAIL = '{0}', HINT = '{0}', COLUMN = '{0}', CONSTRAINT = '{0}'; END $$",
]
# Beyond limits.statement_text, which cuts each in another place.
LONG = [
    "SELECT name FROM author WHERE name = '" + "{0}" * 6000 + "'",
    "SELECT name FROM author WHERE name IN ('x'" + ", '{0}'" * 5000 + ")",
    "SELECT name FROM author WHERE id = 3 /* " + "{0}" * 6000 + " */",
]
REPLICATING = ["SELECT '{0}'", "START_REPLICATION SLOT {0} LOGICAL 0/0 (\"{0}\" '{0}')"]
UNDER_WAY = f"DO $$ BEGIN RAISE NOTICE ''; PERFORM pg_sleep(0.5), '{CANARY}'; END $$"
# Messages, more than limits.pipeline has room for.
TOO_MANY = 80_000
# As an answer larger than what a thread reads at once: what was read before is overwritten.
FLUSHING = "SELECT repeat('x', 100) FROM generate_series(1, 20000)"


@contextlib.contextmanager
def password_demanded(server):
    """The server asks role `login` for its password, in clear: the worst that may pass by."""
    server.sql("DROP ROLE IF EXISTS bird; DROP ROLE IF EXISTS login;"
               f"CREATE ROLE login LOGIN PASSWORD '{CANARY}'")
    file = Path(server.folder) / "data/pg_hba.conf"
    before = file.read_text()
    file.write_text("host all login 127.0.0.1/32 password\n" + before)
    server.sql("SELECT pg_reload_conf()")
    try:
        yield
    finally:
        file.write_text(before)
        server.sql("SELECT pg_reload_conf()")


@contextlib.contextmanager
def refused(error):
    try:
        yield
    except error:
        return
    raise AssertionError("the server took what is wrong")


def log_in(where):
    as_login = {**where, "user": "login"}
    with refused(psycopg2.OperationalError):
        psycopg2.connect(**{**as_login, "password": CANARY + "x"})
    psycopg2.connect(**{**as_login, "password": CANARY}).close()


def plant_texts(where):
    connection = psycopg2.connect(application_name="shop", options=f"-c my.own={CANARY}", **where)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("LISTEN birds")
        for text in SIMPLE:
            cursor.execute(text.format(CANARY))
        for text in FAILING:
            with refused(psycopg2.Error):
                cursor.execute(text.format(CANARY))
        cursor.copy_expert("COPY scratch FROM STDIN", io.StringIO(f"3\t{CANARY}\n"))
        cursor.copy_expert("COPY scratch TO STDOUT", io.StringIO())
        cursor.copy_expert(f"COPY (SELECT '{CANARY}') TO STDOUT", io.StringIO())
        with refused(psycopg2.Error):
            cursor.copy_expert("COPY scratch FROM STDIN", io.StringIO(f"{CANARY}\tx\n"))
        cursor.execute("DROP ROLE bird")
        for text in LONG:
            cursor.execute(text.format(CANARY))


def plant_values(where):
    with psycopg.connect(autocommit=True, **where) as connection:
        for binary in (False, True):
            for value in (CANARY, CANARY.encode(), [CANARY, CANARY]):
                connection.execute("SELECT %s AS value FROM author WHERE id < 4", (value,), binary=binary)
        connection.execute("SELECT name FROM author WHERE name = ANY(%s)", ([CANARY],))
        books = connection.execute("SELECT id, author_id FROM book WHERE id <= 5").fetchall()
        for _, author in books:  # a loop, so that there is a finding with its statement's text
            connection.execute(f"SELECT nick FROM author WHERE id = %s AND name <> '{CANARY}'", (author,))
        with refused(psycopg.Error):
            connection.execute("SELECT %s::text::int", (CANARY,))
        connection.execute("SELECT %s, %s", (CANARY * 30_000, CANARY))
        # Kept in clear until the statement is looked at, which names a setting of ours.
        connection.execute("SELECT set_config('onetrip.label', 'plain', true), %s", (CANARY,))


def plant_of_replication(where):
    connection = psycopg2.connect(replication="database", **where)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute("IDENTIFY_SYSTEM")
        for text in REPLICATING:
            with contextlib.suppress(psycopg2.Error):
                cursor.execute(text.format(CANARY))


def raw_client(where):
    return RawClient(where["host"], where["port"]).log_in(where["user"], where["dbname"])


def be_misunderstood(client):
    """By a message that there is not, with statements before it and behind."""
    text = query(f"SELECT '{CANARY}'")
    client.send(text * 2 + message(b"y", CANARY.encode()) + text)
    client.read_to_end()


def be_too_fast(client):
    """So that what is under way is counted only."""
    text = query(f"SELECT '{CANARY}'")
    client.send(query("SELECT pg_sleep(0.3)") + text + SYNC * TOO_MANY + text)
    for _ in range(TOO_MANY + 3):
        client.until(b"Z")


def be_unseen(client, api):
    """Analysis ends while one statement is under way, and begins while another is."""
    for enabled in (False, True):
        client.send(query(UNDER_WAY))
        client.until(b"N")
        api.call("POST", "/api/v1/analysis", {"enabled": enabled})
        client.until(b"Z")
        client.ask(f"SELECT '{CANARY}'")
        client.send(extended(f"SELECT '{CANARY}', $1", [CANARY]) + SYNC)
        client.until(b"Z")


def plant_unseen(api, **where):
    """Where a proxy does not look; it does afterwards."""
    with raw_client(where) as client:
        be_unseen(client, api)
    api.call("POST", "/api/v1/analysis", {"sample": 0})
    plant_values(where)
    api.call("POST", "/api/v1/analysis", {"sample": 1})


def plant_unclear(where):
    for confuse in (be_misunderstood, be_too_fast):
        with raw_client(where) as client:
            confuse(client)
    with raw_client(where) as client:
        client.send(query(f"SELECT '{CANARY * 100}'")[:-5])


def plant(**where):
    """Everything; of a server with `password_demanded` and the tables of harness.SCHEMA."""
    log_in(where)
    plant_texts(where)
    plant_values(where)
    plant_of_replication(where)
    plant_unclear(where)


def report_formats(help_of_exec):
    return re.search(r"--report .* repeatable: (.*)", help_of_exec).group(1).split(", ")


if __name__ == "__main__":
    plant(**parse_dsn(os.environ["DATABASE_URL"]))
