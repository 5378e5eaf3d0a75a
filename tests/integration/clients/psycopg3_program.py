"""Run by test_python_clients.py: fixed programs over psycopg 3, by the name of its ways to talk:
client (values put into the text), extended, prepared, binary, pipeline. Prints what it sees as JSON lines."""

import json
import sys
import uuid

import psycopg


def show(step, seen):
    print(json.dumps([step, seen], default=str))


def reads(cursor, **how):
    def fetched(sql, *values):
        return cursor.execute(sql, values, **how).fetchall()

    show("int", fetched("SELECT id, name FROM author WHERE id = %s", 7))
    show("text", fetched("SELECT id FROM author WHERE name = %s", "Author 8"))
    show("uuid", fetched("SELECT title FROM book WHERE isbn = %s", uuid.UUID(int=5)))
    show("null", fetched("SELECT id, nick FROM author WHERE id <= %s ORDER BY id", 4))
    for number in (1, 2, 300):  # psycopg picks int2, int4 or int8 by the value
        show("again", fetched("SELECT id, author_id FROM book WHERE id = %s", number))
    rows = fetched("SELECT g, repeat('x', 100) FROM generate_series(1, %s) AS g", 10000)
    show("many rows", [len(rows), sum(row[0] for row in rows)])
    show("sleep", fetched("SELECT pg_sleep(%s / 20.0)", 1))


def failing(connection, cursor):
    try:
        with connection.transaction():
            cursor.execute("UPDATE author SET nick = %s WHERE id = %s", ("Two", 2))
            cursor.execute("SELECT 1 / %s AS never FROM author WHERE id = 1", (0,))
    except psycopg.Error as error:
        show("error", error.sqlstate)


def without_values(connection, cursor):
    cursor.execute("SELECT id FROM author WHERE id < 4; SELECT id FROM book WHERE id < 3")
    show("many statements", cursor.fetchall())
    show("second", cursor.nextset() and cursor.fetchall())
    cursor.execute("")
    show("empty", cursor.statusmessage)
    with connection.transaction(), connection.cursor("portal") as portal:
        portal.itersize = 250
        show("server cursor", sum(row[0] for row in portal.execute("SELECT id FROM book ORDER BY id")))


def copies(cursor):
    with cursor.copy("COPY scratch FROM STDIN") as into:
        for number in range(1000):
            into.write_row((number, f"note {number}"))
    with cursor.copy("COPY scratch TO STDOUT") as out:
        show("copy", sum(len(block) for block in out))
    cursor.executemany("INSERT INTO scratch VALUES (%s, %s)", [(1001, "a"), (1002, None)])
    cursor.execute("DELETE FROM scratch WHERE id >= %s", (0,))
    show("deleted", cursor.rowcount)


def pipeline(connection):
    with connection.pipeline() as line:
        first = connection.execute("SELECT id, name FROM author WHERE id = %s", (7,))
        others = [connection.execute("SELECT id, title FROM book WHERE id = %s", (n,)) for n in (1, 2, 3)]
        line.sync()
        show("pipelined", [first.fetchall(), *(cursor.fetchall() for cursor in others)])
    try:
        with connection.pipeline():
            connection.execute("SELECT name FROM author WHERE id = %s", (1,))
            connection.execute("SELECT 1 / %s AS never FROM author WHERE id = 1", (0,))
            connection.execute("SELECT title FROM book WHERE id = %s", (1,))
    except psycopg.Error as error:
        show("error", error.sqlstate)
    show("after", connection.execute("SELECT id FROM book WHERE id = %s", (5,)).fetchall())


def main(way):
    factory = psycopg.ClientCursor if way == "client" else psycopg.Cursor
    with psycopg.connect("", autocommit=True, cursor_factory=factory) as connection:
        if way == "pipeline":
            return pipeline(connection)
        how = {"prepared": {"prepare": True}, "binary": {"binary": True}}.get(way, {})
        with connection.cursor() as cursor:
            reads(cursor, **how)
            failing(connection, cursor)
            without_values(connection, cursor)
            copies(cursor)


main(sys.argv[1])
