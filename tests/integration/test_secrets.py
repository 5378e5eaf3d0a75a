"""A canary is planted wherever a client may write something private; then everything that the proxy shows or logs is
searched for it."""

import io
import json
import unittest

import psycopg
import psycopg2

from harness import ProxyTest

CANARY = "kanarienvogel"
SIMPLE = [
    "SELECT name FROM author WHERE name = '{0}'",
    "SELECT name FROM author WHERE name = E'\\x41{0}'",
    "SELECT name FROM author WHERE name = U&'{0}'",
    "SELECT name FROM author WHERE name = $tag${0}$tag$",
    "SELECT name FROM author WHERE name IN ('{0}', 'other {0}') AND nick LIKE '%{0}%'",
    "INSERT INTO scratch VALUES (1, '{0}'), (2, '{0}')",
    "UPDATE scratch SET note = '{0}' WHERE note = '{0}'",
    "SELECT id FROM scratch WHERE note = '{0}'; SELECT note || '{0}' FROM scratch",
    "DO $$ BEGIN PERFORM '{0}'; END $$",
    "NOTIFY birds, '{0}'",
    "SET application_name = 'plain'; SET search_path = '{0}', public",
    "PREPARE p AS SELECT '{0}'::text, $1::text; EXECUTE p('{0}')",
    "DECLARE c CURSOR WITH HOLD FOR SELECT '{0}' FROM author; FETCH 1 FROM c; CLOSE c",
    "CREATE ROLE bird PASSWORD '{0}'",
    "ALTER ROLE bird PASSWORD '{0}'",
    "SELECT name FROM author WHERE id = 1 /* secret='{0}', route='%2Fbirds%3Ftoken%3D{0}' */",
    "SELECT name FROM author WHERE id = 2 -- {0}",
    "COMMENT ON TABLE scratch IS '{0}'",
    "EXPLAIN SELECT name FROM author WHERE name = '{0}'",
]
FAILING = [
    "SELEC name FROM author WHERE name = '{0}'",
    "SELECT '{0}'::int",
    "SELECT name FROM author WHERE name = '{0}",
    "SELECT name FROM author WHERE name = $tag${0}",
    "SELECT 1 FROM author WHERE name ~ '[{0}'",
]


class Secrets(ProxyTest):
    def plant(self):
        environment = self.through()
        where = {"host": environment["PGHOST"], "port": environment["PGPORT"], "user": "postgres",
                 "dbname": "postgres"}
        connection = psycopg2.connect(application_name="shop", password=CANARY, **where)
        self.addCleanup(connection.close)
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute("LISTEN birds")
        for text in SIMPLE:
            cursor.execute(text.format(CANARY))
        for text in FAILING:
            with self.assertRaises(psycopg2.Error):
                cursor.execute(text.format(CANARY))
        cursor.copy_expert("COPY scratch FROM STDIN", io.StringIO(f"3\t{CANARY}\n"))
        cursor.copy_expert("COPY scratch TO STDOUT", io.StringIO())
        with self.assertRaises(psycopg2.Error):
            cursor.copy_expert("COPY scratch FROM STDIN", io.StringIO(f"{CANARY}\tx\n"))
        self.plant_values(where)

    def plant_values(self, where):
        with psycopg.connect(autocommit=True, **where) as connection:
            for binary in (False, True):
                for value in (CANARY, CANARY.encode(), [CANARY, CANARY]):
                    connection.execute("SELECT %s AS value FROM author WHERE id < 4", (value,), binary=binary)
            connection.execute("SELECT name FROM author WHERE name = ANY(%s)", ([CANARY],))
            books = connection.execute("SELECT id, author_id FROM book WHERE id <= 5").fetchall()
            for _, author in books:  # a loop, so that there is a finding with its statement's text
                connection.execute(f"SELECT nick FROM author WHERE id = %s AND name <> '{CANARY}'", (author,))
            with self.assertRaises(psycopg.Error):
                connection.execute("SELECT %s::text::int", (CANARY,))

    def everything_shown(self):
        self.api.flush()
        yield "log", self.proxy.output()
        yield "metrics", self.api.call("GET", "/metrics")
        for path in ("status", "findings", "windows", "statements"):
            yield path, self.api.call("GET", f"/api/v1/{path}")
        for window in self.api.windows():
            yield f"window {window['id']}", json.dumps(window)

    def test_no_value_is_shown_anywhere(self):
        self.plant()
        shown = dict(self.everything_shown())
        for place, text in shown.items():
            with self.subTest(place=place):
                self.assertNotIn(CANARY, text.lower())
        texts = [one["statement"]["text"] for one in json.loads(shown["findings"])["findings"]]
        self.assertEqual(len(texts), 1)
        self.assertRegex(texts[0], r"^SELECT nick FROM author WHERE id = \S+ AND name <> \S+$")


if __name__ == "__main__":
    unittest.main()
