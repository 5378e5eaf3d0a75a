"""What the protocol allows and drivers seldom do. Run by client_programs.py; each scenario has a session of its own."""

import struct

from wire import (COPY_DONE, FLUSH, SYNC, TERMINATE, Connection, bind, close, copy_data, describe, execute,
                  function_call, message, parse, query, text)

INT4 = 23


def startup():
    Connection(application_name="own words", client_encoding="LATIN1", DateStyle="German").ask(query("SHOW DateStyle"))
    Connection(version=(3, 0), options="-c work_mem=7MB").ask(query("SHOW work_mem"))
    Connection(version=(3, 0), database="no such database")
    Connection(version=(3, 0), no_such_setting="1")


def newer_protocol():
    """PostgreSQL 15 answers a newer minor version with what it has, and names the options that it does not know."""
    Connection(version=(3, 2)).ask(query("SELECT 1"))
    Connection(version=(3, 9999), **{"_pq_.one": "1", "_pq_.two": "2"}).ask(query("SELECT 1"))


def extended():
    one = Connection()
    one.ask(parse("SELECT $1::int + 1, $2", "s", (0, 25)), describe("S", "s"), bind((b"41", b"x"), "p", "s"),
            describe("P", "p"), execute("p"), SYNC)
    one.ask(bind((struct.pack("!i", 7), None), "", "s", (1, 0), (1, 0)), describe("P"), execute(), SYNC)
    one.ask(close("S", "s"), close("S", "unknown"), close("P", "unknown"), SYNC)
    one.ask(parse("", ""), bind(), describe("P"), execute(), SYNC)
    one.ask(parse("INSERT INTO nothing SELECT"), SYNC)
    one.ask(parse("SELECT 1; SELECT 2"), SYNC)
    one.ask(SYNC, SYNC, SYNC)


def errors_skip_to_sync():
    one = Connection()
    one.ask(parse("SELECT 1"), bind(), execute(), parse("SELEC"), bind(), execute(), describe("P"), SYNC,
            parse("SELECT 2"), bind(), execute(), SYNC)
    one.ask(parse("SELECT 1 / $1::int", "d"), bind((b"0",), "", "d"), execute(), bind((b"1",), "", "d"), execute(), SYNC)
    one.ask(parse("SELECT 1", "d"), SYNC)
    one.ask(bind((), "", "unknown"), execute(), SYNC, describe("S", "unknown"), SYNC, execute("unknown"), SYNC)
    one.ask(bind((b"1", b"2"), "", "d"), SYNC, bind((b"x",), "", "d"), SYNC, bind((b"1",), "", "d", (2,)), SYNC)
    one.send(parse("SELEC"))
    one.until("E")
    one.send(query("SELECT 'skipped, as all is before Sync'"))
    one.ask(SYNC)
    one.ask(query("SELECT 'again'"))


def portals():
    one = Connection()
    one.ask(query("BEGIN"), parse("SELECT n, repeat('r', n) FROM generate_series(1, 10) AS n", "s"), bind((), "a", "s"),
            bind((), "b", "s", (), (1,)), execute("a", 3), execute("b", 2), execute("a", 3), execute("a", 100),
            execute("a", 1), execute("b", 0), SYNC)
    one.ask(bind((), "a", "s"), SYNC)
    one.ask(query("COMMIT"), execute("a", 1), SYNC)
    one.ask(parse("SELECT 1"), bind(), execute("", 1), query("SELECT 'simple'"), execute(), SYNC)


def flushes():
    one = Connection()
    one.send(parse("SELECT pg_sleep(0.05), $1::text"), FLUSH)
    one.until("1")
    one.send(describe("S"), FLUSH)
    one.until("T")
    one.send(bind((b"flushed",)), FLUSH, FLUSH)
    one.until("2")
    one.send(execute(), FLUSH)
    one.until("C")
    one.ask(SYNC)


def deep_pipeline():
    """20,000 executions, on their way as far as the buffers between hold them before an answer is read."""
    one = Connection()
    count = 20000
    each = [bind((str(n).encode(),), "", "s") + execute() for n in range(count)]
    one.ask(parse("SELECT $1::int * 2", "s"), SYNC)
    one.pump(b"".join(each) + SYNC)
    one.until("Z")
    simple = [query(f"SELECT {n}; SELECT 'second of {n}'") for n in range(2000)]
    one.pump(b"".join(simple))
    one.until("Z", len(simple))


def formats():
    one = Connection()
    values = "SELECT 1::int2, 2::int4, 3::int8, 1.5::float4, 2.5::float8, 12.34::numeric, true, 'x'::text, '\\x00ff'::bytea, " \
             "date '2024-02-29', timestamptz '2024-02-29 12:00:00+00', interval '1 day', '{1,NULL}'::int[], NULL, " \
             "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, '{\"a\": 1}'::jsonb, '10.0.0.1'::inet, B'101', point '(1,2)'"
    for results in ((), (0,), (1,), tuple(n % 2 for n in range(19))):
        one.ask(parse(values), bind((), "", "", (), results), describe("P"), execute(), SYNC)
    one.ask(parse(values), bind((), "", "", (), (1, 1)), execute(), SYNC)


def copies():
    one = Connection()
    one.ask(query("CREATE TABLE goods (id int, name text)"))
    one.send(query("COPY goods FROM STDIN"))
    one.until("G")
    one.send(copy_data(b"1\ta\n2"), SYNC, FLUSH, copy_data(b"\tb\n"), copy_data(b""), copy_data(b"3\tc\n"), COPY_DONE)
    one.until("Z")
    one.ask(query("COPY goods TO STDOUT; SELECT 'and'; COPY goods TO STDOUT (FORMAT binary)"))
    one.send(query("COPY goods FROM STDIN"), copy_data(b"4\td\n"), message("f", text("given up")))
    one.until("Z")
    one.send(query("SELECT 1; COPY goods FROM STDIN; SELECT 2"), copy_data(b"x\n"), *[copy_data(b"late\n")] * 100,
             COPY_DONE, query("SELECT 'after'"))
    one.until("Z", 2)
    one.send(parse("COPY goods FROM STDIN"), bind(), execute(), SYNC, copy_data(b"5\te\n"), COPY_DONE, SYNC)
    one.until("Z")
    one.send(parse("COPY goods TO STDOUT"), bind(), execute(), execute(), SYNC)
    one.until("Z")
    one.send(query("COPY goods FROM STDIN"), query("SELECT 'in the middle of a copy'"))
    one.to_the_end()


def functions():
    one = Connection()
    length_of_text, divide = 1317, 154
    one.ask(function_call(length_of_text, (b"four",), (0,), 0), function_call(divide, (struct.pack("!i", 7),
            struct.pack("!i", 2))), function_call(divide, (struct.pack("!i", 7), struct.pack("!i", 0))),
            function_call(1, ()), query("SELECT 'after calls'"))


def big_messages():
    one = Connection()
    one.ask(query("SELECT length('" + "q" * 20_000_000 + "')"))
    one.ask(parse("SELECT md5($1::text), $1::text"), bind((b"p" * 20_000_000,)), execute(), SYNC)
    one.ask(query("SELECT repeat('a', 50000000), repeat('b', 70000)"))
    one.send(query("COPY (SELECT 1) TO STDOUT; SELECT repeat('n', 100)") * 500)
    one.until("Z", 500)


def notifications():
    one, two = Connection(), Connection()
    one.ask(query("LISTEN news"))
    for payload in ("first", "", "x" * 5000):
        two.ask(query(f"NOTIFY news, '{payload}'"))
        one.until("A")
    one.ask(query("LISTEN other; NOTIFY other, 'own'"))
    one.ask(query("BEGIN; SET LOCAL TimeZone = 'UTC'; COMMIT; SET DateStyle = 'German'; RESET DateStyle"))


def dozing(one, other):
    """Asks without a word until the session sleeps; only then is it certain what a cancel hits."""
    pid = struct.unpack("!i", one.key[:4])[0]
    other.until_row(query(f"SELECT 1 FROM pg_stat_activity WHERE pid = {pid} AND wait_event = 'PgSleep'"))


def cancels():
    one, other = Connection(), Connection()
    for sql in (query("SELECT pg_sleep(60)"), parse("SELECT pg_sleep(60)") + bind() + execute() + SYNC,
                query("SELECT 1; SELECT pg_sleep(60); SELECT 2")):
        one.send(query("SELECT 'sign of life'"), sql)
        one.until("Z")
        dozing(one, other)
        one.cancel()
        one.until("Z")
    right = one.key
    one.key = right[:4] + bytes(byte ^ 0xFF for byte in right[4:])
    one.send(query("SELECT pg_sleep(60)"))
    dozing(one, other)
    one.cancel()
    one.key = right
    one.cancel()
    one.until("Z")
    one.cancel()
    one.ask(query("SELECT 'nothing to cancel'"))


def ends():
    one = Connection()
    one.send(query("SELECT 1"), TERMINATE)
    one.to_the_end()
    one = Connection()
    one.send(query("SELECT pg_terminate_backend(pg_backend_pid())"))
    one.to_the_end()


if __name__ == "__main__":
    for scenario in (startup, newer_protocol, extended, errors_skip_to_sync, portals, flushes, deep_pipeline, formats,
                     copies, functions, big_messages, notifications, cancels, ends):
        print("##", scenario.__name__)
        scenario()
