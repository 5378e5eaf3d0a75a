"""Messages of nearly 1 GB, the largest that PostgreSQL takes, and a COPY of more, each way, direct and through the
proxy: what arrives is what was sent, and the proxy's memory does not grow with it. scripts/conformance --large runs it.
Takes about 5 GB of memory and 2 GB of disk for the server."""

import hashlib
import random
import struct
import sys
import time
from pathlib import Path

from ground import BINARY, ROOT
from services import Postgres, Proxy

sys.path.insert(0, str(ROOT / "tests/soak"))

from raw_client import RawClient, SYNC, message  # noqa: E402

MIB = 1 << 20
OVERHEAD = 1000  # what the server's own headers take of the 1 GB that it can hold in one piece
VALUE = (1 << 30) - OVERHEAD
LINES = 1100  # of 1 MiB each
GROWTH = 64 * MIB
BYTEA = 17
PATIENCE_S = 300
SENT_AT_ONCE = 100_000  # never where a line or a message ends


def noise(size):
    """The same bytes each time, without a period that could hide a piece lost or doubled."""
    source = random.Random(size)
    for at in range(0, size, MIB):
        yield source.randbytes(min(MIB, size - at))


def copied():
    """Lines of text."""
    for piece in noise(LINES * MIB // 2):
        yield piece.hex().encode() + b"\n"


def digest(pieces):
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


class LargeClient(RawClient):
    """Reads and sends bodies piece by piece."""

    def __init__(self, host, port):
        super().__init__(host, port)
        self.socket.settimeout(PATIENCE_S)
        self.log_in(application="large")

    def head(self):
        while len(self.waiting) < 5:
            if not self.read_some():
                raise EOFError(self.waiting)
        kind, size = self.waiting[:1], struct.unpack_from("!I", self.waiting, 1)[0] - 4
        self.waiting = self.waiting[5:]
        return kind, size

    def body(self, size):
        while size > 0:
            piece, self.waiting = self.waiting[:size], self.waiting[size:]
            if not piece:
                piece = self.socket.recv(min(size, MIB))
                if not piece:
                    raise EOFError(size)
            size -= len(piece)
            yield piece

    def rest(self):
        """Up to ReadyForQuery; an error is one."""
        kind = b""
        while kind != b"Z":
            kind, size = self.head()
            body = b"".join(self.body(size))
            if kind == b"E":
                raise RuntimeError(body)

    def echo(self):
        """A bytea parameter and the same as a result: its hash as the server knows it, and as it came back."""
        self.send(message(b"P", b"\0SELECT sha256($1), $1\0" + struct.pack("!HI", 1, BYTEA)))
        before = b"\0\0" + struct.pack("!HHHi", 1, 1, 1, VALUE)
        after = struct.pack("!HH", 1, 1)
        self.send(b"B" + struct.pack("!I", 4 + len(before) + VALUE + len(after)) + before)
        for piece in noise(VALUE):
            self.send(piece)
        self.send(after + message(b"E", b"\0" + struct.pack("!I", 0)) + SYNC)
        while True:
            kind, size = self.head()
            if kind == b"D":
                break
            body = b"".join(self.body(size))
            if kind == b"E":
                raise RuntimeError(body)
        columns = b"".join(self.body(2 + 4 + 32 + 4))
        back = digest(self.body(size - len(columns)))
        self.rest()
        return columns[6:38].hex(), back

    def copy_in(self):
        self.ask("CREATE UNLOGGED TABLE large (line text)")
        self.send(message(b"Q", b"COPY large FROM STDIN\0"))
        self.until(b"G")
        left = b""
        for line in copied():
            left += line
            while len(left) >= SENT_AT_ONCE:
                self.send(message(b"d", left[:SENT_AT_ONCE]))
                left = left[SENT_AT_ONCE:]
        self.send(message(b"d", left) + message(b"c"))
        self.rest()

    def copy_out(self):
        """The hash of what came."""
        self.send(message(b"Q", b"COPY large TO STDOUT\0"))
        self.until(b"H")
        found = hashlib.sha256()
        while True:
            kind, size = self.head()
            if kind != b"d":
                break
            for piece in self.body(size):
                found.update(piece)
        list(self.body(size))
        self.rest()
        self.ask("DROP TABLE large")
        return found.hexdigest()


def memory(pid, name):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"the kernel does not tell {name}")


def timed(act):
    start = time.monotonic()
    return act(), time.monotonic() - start


def travel(host, port):
    """What each step gave, and the seconds it took."""
    with LargeClient(host, port) as client:
        return {"parameter and result": timed(client.echo), "COPY in": timed(client.copy_in),
                "COPY out": timed(client.copy_out)}


def counters_of(proxy):
    names = ("onetrip_faults_total", "onetrip_events_dropped_total", "onetrip_blind_sessions_total")
    return [name for name in names if proxy.api.metric(name) != 0]


def run():
    """True when all was the same and within bounds; says what was measured."""
    value, lines = digest(noise(VALUE)), digest(copied())
    wanted = {"parameter and result": (value, value), "COPY in": None, "COPY out": lines}
    size = {"parameter and result": VALUE, "COPY in": LINES * (MIB + 1), "COPY out": LINES * (MIB + 1)}
    with Postgres(max_wal_size="4GB") as server, \
            Proxy(BINARY, f"postgres://{server.host}:{server.port}?sslmode=disable") as proxy:
        direct = travel(server.host, server.port)
        Path(f"/proc/{proxy.pid}/clear_refs").write_text("5")  # the peak counts from here
        before = memory(proxy.pid, "VmRSS")
        through = travel(proxy.host, proxy.port)
        grown = memory(proxy.pid, "VmHWM") - before
        complaints = counters_of(proxy)
    same = True
    for step, (given, seconds) in through.items():
        good = given == wanted[step] and direct[step][0] == wanted[step]
        same = same and good
        print(f"{step}: {size[step]:,} bytes {'the same' if good else 'DIFFERENT'}; {seconds:.1f} s, "
              f"direct {direct[step][1]:.1f} s", flush=True)
    print(f"the proxy's memory grew by {grown / MIB:.1f} MiB at most, of {GROWTH // MIB} MiB allowed")
    for name in complaints:
        print(f"{name} is not 0")
    return same and grown < GROWTH and not complaints
