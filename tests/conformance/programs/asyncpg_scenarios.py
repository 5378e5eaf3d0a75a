"""asyncpg: binary throughout, statements prepared by itself, cursors, COPY, cancels by timeout and by task."""

import asyncio
import io
import os
import ssl

import asyncpg

from canon import DATA, VALUES, scenario, show, tls


async def connect(**more):
    encryption = ssl.create_default_context(cafile=tls()) if tls() else False
    settings = dict(host=os.environ["PGHOST"], port=int(os.environ["PGPORT"]), ssl=encryption, **more)
    return await asyncpg.connect(**settings)


async def failure(act):
    try:
        await act
        show("no error")
    except asyncpg.PostgresError as error:
        show(type(error).__name__, error.sqlstate, str(error), error.as_dict().items())


async def simple(link):
    show(await link.execute(DATA))
    show(await link.execute("SELECT 1; SELECT 2; INSERT INTO log VALUES (1, 'x'), (2, 'y')"))
    show(await link.fetch(""))


async def values(link):
    show(*await link.fetch(VALUES))
    show(await link.fetch("SELECT $1::int, $2::text, $3::bytea, $4::int[], $5::numeric", 1, "ü", b"\0\xff", [1, None], None))
    show(await link.fetch("SELECT " + ", ".join(f"${n}::int" for n in range(1, 1601)), *range(1600)))
    show(await link.fetchval("SELECT sum(n) FROM unnest($1::int[]) AS n", list(range(100000))))
    many = 32000
    show(await link.fetchval(f"SELECT count(*) FROM (VALUES {', '.join(f'(${n}::int)' for n in range(1, many + 1))}) AS v(n)",
                             *range(many)))


async def prepared(link):
    statement = await link.prepare("SELECT owner, amount FROM account WHERE id = $1")
    show(statement.get_parameters(), statement.get_attributes())
    for number in (1, 2, 3, 99):
        show(await statement.fetch(number), statement.get_statusmsg())
    for number in range(150):  # more than it keeps: the oldest are closed
        await link.fetchval(f"SELECT {number} + $1::int", 1)
    show(await link.fetchval("SELECT count(*) FROM pg_prepared_statements"))
    show(await link.fetch("SELECT * FROM account WHERE id = $1", 1))
    await link.execute("ALTER TABLE account ADD COLUMN more int")
    show(await link.fetch("SELECT * FROM account WHERE id = $1", 1))
    await link.execute("ALTER TABLE account DROP COLUMN more")


async def errors(link):
    for sql, given in (("SELEC $1", (1,)), ("SELECT no_column FROM account WHERE id = $1", (1,)),
                       ("INSERT INTO account VALUES ($1, 'Eve', 1)", (1,)), ("SELECT 1 / $1::int", (0,)),
                       ("UPDATE account SET amount = $1", (-1,)), ("SELECT 1; SELECT 2 / $1", (1,))):
        await failure(link.fetch(sql, *given))
    await failure(link.execute("INSERT INTO log VALUES (5, 'x'); SELECT 1 / 0; SELECT 3"))
    await failure(link.executemany("INSERT INTO account VALUES ($1, $2, 1)", [(20, "a"), (21, "b"), (1, "c"), (22, "d")]))
    show(await link.fetch("SELECT id FROM account ORDER BY id"))
    transaction = link.transaction()
    await transaction.start()
    await failure(link.fetch("SELECT 1 / 0"))
    await failure(link.fetch("SELECT 'in a failed transaction'"))
    await transaction.rollback()


async def transactions(link):
    async with link.transaction(isolation="serializable"):
        await link.execute("INSERT INTO log VALUES (100, 'kept')")
        try:
            async with link.transaction():
                await link.execute("INSERT INTO log VALUES (101, 'lost')")
                raise ValueError
        except ValueError:
            pass
    show(await link.fetch("SELECT * FROM log WHERE id >= 100"))


async def batches(link):
    await link.executemany("INSERT INTO log VALUES ($1, $2)", [(n, "x" * (n % 50)) for n in range(1000, 6000)])
    show(await link.fetch("SELECT count(*), sum(length(note)) FROM log WHERE id >= 1000"))


async def cursors(link):
    async with link.transaction():
        got = [tuple(row) async for row in link.cursor("SELECT n, 'row ' || n FROM generate_series(1, $1) AS n", 300, prefetch=70)]
        show(got)
        cursor = await link.cursor("SELECT n FROM generate_series(1, 1000) AS n")
        show(await cursor.fetch(5), await cursor.forward(10), await cursor.fetchrow(), await cursor.fetch(3))


async def notices(link):
    heard = []
    link.add_log_listener(lambda _, told: heard.append((told.severity, told.message, told.hint)))
    await link.execute("DO $$ BEGIN FOR n IN 1..20 LOOP RAISE NOTICE 'number %', n USING HINT = 'ümläut'; END LOOP; END $$")
    await asyncio.sleep(0)
    show(heard)


async def copies(link):
    lines = "".join(f"{n}\tline {n}\n" for n in range(20000)).encode()
    show(await link.copy_to_table("log", source=io.BytesIO(lines)))
    show(await link.copy_records_to_table("log", records=[(n, None) for n in range(5000)]))
    for form in ("text", "csv", "binary"):
        out = io.BytesIO()
        show(await link.copy_from_query("SELECT * FROM log ORDER BY id, note", output=out, format=form), out.getvalue())
    await failure(link.copy_to_table("log", source=io.BytesIO(b"x\ty\n")))
    await failure(link.copy_from_query("SELECT 1 / 0", output=io.BytesIO()))
    show(await link.fetchval("SELECT count(*) FROM log"))


async def big(link):
    show(*await link.fetch("SELECT n, md5(n::text), n * 1.5 FROM generate_series(1, 50000) AS n"))
    show(*await link.fetch("SELECT repeat('x', 20000000), $1::text", "p" * 8_000_000))
    show(await link.fetch("SELECT"))


async def notifications(link, other):
    heard, all_heard = [], asyncio.Event()

    def hear(_, pid, channel, payload):
        heard.append((pid == other.get_server_pid(), channel, payload))
        if len(heard) == 4:
            all_heard.set()

    await link.add_listener("news", hear)
    for payload in ("", "one", "ümläut", "x" * 7000):
        await other.execute("SELECT pg_notify('news', $1)", payload)
    await asyncio.wait_for(all_heard.wait(), 30)
    show(heard)
    await link.remove_listener("news", hear)


async def cancels(link, other):
    for number in range(3):
        task = asyncio.ensure_future(link.fetch("SELECT pg_sleep(60), $1::int", number))
        limit = asyncio.get_running_loop().time() + 30
        while not await other.fetchval("SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'",
                                       link.get_server_pid()):
            assert asyncio.get_running_loop().time() < limit, "the statement to be cancelled did not begin"
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            show("cancelled")
        show(await link.fetch("SELECT 'after a cancel', $1::int", number))
    try:
        await link.fetch("SELECT pg_sleep(60)", timeout=0.2)
    except asyncio.TimeoutError:
        show("timed out")
    show(await link.fetch("SELECT 'after a timeout'"))


async def end():
    link = await connect()
    await failure(link.fetch("SELECT pg_terminate_backend(pg_backend_pid())"))
    show(link.is_closed())
    for wrong in (dict(password="medlar"), dict(database="nowhere"), dict(server_settings={"nothing": "1"})):
        await failure(connect(**wrong))


async def main():
    link, other = await connect(), await connect()
    for part in (simple, values, prepared, errors, transactions, batches, cursors, notices, copies, big):
        scenario(part.__name__)
        await part(link)
    for part in (notifications, cancels):
        scenario(part.__name__)
        await part(link, other)
    scenario("end")
    await end()
    await link.close()
    await other.close()


asyncio.run(main())
