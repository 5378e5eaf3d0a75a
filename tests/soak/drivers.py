"""Four ways to speak to PostgreSQL, behind one face. SQL marks its parameters as {0}, {1}; answers are rows of text.
What the server refuses is a Refused with its SQLSTATE, a connection that ends is a Lost."""

import asyncio
import io
import threading
from contextlib import contextmanager

import asyncpg
import psycopg
import psycopg2
import psycopg2.extensions

import raw_client
from raw_client import RawClient, SYNC, TERMINATE, extended, fields, message, query, startup_packet, values

COPIED = "CREATE TEMPORARY TABLE IF NOT EXISTS copied (line text)"
LINES = "SELECT line FROM copied ORDER BY line"
CANCEL_AFTER_S = 0.02
AFTER_LOSS_S = 1


class Refused(Exception):
    def __init__(self, sqlstate):
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


class Lost(Exception):
    pass


def text_rows(rows):
    return [[None if value is None else str(value) for value in row] for row in rows]


class Driver:
    """Call order: connect (ask | batch | copy | cancel)* (leave | drop)."""

    def __init__(self, host, application):
        self.host, self.application = host, application
        self.port, self.tls = None, False  # of the next connection
        self.connection = None

    def libpq(self):
        return {"host": self.host, "port": self.port, "user": "postgres", "dbname": "postgres", "connect_timeout": 20,
                "application_name": self.application, "sslmode": "require" if self.tls else "disable"}

    def drop(self):
        """Without a goodbye, whatever the state."""
        self.connection = None

    def many(self, sql):
        """A simple Query of several statements: the rows of the last."""
        return self.ask(sql)


@contextmanager
def psycopg_errors(module):
    try:
        yield
    except module.Error as error:
        # What ends the connection has an SQLSTATE too, if the server had time to say why.
        state = getattr(error, "pgcode", None) or getattr(error, "sqlstate", None)
        if state and not state.startswith(("57P", "08")):
            raise Refused(state) from None
        raise Lost(f"{state}: {error}") from None


class Psycopg2(Driver):
    def connect(self):
        with psycopg_errors(psycopg2):
            self.connection = psycopg2.connect(**self.libpq())
        self.connection.autocommit = True

    def ask(self, sql, *parameters):
        with psycopg_errors(psycopg2), self.connection.cursor() as cursor:
            cursor.execute(sql.format("%s", "%s") if parameters else sql, parameters or None)
            return text_rows(cursor.fetchall()) if cursor.description else []

    def batch(self, sql, groups):
        return [self.ask(sql, *group) for group in groups]

    def copy(self, lines):
        with psycopg_errors(psycopg2), self.connection.cursor() as cursor:
            cursor.execute(COPIED + "; TRUNCATE copied")
            cursor.copy_expert("COPY copied FROM STDIN", io.StringIO("".join(line + "\n" for line in lines)))
            out = io.StringIO()
            cursor.copy_expert(f"COPY ({LINES}) TO STDOUT", out)
            return out.getvalue().splitlines()

    def cancel(self, sql):
        canceller = threading.Timer(CANCEL_AFTER_S, self.connection.cancel)
        canceller.start()
        try:
            return self.ask(sql)
        finally:
            canceller.join()

    def leave(self):
        self.connection.close()


class Psycopg3(Psycopg2):
    def connect(self):
        with psycopg_errors(psycopg):
            self.connection = psycopg.connect(**self.libpq(), autocommit=True)

    def ask(self, sql, *parameters):
        with psycopg_errors(psycopg), self.connection.cursor() as cursor:
            cursor.execute(sql.format("%s", "%s") if parameters else sql, parameters or None)
            while cursor.nextset():
                pass
            return text_rows(cursor.fetchall()) if cursor.description else []

    def batch(self, sql, groups):
        with psycopg_errors(psycopg), self.connection.pipeline():
            cursors = [self.connection.execute(sql.format("%s", "%s"), group) for group in groups]
            return [text_rows(cursor.fetchall()) for cursor in cursors]

    def copy(self, lines):
        self.ask(COPIED)
        self.ask("TRUNCATE copied")
        with psycopg_errors(psycopg), self.connection.cursor() as cursor:
            with cursor.copy("COPY copied FROM STDIN") as copy:
                for line in lines:
                    copy.write(line + "\n")
            with cursor.copy(f"COPY ({LINES}) TO STDOUT") as copy:
                return b"".join(bytes(piece) for piece in copy).decode().splitlines()


class Asyncpg(Driver):
    def __init__(self, *address):
        super().__init__(*address)
        self.loop = asyncio.new_event_loop()

    def run(self, work):
        try:
            return self.loop.run_until_complete(self.ended_by_loss(work))
        except asyncpg.PostgresError as error:
            if error.sqlstate and not error.sqlstate.startswith(("57P", "08")):
                raise Refused(error.sqlstate) from None
            raise Lost(f"{error.sqlstate}: {error}") from None
        except (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, asyncio.IncompleteReadError) as error:
            # The second: a FATAL came between two of its messages, which it takes for a bug of its own.
            raise Lost(repr(error)) from None

    async def ended_by_loss(self, work):
        """A statement after a cancelled one waits for the cancelled one's end, for ever when the connection is lost
        first (asyncpg 0.27): it gets a moment."""
        task = asyncio.ensure_future(work)
        await asyncio.wait({task, self.closed}, return_when=asyncio.FIRST_COMPLETED)
        return await asyncio.wait_for(task, None if task.done() else AFTER_LOSS_S)

    def connect(self):
        self.closed = self.loop.create_future()
        self.connection = self.run(asyncpg.connect(
            host=self.host, port=self.port, user="postgres", database="postgres", timeout=20,
            ssl="require" if self.tls else "disable", server_settings={"application_name": self.application}))
        closed = self.closed
        self.connection.add_termination_listener(lambda _: closed.done() or closed.set_result(None))

    def ask(self, sql, *parameters):
        if not parameters:
            return text_rows(self.run(self.connection.fetch(sql)))
        return text_rows(self.run(self.connection.fetch(sql.format("$1", "$2"), *parameters)))

    def many(self, sql):
        self.run(self.connection.execute(sql))
        return self.ask(sql.rsplit(";", 1)[1])

    def batch(self, sql, groups):
        return [self.ask(sql, *group) for group in groups]

    def copy(self, lines):
        self.many(COPIED + "; TRUNCATE copied; SELECT 1")
        self.run(self.connection.copy_records_to_table("copied", records=[(line,) for line in lines]))
        out = io.BytesIO()
        self.run(self.connection.copy_from_query(LINES, output=out))
        return out.getvalue().decode().splitlines()

    def cancel(self, sql):
        async def work():
            try:
                await asyncio.wait_for(self.connection.fetch(sql), CANCEL_AFTER_S)  # asyncpg sends a CancelRequest
            except asyncio.TimeoutError:  # which is an OSError, too
                raise Refused("57014") from None

        self.run(work())

    def leave(self):
        self.run(self.connection.close())

    def drop(self):
        if self.connection:
            self.connection.terminate()
            self.loop.run_until_complete(asyncio.sleep(0))
        self.connection = None


class Raw(Driver):
    @contextmanager
    def errors(self):
        try:
            yield
        except (raw_client.Ended, OSError) as error:
            raise Lost(repr(error)) from None

    def connect(self):
        with self.errors():
            self.connection = RawClient(self.host, self.port, tls=self.tls)
            self.connection.send(startup_packet(user="postgres", application_name=self.application))
            self.finish()

    def finish(self, copied=None):
        """The rows up to ReadyForQuery, of each statement; lines of a COPY are added to `copied`."""
        results, refused = [[]], None
        while True:
            kind, body = self.connection.read_message()
            if kind == b"D":
                results[-1].append(values(body))
            elif kind == b"d":
                copied.append(body.decode().rstrip("\n"))
            elif kind == b"C":
                results.append([])
            elif kind == b"E":
                refused = fields(body)["C"]
                if refused.startswith(("57P", "08")):
                    raise Lost(refused)
            elif kind == b"K":
                self.connection.pid, self.connection.key = int.from_bytes(body[:4], "big"), body[4:]
            elif kind == b"Z":
                if refused:
                    raise Refused(refused)
                return results[:-1] or [[]]

    def ask(self, sql, *parameters):
        with self.errors():
            if not parameters:
                self.connection.send(query(sql))
            else:
                self.connection.send(extended(sql.format("$1", "$2"), [str(one) for one in parameters]) + SYNC)
            return self.finish()[-1]

    def batch(self, sql, groups):
        with self.errors():
            sql = sql.format("$1", "$2")
            self.connection.send(b"".join(extended(sql, [str(one) for one in group]) for group in groups) + SYNC)
            return self.finish()

    def copy(self, lines):
        self.ask(COPIED)
        self.ask("TRUNCATE copied")
        with self.errors():
            self.connection.send(query("COPY copied FROM STDIN") +
                                 b"".join(message(b"d", line.encode() + b"\n") for line in lines) + message(b"c"))
            self.finish()
            self.connection.send(query(f"COPY ({LINES}) TO STDOUT"))
            lines = []
            self.finish(lines)
        return lines

    def cancel(self, sql):
        with self.errors():
            self.connection.send(query(sql))
            self.connection.cancel()  # it may come too early; then the statement ends by itself
            return self.finish()[-1]

    def leave(self):
        with self.errors():
            self.connection.send(TERMINATE)
            self.connection.close()

    def drop(self):
        if self.connection:
            self.connection.reset()
        self.connection = None


DRIVERS = {"psycopg2": Psycopg2, "psycopg3": Psycopg3, "asyncpg": Asyncpg, "raw": Raw}
