"""What the demo and the integration tests run: a private PostgreSQL, the proxy, the bookshop. Each is a context
manager, says when it is ready by an event (never by waiting a while), and ends with its `with` block or, if we die
another way, by the kernel's or a pipe's word."""

import ctypes
import json
import os
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from private_postgres import PR_SET_PDEATHSIG, free_port

LIBC = ctypes.CDLL(None)
ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = "/usr/bin/python3"
START_LIMIT_S = 60


def die_with_parent():
    """Runs in the child before the program: its own process group, so that a terminal's Ctrl-C goes to us alone."""
    os.setpgid(0, 0)
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Process:
    """A program whose output lines are kept, and may be waited for."""

    def __init__(self, command, environment=None, on_line=None):
        self.lines = []
        self.ended = False
        self.changed = threading.Condition()
        self.on_line = on_line
        self.process = subprocess.Popen(
            list(map(str, command)), env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", preexec_fn=die_with_parent)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    @property
    def pid(self):
        return self.process.pid

    def read(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()
            if self.on_line:
                self.on_line(line.rstrip("\n"))
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def wait_for_line(self, part, limit_s=START_LIMIT_S):
        """The first line that contains `part`."""
        deadline = time.monotonic() + limit_s
        with self.changed:
            while True:
                for line in self.lines:
                    if part in line:
                        return line
                rest = deadline - time.monotonic()
                if self.ended or rest <= 0:
                    raise RuntimeError(f"no line with {part!r} came from {self.process.args[0]}:\n" + self.output())
                self.changed.wait(rest)

    def output(self):
        return "\n".join(self.lines)

    def stop(self, limit_s=15):
        """Asks with SIGTERM, insists after a while; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(limit_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.process.stdin.close()
        self.reader.join(5)
        self.process.stdout.close()
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Postgres(Process):
    def __init__(self, **settings):
        options = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
        super().__init__([PYTHON, ROOT / "scripts/lib/private_postgres.py", *options])
        try:
            _, port, self.folder, self.user = self.wait_for_line("ready ").split()
        except BaseException:
            self.stop()
            raise
        self.host, self.port = "127.0.0.1", int(port)

    def environment(self, database="postgres", host=None, port=None, **more):
        """Our environment with libpq's variables of this server, or of a proxy before it."""
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith("PG") and name != "DATABASE_URL"}
        return dict(kept, PGHOST=host or self.host, PGPORT=str(port or self.port), PGUSER=self.user,
                    PGDATABASE=database, **more)

    def sql(self, text, database="postgres"):
        """Runs SQL on the server itself; the rows, unaligned."""
        done = subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1"], input=text, text=True,
                              env=self.environment(database), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise RuntimeError(f"{text}\n{done.stdout}")
        return done.stdout.strip()

    def restart(self, how="restart"):
        """On the same port, or how="kill" without a word to anyone; returns when it accepts connections again."""
        known = len(self.lines)
        self.process.stdin.write(how + "\n")
        self.process.stdin.flush()
        with self.changed:
            self.changed.wait_for(lambda: self.ended or len(self.lines) > known, START_LIMIT_S)
        if "ready" not in self.lines[-1]:
            raise RuntimeError("the server did not come back:\n" + self.output())

    def server_log(self):
        return (Path(self.folder) / "log").read_text(errors="replace")


class ApiError(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status, self.body = status, body


class Api:
    """The HTTP API of the admin port."""

    def __init__(self, address):
        self.address = address

    def call(self, method, path, body=None, **query):
        url = f"{self.address}{path}"
        if query:
            url += "?" + urllib.parse.urlencode(query)
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, method=method, data=content)
        if content is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read().decode()
        except urllib.error.HTTPError as error:
            raise ApiError(error.code, error.read().decode(errors="replace")) from None
        return text

    def get(self, path, **query):
        return json.loads(self.call("GET", path, **query))

    def flush(self):
        self.call("POST", "/api/v1/flush")

    def reset(self):
        self.call("POST", "/api/v1/reset")

    def findings(self, **query):
        """Of everything sent so far."""
        self.flush()
        return self.get("/api/v1/findings", **query)["findings"]

    def open_window(self, name, **more):
        return json.loads(self.call("POST", "/api/v1/windows", dict(more, name=name)))["id"]

    def close_window(self, number):
        """The window itself and what was found in it."""
        return json.loads(self.call("DELETE", f"/api/v1/windows/{number}"))

    def windows(self):
        """All that are known, the oldest first, each with its executions."""
        self.flush()
        rows = self.get("/api/v1/windows", limit=1000)["windows"]
        return [self.get(f"/api/v1/windows/{row['id']}")["window"] for row in reversed(rows)]

    def metric(self, name):
        """The sum over the series of that name, or None where there is none."""
        values = [line.rsplit(" ", 1) for line in self.call("GET", "/metrics").splitlines()
                  if line.split("{", 1)[0].split(" ", 1)[0] == name]
        return sum(float(value) for _, value in values) if values else None


class AnyProxy(Process):
    """`onetrip run` with its API on a port; the rest is as the options say."""

    def __init__(self, binary, admin_port, *options, environment=None, on_line=None):
        self.host, self.admin_port = "127.0.0.1", admin_port
        admin = f"{self.host}:{admin_port}"
        self.api = Api(f"http://{admin}")
        super().__init__([binary, "run", "--admin", admin, *options], environment, on_line)
        try:
            self.wait_for_line("ready for connections")
        except BaseException:
            self.stop()
            raise


class Proxy(AnyProxy):
    """`onetrip run` before a server, on free ports."""

    def __init__(self, binary, upstream, *options, **more):
        self.port = free_port()
        super().__init__(binary, free_port(), upstream, "--listen", f"127.0.0.1:{self.port}", *options, **more)


class Bookshop(Process):
    """examples/bookshop, served on a free port."""

    FOLDER = ROOT / "examples/bookshop"

    def __init__(self, environment, tags, workers=2):
        super().__init__([PYTHON, self.FOLDER / "serve", "run", "--workers", workers],
                         dict(environment, BOOKSHOP_TAGS=tags))
        try:
            self.address = self.wait_for_line("bookshop listening on").rsplit(" ", 1)[1]
        except BaseException:
            self.stop()
            raise

    @classmethod
    def prepare(cls, environment):
        """Tables and rows, in an empty database."""
        done = subprocess.run([PYTHON, cls.FOLDER / "serve", "prepare"], env=environment, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            raise RuntimeError(f"the bookshop could not be prepared:\n{done.stdout}")
        return done.stdout.strip()

    @classmethod
    def pages(cls):
        return json.loads((cls.FOLDER / "expectations.json").read_text())["pages"]

    def ask(self, page, rows):
        request = urllib.request.Request(f"{self.address}{page['path']}?rows={rows}", method=page["method"])
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()
