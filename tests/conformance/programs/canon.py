"""What the Python programs share: lines that are the same for the same bytes from the server."""

import hashlib
import os
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = (HERE / "data.sql").read_text()
VALUES = (HERE / "values.sql").read_text()
DOZING = "SELECT count(*) FROM pg_stat_activity WHERE pid = %d AND wait_event = 'PgSleep'"
LIMIT_S = 30


def scenario(name):
    print("##", name, flush=True)


def show(*values):
    print(*(short(value) for value in values), flush=True)


def short(value):
    text = value if isinstance(value, str) else repr(value)
    if len(text) > 2000:
        return f"{text[:200]}... {len(text)} characters, sha256 {hashlib.sha256(text.encode()).hexdigest()}"
    return text


def wait_until_dozing(ask, pid):
    """Asks on another connection until the session `pid` is in pg_sleep. `ask` gives a number."""
    limit = time.monotonic() + LIMIT_S
    while not ask(DOZING % pid):
        if time.monotonic() > limit:
            raise RuntimeError("the statement to be cancelled did not begin")
        time.sleep(0.005)


def tls():
    """The file that the server's certificate must be signed by; None when the client's hop is plain."""
    return os.environ["PGSSLROOTCERT"] if os.environ["PGSSLMODE"] != "disable" else None
