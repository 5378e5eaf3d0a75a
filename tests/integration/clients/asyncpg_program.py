"""Run by test_python_clients.py: a fixed program over asyncpg. Prints what it sees as JSON lines."""

import asyncio
import io
import json
import os
import uuid

import asyncpg


def show(step, seen):
    if isinstance(seen, list):
        seen = [list(row.values()) if isinstance(row, asyncpg.Record) else row for row in seen]
    print(json.dumps([step, seen], default=str))


async def reads(connection):
    show("int", await connection.fetch("SELECT id, name FROM author WHERE id = $1", 7))
    show("text", await connection.fetch("SELECT id FROM author WHERE name = $1", "Author 8"))
    show("uuid", await connection.fetch("SELECT title FROM book WHERE isbn = $1", uuid.UUID(int=5)))
    show("null", await connection.fetch("SELECT id, nick FROM author WHERE id <= $1 ORDER BY id", 4))
    by_id = await connection.prepare("SELECT id, author_id FROM book WHERE id = $1")
    for number in (1, 2, 300):
        show("again", await by_id.fetch(number))
    show("one", await connection.fetchval("SELECT title FROM book WHERE author_id = $1 ORDER BY id", 1))
    rows = await connection.fetch("SELECT g, repeat('x', 100) FROM generate_series(1, $1::int) AS g", 10000)
    show("many rows", [len(rows), sum(row[0] for row in rows)])
    show("sleep", await connection.fetchval("SELECT pg_sleep($1)", 0.05))


async def failing(connection):
    try:
        async with connection.transaction():
            await connection.execute("UPDATE author SET nick = $1 WHERE id = $2", "Two", 2)
            await connection.execute("SELECT 1 / $1::int AS never FROM author WHERE id = 1", 0)
    except asyncpg.PostgresError as error:
        show("error", error.sqlstate)


async def portals(connection):
    async with connection.transaction():
        total = 0
        async for row in connection.cursor("SELECT id FROM book ORDER BY id", prefetch=250):
            total += row["id"]
        show("portal", total)


async def copies(connection):
    text = "".join(f"{n}\tnote {n}\n" for n in range(1000)).encode()
    show("copy in", await connection.copy_to_table("scratch", source=io.BytesIO(text)))
    out = io.BytesIO()
    show("copy out", await connection.copy_from_query("SELECT id, note FROM scratch ORDER BY id", output=out))
    show("same", out.getvalue() == text)
    await connection.executemany("INSERT INTO scratch VALUES ($1, $2)", [(1001, "a"), (1002, None)])
    show("deleted", await connection.execute("DELETE FROM scratch WHERE id >= $1", 0))


async def main():
    connection = await asyncpg.connect(server_settings={"application_name": os.environ["PGAPPNAME"]})
    await reads(connection)
    await failing(connection)
    show("many statements", await connection.execute("SELECT id FROM author WHERE id < 4; UPDATE scratch SET id = 1"))
    show("empty", await connection.fetch(""))
    await portals(connection)
    await copies(connection)
    await connection.close()


asyncio.run(main())
