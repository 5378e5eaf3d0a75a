"""A canary is planted wherever a client may write something private; then everything that the proxy shows, logs or
leaves in a file is searched for it, and last a core dump."""

import contextlib
import io
import json
import os
import tempfile
import unittest
from pathlib import Path

import psycopg
import psycopg2

from harness import BINARY, Proxy, ProxyTest

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


# As an answer larger than what a thread reads at once: what was read before is overwritten.
FLUSHING = "SELECT repeat('x', 100) FROM generate_series(1, 20000)"


class Secrets(ProxyTest):
    def setUp(self):
        """A proxy of its own, that works in a folder of its own."""
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="onetrip-secrets-")))
        self.server.sql("DROP ROLE IF EXISTS bird; DROP ROLE IF EXISTS login; CREATE ROLE login LOGIN PASSWORD "
                        f"'{CANARY}'")
        self.enterContext(self.password_demanded())

    def start(self, *options):
        folder = Path.cwd()
        os.chdir(self.folder)
        try:
            proxy = Proxy(BINARY, f"postgres://{self.server.user}@{self.server.host}:{self.server.port}", *options)
        finally:
            os.chdir(folder)
        self.addCleanup(proxy.stop)
        return proxy

    @contextlib.contextmanager
    def password_demanded(self):
        """The server asks role `login` for its password, in clear: the worst that may pass by."""
        file = Path(self.server.folder) / "data/pg_hba.conf"
        before = file.read_text()
        file.write_text("host all login 127.0.0.1/32 password\n" + before)
        self.server.sql("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            file.write_text(before)
            self.server.sql("SELECT pg_reload_conf()")

    def log_in(self, proxy):
        with self.assertRaises(psycopg2.OperationalError):
            psycopg2.connect(host=proxy.host, port=proxy.port, user="login", dbname="postgres", password=CANARY + "x")
        psycopg2.connect(host=proxy.host, port=proxy.port, user="login", dbname="postgres", password=CANARY).close()

    def plant(self, proxy):
        self.log_in(proxy)
        where = {"host": proxy.host, "port": proxy.port, "user": "postgres", "dbname": "postgres"}
        connection = psycopg2.connect(application_name="shop", **where)
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
        cursor.execute("DROP ROLE bird")
        connection.close()
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

    def everything_shown(self, proxy):
        proxy.api.flush()
        yield "log", proxy.output()
        yield "metrics", proxy.api.call("GET", "/metrics")
        for path in ("status", "findings", "windows", "statements", "coverage"):
            yield path, proxy.api.call("GET", f"/api/v1/{path}")
        for by in ("label", "application"):
            yield f"requests by {by}", proxy.api.call("GET", "/api/v1/statements", by=by)
        for row in proxy.api.get("/api/v1/statements", limit=1000)["statements"]:
            name = row["fingerprint"]
            yield f"statement {name}", proxy.api.call("GET", f"/api/v1/statements/{name}")
        for window in proxy.api.windows():
            yield f"window {window['id']}", json.dumps(window)
        for finding in proxy.api.findings():
            yield f"finding {finding['id']}", proxy.api.call("GET", f"/api/v1/findings/{finding['id']}")
        for file in self.folder.rglob("*"):
            if file.is_file():
                yield f"file {file.name}", file.read_bytes().decode(errors="replace")

    def check_nothing_is_shown(self, proxy):
        shown = dict(self.everything_shown(proxy))
        for place, text in shown.items():
            with self.subTest(place=place):
                self.assertNotIn(CANARY, text.lower())
        texts = [one["statement"]["text"] for one in json.loads(shown["findings"])["findings"]]
        self.assertRegex("\n".join(texts), r"(?m)^SELECT nick FROM author WHERE id = \S+ AND name <> \S+$")

    def test_no_value_is_shown_anywhere(self):  # [trap:p-has-four-meanings]
        proxy = self.start("--log-format", "json")
        self.plant(proxy)
        self.check_nothing_is_shown(proxy)
        self.assertEqual(proxy.stop(), 0)
        self.assertNotIn(CANARY, proxy.output().lower())

    def test_no_value_is_shown_in_a_log_for_people_that_says_all(self):
        (self.folder / "onetrip.toml").write_text('[log]\nlevel = "debug"\nformat = "text"\n')
        proxy = self.start()
        self.plant(proxy)
        self.check_nothing_is_shown(proxy)
        self.assertEqual(proxy.stop(), 0)
        self.assertNotIn(CANARY, proxy.output().lower())

    def core_of(self, proxy):
        """What a core dump of it would hold: all memory that it may write to, as the kernel shows it."""
        core = []
        with open(f"/proc/{proxy.pid}/maps") as maps, open(f"/proc/{proxy.pid}/mem", "rb", buffering=0) as memory:
            for line in maps:
                place, rights, *_, = line.split()
                if not rights.startswith("rw"):
                    continue
                begin, end = (int(part, 16) for part in place.split("-"))
                memory.seek(begin)
                with contextlib.suppress(OSError):  # the kernel's own pages
                    while begin < end and (piece := memory.read(min(end - begin, 1 << 24))):
                        core.append(piece)
                        begin += len(piece)
        return b"".join(core)

    def test_memory_holds_no_value_once_all_is_analysed_and_others_were_served(self):
        proxy = self.start()
        self.plant(proxy)
        with psycopg2.connect(host=proxy.host, port=proxy.port, user="postgres", dbname="postgres") as connection:
            with connection.cursor() as cursor:
                cursor.execute(FLUSHING)
                cursor.fetchall()
                for _ in range(100):
                    cursor.execute("SELECT 'something else of the usual length' /* of a statement, with a comment */")
        connection.close()
        proxy.api.flush()
        core = self.core_of(proxy)
        self.assertIn(b"SELECT nick FROM author WHERE id = ", core)  # it is the right memory
        found = [core[max(0, at - 60):at + 40] for at in every(CANARY.encode(), core)]
        self.assertEqual(found, [])


def every(part, whole):
    at = whole.find(part)
    while at >= 0:
        yield at
        at = whole.find(part, at + 1)


if __name__ == "__main__":
    unittest.main()
