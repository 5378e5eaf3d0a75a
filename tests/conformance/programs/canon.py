"""What the Python programs share: lines that are the same for the same bytes from the server."""

import hashlib
import os
import time

DATA = """
CREATE TABLE account (id int PRIMARY KEY, owner text NOT NULL, amount numeric(10, 2) CHECK (amount >= 0));
INSERT INTO account VALUES (1, 'Ada', 100), (2, 'Bob', 50.25), (3, 'Cleo', 0);
CREATE TABLE log (id int, note text);
"""

VALUES = """SELECT 1::int2, 2147483647::int4, (-9223372036854775808)::int8, 1.5::float4, 0.1::float8, 'NaN'::float8,
  12.340::numeric, true, 'text with ümläuts'::text, ''::text, NULL::text, '\\x00ff'::bytea, date '2024-02-29',
  time '23:59:59.999999', timestamp '2024-02-29 12:00:00', timestamptz '2024-07-01 12:00:00+00',
  interval '1 day 02:03:04', '{1,2,3}'::int[], '{a,NULL}'::text[], 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid,
  '{"a": [1, null]}'::json, '{"b": 2}'::jsonb"""

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
