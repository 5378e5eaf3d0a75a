"""Run by test_n_plus_one.py: one request over a Python driver, which asks for a list and then for one thing per row
(form `slow`), or for both at once (`fixed`).

    loop.py DRIVER forward|reverse slow|fixed ROWS [TRACE_ID]

With TRACE_ID each statement carries a comment in sqlcommenter's form. Prints the answer as JSON: the same in both
forms."""

import asyncio
import json
import os
import secrets
import sys

STATEMENTS = {
    "forward": ("SELECT id, author_id FROM book WHERE id <= $1 ORDER BY id",
                "SELECT id, name FROM author WHERE id = $1",
                "SELECT book.id, author.id, author.name FROM book JOIN author ON author.id = book.author_id "
                "WHERE book.id <= $1 ORDER BY book.id"),
    "reverse": ("SELECT id, id FROM author WHERE id <= $1 ORDER BY id",
                "SELECT id, title FROM book WHERE author_id = $1 ORDER BY id",
                "SELECT author.id, book.id, book.title FROM author JOIN book ON book.author_id = author.id "
                "WHERE author.id <= $1 ORDER BY author.id, book.id"),
}


def tagged(sql, trace):
    if not trace:
        return sql
    # The span differs from statement to statement, as with OpenTelemetry; the trace is the request's.
    return f"{sql} /*route='%2Fshelf',traceparent='00-{trace}-{secrets.token_hex(8)}-01'*/"


def firsts(rows):
    """The first row of each list entry."""
    kept = {}
    for row in rows:
        kept.setdefault(row[0], tuple(row))
    return list(kept.values())


class PercentStyle:
    """psycopg 2 and 3."""

    def __init__(self, connection, how):
        self.connection, self.how = connection, how

    def fetch(self, sql, value):
        cursor = self.connection.cursor()
        # psycopg reads % as its own sign, so the comment's are doubled, as its instrumentations do.
        cursor.execute(sql.replace("%", "%%").replace("$1", "%s"), (value,), **self.how)
        return [tuple(row) for row in cursor.fetchall()]


def psycopg2_driver():
    import psycopg2

    connection = psycopg2.connect("")
    connection.autocommit = True
    return PercentStyle(connection, {})


def psycopg3_driver(way):
    import psycopg

    factory = psycopg.ClientCursor if way == "client" else psycopg.Cursor
    connection = psycopg.connect("", autocommit=True, cursor_factory=factory)
    return PercentStyle(connection, {"prepared": {"prepare": True}, "binary": {"binary": True}}.get(way, {}))


def pipelined(driver, parents, sql):
    """All children are sent before the first answer is read."""
    with driver.connection.pipeline():
        text = sql.replace("%", "%%").replace("$1", "%s")
        cursors = [driver.connection.execute(text, (key,)) for _, key in parents]
        return [(parent, *cursor.fetchone()) for (parent, _), cursor in zip(parents, cursors)]


def synchronous(name, direction, form, rows, trace):
    package, _, way = name.partition("-")
    driver = psycopg2_driver() if package == "psycopg2" else psycopg3_driver(way)
    parent, child, joined = STATEMENTS[direction]
    if form == "fixed":
        return firsts(driver.fetch(tagged(joined, trace), rows))
    parents = driver.fetch(tagged(parent, trace), rows)
    if way == "pipeline":
        return pipelined(driver, parents, tagged(child, trace))
    return [(number, *driver.fetch(tagged(child, trace), key)[0]) for number, key in parents]


async def asynchronous(direction, form, rows, trace):
    import asyncpg

    connection = await asyncpg.connect(server_settings={"application_name": os.environ["PGAPPNAME"]})
    parent, child, joined = STATEMENTS[direction]
    if form == "fixed":
        return firsts([tuple(row.values()) for row in await connection.fetch(tagged(joined, trace), rows)])
    parents = await connection.fetch(tagged(parent, trace), rows)
    # The text once, so that asyncpg prepares once and runs it often.
    text = tagged(child, trace)
    answer = [(row[0], *(await connection.fetchrow(text, row[1])).values()) for row in parents]
    await connection.close()
    return answer


def main(name, direction, form, rows, trace=""):
    if name == "asyncpg":
        answer = asyncio.run(asynchronous(direction, form, int(rows), trace))
    else:
        answer = synchronous(name, direction, form, int(rows), trace)
    print(json.dumps(answer))


main(*sys.argv[1:])
