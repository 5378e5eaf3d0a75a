"""psycopg 3: the extended protocol, prepared statements, pipelines, binary results, server cursors."""

import logging
import threading

import psycopg
from psycopg.rows import dict_row

from canon import DATA, VALUES, scenario, show, wait_until_dozing


# When a pipeline that failed is left, it depends on when answers came whether the driver finds something to log.
logging.disable()


def failure(act):
    try:
        act()
        show("no error")
    except psycopg.Error as error:
        told = error.diag
        show(type(error).__name__, error.sqlstate, str(error), told.severity, told.message_detail, told.message_hint,
             told.statement_position, told.context, told.constraint_name, told.table_name, told.source_line)


def simple(link):
    link.execute(DATA)
    show(link.execute("SELECT 1; SELECT 2, 'two'").fetchall())
    cursor = link.execute("SELECT 1; SELECT 2; UPDATE log SET id = 1; SELECT 'last'")
    show(cursor.statusmessage, cursor.nextset(), cursor.statusmessage, cursor.nextset(), cursor.statusmessage)
    show(psycopg.ClientCursor(link).execute("SELECT %s, %s", ("client", 1)).fetchall())
    show(link.execute("").statusmessage)


def values(link):
    for binary in (False, True):
        cursor = link.execute(VALUES, binary=binary)
        show([(one.name, one.type_code, one.internal_size) for one in cursor.description], cursor.fetchall())
        cursor = link.execute("SELECT %b::int, %t::int, %b::text, %b::bytea, %s::int[], %s", (1, 2, "ü", b"\0\xff", [1, None], None),
                              binary=binary)
        show(cursor.fetchall())
    show(link.cursor(row_factory=dict_row).execute("SELECT * FROM account ORDER BY id").fetchall())
    show(link.execute("SELECT " + ", ".join(["%s::int"] * 1600), list(range(1600))).fetchall())
    many = list(range(60000))
    show(link.execute(f"SELECT count(*) FROM (VALUES {', '.join(['(%s::int)'] * len(many))}) AS v(n)", many).fetchall())
    failure(lambda: link.execute(f"SELECT {' + '.join(['%s::int'] * 70000)}", [1] * 70000))


def prepared(link):
    for number in range(12):  # prepared by itself from the sixth time on
        show(link.execute("SELECT owner FROM account WHERE id = %s", (number,)).fetchall())
    show(link.execute("SELECT amount FROM account WHERE id = %s", (1,), prepare=True, binary=True).fetchall())
    for number in range(120):  # more than it keeps: the oldest are closed
        link.execute(f"SELECT {number} + %s", (1,), prepare=True)
    show(link.execute("SELECT count(*) FROM pg_prepared_statements").fetchall())
    link.execute("ALTER TABLE account ADD COLUMN more int")
    failure(lambda: link.execute("SELECT * FROM account WHERE id = %s", (1,), prepare=True))
    link.execute("ALTER TABLE account DROP COLUMN more")
    failure(lambda: link.execute("SELECT * FROM account WHERE id = %s", (1,), prepare=True))
    link.execute("DEALLOCATE ALL")


def errors(link):
    for sql, given in (("SELEC %s", (1,)), ("SELECT no_column FROM account WHERE id = %s", (1,)),
                       ("INSERT INTO account VALUES (%s, 'Eve', 1)", (1,)), ("SELECT 1 / %s", (0,)),
                       ("SELECT %s::int", ("x",)), ("UPDATE account SET amount = %s", (-1,)), ("SELECT %s; SELECT 2", (1,))):
        failure(lambda: link.execute(sql, given))
    with link.transaction(force_rollback=True):
        failure(lambda: link.execute("SELECT 1 / 0"))
        show(link.info.transaction_status.name)
        failure(lambda: link.execute("SELECT 'in a failed transaction'"))
    show(link.info.transaction_status.name)


def transactions(link):
    with link.transaction():
        link.execute("INSERT INTO log VALUES (1, 'kept')")
        try:
            with link.transaction():
                link.execute("INSERT INTO log VALUES (2, 'lost')")
                raise ValueError
        except ValueError:
            pass
        with link.transaction("named"):
            link.execute("INSERT INTO log VALUES (3, 'kept too')")
    show(link.execute("SELECT * FROM log ORDER BY id").fetchall())
    link.autocommit = False
    link.tpc_begin(link.xid(1, "conformance", "branch"))
    link.execute("INSERT INTO log VALUES (4, 'two phases')")
    link.tpc_prepare()
    link.tpc_commit()
    link.autocommit = True
    show(link.execute("SELECT count(*) FROM log").fetchall())


def pipelines(link):
    with link.pipeline():
        cursors = [link.execute("SELECT %s::int * 2", (n,)) for n in range(300)]
        show([cursor.fetchall() for cursor in cursors])
    for wrong in ("INSERT INTO account VALUES (1, 'again', 1)", "SELEC 1", "SELECT 1 / 0"):
        def act():
            with link.pipeline() as pipeline:
                link.execute("INSERT INTO log VALUES (10, 'before')")
                link.execute(wrong)
                after = link.execute("SELECT 'skipped'")
                pipeline.sync()
                show(after.fetchall())
        failure(act)
        show(link.info.transaction_status.name, link.execute("SELECT count(*) FROM log WHERE id = 10").fetchall())
    with link.pipeline() as pipeline, link.transaction():
        cursor = link.cursor()
        cursor.executemany("INSERT INTO log VALUES (%s, %s) RETURNING id", [(n, "m") for n in range(100, 1100)],
                           returning=True)
        got = [cursor.fetchone()]
        while cursor.nextset():
            got.append(cursor.fetchone())
        pipeline.sync()
        show(got)


def cursors(link):
    with link.transaction(), link.cursor("named", scrollable=True) as cursor:
        cursor.itersize = 70
        cursor.execute("SELECT n, 'row ' || n FROM generate_series(1, %s) AS n", (300,), binary=True)
        show(cursor.fetchone(), cursor.fetchmany(3))
        cursor.scroll(100, mode="absolute")
        show(cursor.fetchmany(2), len(list(cursor)))
    show(list(link.cursor().stream("SELECT n FROM generate_series(1, %s) AS n", (500,))))
    with link.cursor() as cursor:
        for row in cursor.stream("SELECT n, repeat('s', 1000) FROM generate_series(1, 100000) AS n"):
            if row[0] == 3:
                break  # the rest is cancelled
    show(link.execute("SELECT 'after a stream that was left'").fetchall())


def notices(link):
    heard = []
    link.add_notice_handler(lambda told: heard.append((told.severity, told.message_primary, told.message_hint)))
    link.execute("DO $$ BEGIN FOR n IN 1..20 LOOP RAISE NOTICE 'number %', n USING HINT = 'ümläut'; END LOOP; END $$")
    link.execute("SELECT pg_notify('nobody', 'x'), %s::int", (1,))
    show(heard)


def copies(link):
    with link.cursor() as cursor:
        with cursor.copy("COPY log FROM STDIN") as copy:
            for n in range(20000):
                copy.write_row((n, None if n % 7 == 0 else f"line\t{n}"))
        show(cursor.statusmessage)
        with cursor.copy("COPY log FROM STDIN WITH (FORMAT binary)") as copy:
            copy.set_types(("int4", "text"))
            for n in range(5000):
                copy.write_row((n, "b" * (n % 90)))
        show(cursor.statusmessage)
        for form in ("text", "csv", "binary"):
            with cursor.copy(f"COPY (SELECT * FROM log ORDER BY id, note) TO STDOUT WITH (FORMAT {form})") as copy:
                show(b"".join(copy))
        with cursor.copy("COPY (SELECT n FROM generate_series(1, %s) AS n) TO STDOUT", (5,)) as copy:
            show(list(copy.rows()))

        def wrong():
            with cursor.copy("COPY log FROM STDIN") as copy:
                copy.write("x\ty\n")

        def given_up():
            with cursor.copy("COPY log FROM STDIN") as copy:
                copy.write("1\ty\n")
                raise psycopg.DataError("given up")

        failure(wrong)
        failure(given_up)
    show(link.execute("SELECT count(*) FROM log").fetchall())


def notifications(link, other):
    link.execute("LISTEN news")
    heard = []
    link.add_notify_handler(lambda one: heard.append((one.channel, one.payload, one.pid == other.info.backend_pid)))
    for payload in ("", "one", "ümläut", "x" * 7000):
        other.execute("SELECT pg_notify('news', %s)", (payload,))
    while len(heard) < 4:
        link.execute("SELECT 1")
    show(heard)
    link.execute("UNLISTEN *")


def cancels(link, other):
    pid = link.info.backend_pid
    for act in (lambda: link.execute("SELECT pg_sleep(60)"), lambda: link.execute("SELECT pg_sleep(%s)", (60,)),
                lambda: link.execute("SELECT 1; SELECT pg_sleep(60); SELECT 2")):
        def cancel():
            wait_until_dozing(lambda sql: other.execute(sql).fetchone()[0], pid)
            link.cancel()

        thread = threading.Thread(target=cancel)
        thread.start()
        failure(act)
        thread.join()
        show(link.execute("SELECT 'after a cancel'").fetchall())


def big(link):
    show(link.execute("SELECT n, md5(n::text), n * 1.5 FROM generate_series(1, 50000) AS n", binary=True).fetchall())
    show(link.execute("SELECT repeat('x', 20000000), %s::text", ("p" * 8_000_000,)).fetchone())
    cursor = link.execute("SELECT")
    show(cursor.description, cursor.fetchall())


def end():
    link = psycopg.connect(autocommit=True)
    failure(lambda: link.execute("SELECT pg_terminate_backend(pg_backend_pid()), %s", (1,)))
    show(link.closed, link.broken)
    for wrong in ("password=medlar", "dbname=nowhere", "options='-c nothing=1'"):
        try:
            psycopg.connect(wrong)
        except psycopg.OperationalError as error:
            show(str(error))


def main():
    with psycopg.connect(autocommit=True) as link, psycopg.connect(autocommit=True) as other:
        for part in (simple, values, prepared, errors, transactions, pipelines, cursors, notices, copies, big):
            scenario(part.__name__)
            part(link)
        for part in (notifications, cancels):
            scenario(part.__name__)
            part(link, other)
    scenario("end")
    end()


main()
