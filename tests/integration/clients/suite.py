"""A test suite in a few words, for `onetrip exec`: each argument is a step, in that order.

test:NAME   a window of that name begins     end         it ends
loop:N      N books, then the author of each, one by one
join:N      the same in one statement         set-up      a table is made and dropped
connect     nothing but a connection          set         nothing but SET
kill-server the server is ended, as by a crash, and asked once more
env         the environment, as JSON on stdout
say:TEXT    on stdout                         touch:FILE  makes a file
exit:N      ends with that code               die         ends by SIGKILL
flush       returns when onetrip has analysed all of it
wait        says "waiting", then waits for a signal; SIGTERM and SIGINT end it with 40 and 41"""

import json
import os
import signal
import sys
import time
import urllib.request

import psycopg2

PARENT = "SELECT id, author_id FROM book ORDER BY id LIMIT %s"
CHILD = "SELECT name FROM author WHERE id = %s"
JOIN = "SELECT book.id, author.name FROM book JOIN author ON author.id = book.author_id ORDER BY book.id LIMIT %s"


def is_alive(process):
    """Not one that has ended and waits for its parent."""
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class Suite:
    def __init__(self):
        self.connection = None

    def cursor(self):
        if self.connection is None:
            self.connection = psycopg2.connect(os.environ.get("DATABASE_URL", ""))
            self.connection.autocommit = True
        return self.connection.cursor()

    def ask(self, sql, *values):
        cursor = self.cursor()
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []

    def test(self, name):
        self.ask("SET onetrip.request = %s", name)

    def end(self):
        self.ask("RESET onetrip.request")

    def loop(self, count):
        for _, author in self.ask(PARENT, int(count)):
            self.ask(CHILD, author)

    def join(self, count):
        self.ask(JOIN, int(count))

    def set_up(self):
        self.ask("CREATE TABLE made (id int)")
        self.ask("DROP TABLE made")

    def connect(self):
        self.cursor()

    def set(self):
        self.ask("SET client_encoding = 'UTF8'")

    def kill_server(self):
        folder = self.ask("SHOW data_directory")[0][0]
        with open(os.path.join(folder, "postmaster.pid")) as file:
            server = int(file.readline())
        os.kill(server, signal.SIGQUIT)
        try:
            while True:
                self.ask("SELECT 1")
        finally:
            # Our backend may be gone before the server, which listens until then.
            while is_alive(server):
                time.sleep(0.01)

    def flush(self):
        request = urllib.request.Request(os.environ["ONETRIP_API"] + "/api/v1/flush", method="POST")
        urllib.request.urlopen(request, timeout=60).close()

    def env(self):
        print(json.dumps(dict(os.environ)), flush=True)

    def say(self, text):
        print(text, flush=True)

    def touch(self, file):
        open(file, "w").close()

    def exit(self, code):
        sys.exit(int(code))

    def die(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def wait(self):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(40))
        signal.signal(signal.SIGINT, lambda *_: sys.exit(41))
        print("waiting", flush=True)
        while True:
            signal.pause()


suite = Suite()
for step in sys.argv[1:]:
    word, _, argument = step.partition(":")
    act = getattr(suite, word.replace("-", "_"))
    act(argument) if argument else act()
