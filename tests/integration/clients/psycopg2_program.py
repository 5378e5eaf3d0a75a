"""Run by test_python_clients.py: a fixed program over psycopg2. Prints what it sees as JSON lines."""

import io
import json
import uuid

import psycopg2
import psycopg2.extras


def show(step, seen):
    print(json.dumps([step, seen], default=str))


def fetched(cursor, sql, values=None):
    cursor.execute(sql, values)
    return cursor.fetchall()


def parameters(cursor):
    show("int", fetched(cursor, "SELECT id, name FROM author WHERE id = %s", (7,)))
    show("text", fetched(cursor, "SELECT id FROM author WHERE name = %s", ("Author 8",)))
    show("uuid", fetched(cursor, "SELECT title FROM book WHERE isbn = %s", (uuid.UUID(int=5),)))
    show("null", fetched(cursor, "SELECT id, nick FROM author WHERE id <= %s ORDER BY id", (4,)))
    for number in (1, 2, 3):
        show("again", fetched(cursor, "SELECT id FROM book WHERE id = %s", (number,)))
    show("many statements", fetched(cursor, "SELECT id FROM author WHERE id < 4; SELECT id FROM book WHERE id < 3"))


def empty(cursor):
    try:
        cursor.execute(";")
    except psycopg2.ProgrammingError as error:
        show("empty", str(error))


def failing(connection, cursor):
    cursor.execute("UPDATE author SET nick = 'Two' WHERE id = 2")
    try:
        cursor.execute("SELECT 1 / 0 AS never FROM author WHERE id = 1")
    except psycopg2.Error as error:
        show("error", error.pgcode)
    connection.rollback()


def cursors(connection):
    with connection.cursor("portal") as cursor:
        cursor.itersize = 250
        cursor.execute("SELECT id FROM book ORDER BY id")
        show("server cursor", sum(row[0] for row in cursor))
    connection.commit()


def copies(cursor):
    text = "".join(f"{n}\tnote {n}\n" for n in range(1000))
    cursor.copy_expert("COPY scratch FROM STDIN", io.StringIO(text))
    out = io.StringIO()
    cursor.copy_expert("COPY scratch TO STDOUT", out)
    show("copy", out.getvalue() == text)
    cursor.executemany("INSERT INTO scratch VALUES (%s, %s)", [(1001, "a"), (1002, None)])
    psycopg2.extras.execute_values(cursor, "INSERT INTO scratch VALUES %s", [(n, "v") for n in range(1003, 1013)])
    cursor.execute("DELETE FROM scratch WHERE id >= 0")
    show("deleted", cursor.rowcount)


def main():
    psycopg2.extras.register_uuid()
    connection = psycopg2.connect("")
    with connection.cursor() as cursor:
        parameters(cursor)
        empty(cursor)
        connection.rollback()
        failing(connection, cursor)
        cursors(connection)
        copies(cursor)
        connection.commit()
        connection.autocommit = True
        show("sleep", fetched(cursor, "SELECT pg_sleep(0.05)"))
        rows = fetched(cursor, "SELECT g, repeat('x', 100) FROM generate_series(1, 10000) AS g")
        show("many rows", [len(rows), sum(row[0] for row in rows)])
    connection.close()


main()
