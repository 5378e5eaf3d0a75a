"""psycopg 2: everything it says is a simple query, a COPY, a cancel, or large object calls."""

import io
import select
import threading

import psycopg2
import psycopg2.extras
from psycopg2 import extensions

from canon import DATA, LIMIT_S, VALUES, scenario, show, wait_until_dozing


def failure(cursor, sql, values=None):
    try:
        cursor.execute(sql, values)
        show("no error")
    except psycopg2.Error as error:
        told = error.diag
        show(type(error).__name__, error.pgcode, error.pgerror, told.severity, told.message_detail, told.message_hint,
             told.statement_position, told.context, told.constraint_name, told.table_name, told.source_function)


def simple(link):
    with link.cursor() as cursor:
        cursor.execute(DATA)
        show(cursor.statusmessage, cursor.rowcount)
        cursor.execute(VALUES)
        row = [bytes(value) if isinstance(value, memoryview) else value for value in cursor.fetchone()]
        show([tuple(column) for column in cursor.description], row)
        cursor.execute("SELECT id, owner FROM account WHERE id = ANY(%s) ORDER BY id", ([1, 3, 99],))
        show(cursor.fetchall())
        cursor.execute("SELECT 1; SELECT 2, 'the last one counts'")
        show(cursor.fetchall(), cursor.statusmessage)
        cursor.execute("UPDATE account SET amount = amount + %s RETURNING amount", (1,))
        show(cursor.rowcount, cursor.fetchall())
        cursor.executemany("INSERT INTO log VALUES (%s, %s)", [(n, f"note {n}") for n in range(50)])
        psycopg2.extras.execute_values(cursor, "INSERT INTO log VALUES %s RETURNING id",
                                       [(n, None) for n in range(500)], page_size=100)
        show(cursor.rowcount, cursor.fetchall())
        cursor.execute("SELECT " + ", ".join(["%s"] * 1600), list(range(1600)))
        show(cursor.fetchall())
    link.commit()


def errors(link):
    with link.cursor() as cursor:
        for sql in ("SELEC 1", "SELECT no_column FROM account", "INSERT INTO account VALUES (1, 'Eve', 1)",
                    "INSERT INTO account VALUES (9, NULL, 1)", "UPDATE account SET amount = -1", "SELECT 1 / 0",
                    "INSERT INTO log VALUES (1, 'x'); SELECT 1 / 0; SELECT 2"):
            failure(cursor, sql)
            failure(cursor, "SELECT 'in a failed transaction'")
            show(link.get_transaction_status())
            link.rollback()
            show(link.get_transaction_status())


def transactions(link):
    with link.cursor() as cursor:
        cursor.execute("INSERT INTO log VALUES (1000, 'kept'); SAVEPOINT one; INSERT INTO log VALUES (1001, 'lost')")
        cursor.execute("ROLLBACK TO one; RELEASE one")
        link.commit()
        cursor.execute("SELECT * FROM log WHERE id >= 1000 ORDER BY id")
        show(cursor.fetchall())
        link.rollback()
    link.set_session(isolation_level="SERIALIZABLE", readonly=True)
    with link.cursor() as cursor:
        failure(cursor, "INSERT INTO log VALUES (1, 'read only')")
    link.rollback()
    link.set_session(isolation_level="DEFAULT", readonly=False)
    link.tpc_begin(link.xid(1, "conformance", "branch"))
    with link.cursor() as cursor:
        cursor.execute("INSERT INTO log VALUES (1002, 'two phases')")
    link.tpc_prepare()
    link.reset()
    left = [one for one in link.tpc_recover() if one.database == "conformance"]
    show([str(one) for one in left])
    link.tpc_rollback(left[0])


def prepared(link):
    with link.cursor() as cursor:
        cursor.execute("PREPARE by_id(int) AS SELECT owner FROM account WHERE id = $1")
        for number in (1, 2, 99):
            cursor.execute("EXECUTE by_id(%s)", (number,))
            show(cursor.fetchall())
        cursor.execute("DEALLOCATE by_id")
        failure(cursor, "EXECUTE by_id(1)")
    link.rollback()


def cursors(link):
    with link.cursor("named", scrollable=True) as cursor:
        cursor.itersize = 70
        cursor.execute("SELECT n FROM generate_series(1, 300) AS n")
        show(cursor.fetchone(), cursor.fetchmany(5))
        cursor.scroll(-3)
        show(cursor.fetchmany(2), sum(number for number, in cursor))
    link.commit()


def notices(link):
    with link.cursor() as cursor:
        cursor.execute("DO $$ BEGIN FOR n IN 1..20 LOOP RAISE NOTICE 'number %', n USING HINT = 'ümläut'; END LOOP; END $$")
        cursor.execute("DO $$ BEGIN RAISE WARNING 'careful'; END $$")
    show(link.notices)
    link.rollback()


def copies(link):
    with link.cursor() as cursor:
        lines = "".join(f"{n}\tline {n}\n" for n in range(20000))
        cursor.copy_expert("COPY log FROM STDIN", io.StringIO(lines))
        show(cursor.rowcount)
        out = io.BytesIO()
        cursor.copy_expert("COPY (SELECT * FROM log ORDER BY id, note) TO STDOUT WITH (FORMAT binary)", out)
        show(out.getvalue())
        for sql, given in (("COPY log FROM STDIN", "x\ty\n"), ("COPY nothing FROM STDIN", "1\n")):
            try:
                cursor.copy_expert(sql, io.StringIO(given))
            except psycopg2.Error as error:
                show(error.pgcode, error.pgerror)
            link.rollback()


def notifications(link, other):
    other.set_isolation_level(extensions.ISOLATION_LEVEL_AUTOCOMMIT)
    link.set_isolation_level(extensions.ISOLATION_LEVEL_AUTOCOMMIT)
    with link.cursor() as cursor, other.cursor() as speaker:
        cursor.execute("LISTEN news")
        for payload in ("", "one", "ümläut", "x" * 7000):
            speaker.execute("SELECT pg_notify('news', %s)", (payload,))
        while len(link.notifies) < 4 and select.select([link], [], [], LIMIT_S)[0]:
            link.poll()
        show([(one.channel, one.payload) for one in link.notifies], link.notifies[0].pid == other.get_backend_pid())


def cancels(link, other):
    def ask(sql):
        with other.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]

    for sql in ("SELECT pg_sleep(60)", "SELECT 1; SELECT pg_sleep(60)", "COPY (SELECT pg_sleep(60)) TO STDOUT"):
        def cancel():
            wait_until_dozing(ask, link.get_backend_pid())
            link.cancel()

        thread = threading.Thread(target=cancel)
        thread.start()
        with link.cursor() as cursor:
            if sql.startswith("COPY"):
                try:
                    cursor.copy_expert(sql, io.BytesIO())
                except psycopg2.Error as error:
                    show(error.pgcode, error.pgerror)
            else:
                failure(cursor, sql)
        thread.join()
        with link.cursor() as cursor:
            cursor.execute("SELECT 'after a cancel'")
            show(cursor.fetchall())


def big(link):
    with link.cursor() as cursor:
        cursor.execute("SELECT n, md5(n::text), n * 1.5 FROM generate_series(1, 50000) AS n")
        show(cursor.fetchall())
        cursor.execute("SELECT repeat('x', 20000000), %s", ("p" * 8_000_000,))
        show(cursor.fetchone())
        cursor.execute("SELECT")
        show(cursor.description, cursor.fetchall())


def large_objects(link):
    link.set_isolation_level(extensions.ISOLATION_LEVEL_READ_COMMITTED)
    thing = link.lobject(0, "w", 800001)
    show(thing.write(b"bytes" * 10000))
    thing.close()
    thing = link.lobject(800001, "rb")
    show(thing.seek(5), thing.read(20), thing.tell(), len(thing.read()))
    thing.unlink()
    link.rollback()


def end():
    link = psycopg2.connect("")
    with link.cursor() as cursor:
        failure(cursor, "SELECT pg_terminate_backend(pg_backend_pid())")
    show(link.closed)
    for wrong in ("password=medlar", "dbname=nowhere", "options='-c nothing=1'"):
        try:
            psycopg2.connect(wrong)
        except psycopg2.OperationalError as error:
            show(str(error))


def main():
    link, other = psycopg2.connect(""), psycopg2.connect("")
    other.autocommit = True
    for part in (simple, errors, transactions, prepared, cursors, notices, copies, big, large_objects):
        scenario(part.__name__)
        part(link)
    for part in (notifications, cancels):
        scenario(part.__name__)
        part(link, other)
    scenario("end")
    end()
    link.close()


main()
