"""One interface over psycopg 2, psycopg 3 and asyncpg. SQL comes with $1, $2; each driver gets it as its own
programs would write it."""

import asyncio
import re
from contextlib import contextmanager

PLACE = re.compile(r"\$(\d+)")


class Session:
    """A connection of one run. `flags` tell protocol and transaction (README.md)."""

    def __init__(self, run, others=None):
        self.run = run
        self.others = [] if others is None else others
        self.others.append(self)
        self.connection = self.connect()

    def another(self):
        """A second connection of the same program."""
        return type(self)(self.run, self.others)

    def execute(self, sql, *values):
        self.rows(sql, *values)

    def fails(self, sql, *values):
        """A statement that is known to fail; the program goes on."""
        try:
            self.rows(sql, *values)
        except self.database_error:
            pass

    @contextmanager
    def transaction(self, isolation=""):
        self.rows(f"BEGIN ISOLATION LEVEL {isolation}" if isolation else "BEGIN")
        try:
            yield
        except BaseException:
            self.rows("ROLLBACK")
            raise
        self.rows("COMMIT")

    def through_cursor(self, sql, total, step):
        """By SQL; drivers with cursors of their own have their own way."""
        with self.transaction():
            self.rows(f"DECLARE scan CURSOR FOR {sql.replace('$1', str(total))}")
            while self.rows(f"FETCH {step} FROM scan"):
                pass
            self.rows("CLOSE scan")

    def close_all(self):
        for session in self.others:
            session.close()


class Psycopg(Session):
    """What psycopg 2 and 3 have in common."""

    def text(self, sql):
        return PLACE.sub("%s", sql.replace("%", "%%")) + self.run.comment

    def values(self, sql, values):
        """In order of their places: $2 may stand before $1. None at all for a statement without."""
        return [values[int(number) - 1] for number in PLACE.findall(sql)]

    def rows(self, sql, *values):
        with self.cursor() as cursor:
            self.run_on(cursor, self.text(sql), self.values(sql, values))
            return cursor.fetchall() if cursor.description else []

    def run_on(self, cursor, text, values):
        cursor.execute(text, values)

    def many(self, sql, rows):
        with self.cursor() as cursor:
            cursor.executemany(self.text(sql), rows)

    def through_cursor(self, sql, total, step):
        with self.transaction(), self.cursor("scan") as cursor:
            cursor.execute(self.text(sql), [total])
            while cursor.fetchmany(step):
                pass

    def close(self):
        self.connection.close()


class Psycopg3(Psycopg):
    tags = {"db_driver": "psycopg"}

    def connect(self):
        import psycopg
        self.database_error = psycopg.Error
        self.serialization_failure = psycopg.errors.SerializationFailure
        kind = psycopg.ClientCursor if "simple" in self.run.flags else psycopg.Cursor
        return psycopg.connect("", autocommit=True, cursor_factory=kind)

    def cursor(self, name=None):
        if name:
            return self.connection.cursor(name)
        return self.connection.cursor(binary="binary" in self.run.flags)

    def run_on(self, cursor, text, values):
        cursor.execute(text, values, prepare=True if "prepared" in self.run.flags else None)

    def pipeline(self, statements):
        with self.connection.pipeline():
            cursors = [self.connection.execute(self.text(sql), self.values(sql, values)) for sql, values in statements]
        for cursor in cursors:
            cursor.fetchall()

    def copy(self, table, columns, rows):
        with self.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


class Psycopg2(Psycopg):
    tags = {"db_driver": "psycopg2"}
    through_cursor = Session.through_cursor  # its named cursors want a transaction that it opened itself

    def connect(self):
        import psycopg2
        import psycopg2.errors
        import psycopg2.extras
        self.database_error = psycopg2.Error
        self.serialization_failure = psycopg2.errors.SerializationFailure
        psycopg2.extras.register_uuid()
        connection = psycopg2.connect("")
        connection.autocommit = True
        return connection

    def cursor(self, name=None):
        return self.connection.cursor(name) if name else self.connection.cursor()

    def run_on(self, cursor, text, values):
        cursor.execute(text, values)

    def copy(self, table, columns, rows):
        import io
        lines = io.StringIO("".join("\t".join(map(str, row)) + "\n" for row in rows))
        with self.cursor() as cursor:
            cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", lines)


class Asyncpg(Session):
    tags = {"db_driver": "asyncpg"}
    loop = asyncio.new_event_loop()

    def wait(self, routine):
        return self.loop.run_until_complete(routine)

    def connect(self):
        import asyncpg
        self.database_error = asyncpg.PostgresError
        self.serialization_failure = asyncpg.SerializationError
        return self.wait(asyncpg.connect(statement_cache_size=0 if "simple" in self.run.flags else 100))

    def rows(self, sql, *values):
        if values:
            return [tuple(row) for row in self.wait(self.connection.fetch(sql + self.run.comment, *values))]
        if sql.split()[0] in ("SELECT", "SHOW", "FETCH"):
            return [tuple(row) for row in self.wait(self.connection.fetch(sql + self.run.comment))]
        self.wait(self.connection.execute(sql + self.run.comment))
        return []

    def many(self, sql, rows):
        self.wait(self.connection.executemany(sql + self.run.comment, rows))

    def through_cursor(self, sql, total, step):
        async def scan():
            async with self.connection.transaction():
                cursor = await self.connection.cursor(sql + self.run.comment, total)
                while await cursor.fetch(step):
                    pass
        self.wait(scan())

    def copy(self, table, columns, rows):
        self.wait(self.connection.copy_records_to_table(table, columns=columns, records=rows))

    def close(self):
        self.wait(self.connection.close())
