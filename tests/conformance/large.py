"""Messages of nearly 1 GB, the largest that PostgreSQL takes, and a COPY of more, each way, direct and through the
proxy: what arrives is what was sent, and the proxy's memory does not grow with it. scripts/conformance --large runs it;
with --tls once more with TLS on both hops. Takes about 5 GB of memory and 2 GB of disk for the server."""

import hashlib
import random
import struct
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from ground import Ground, ROOT

sys.path.insert(0, str(ROOT / "tests/soak"))

from raw_client import RawClient, SYNC, message  # noqa: E402

MIB = 1 << 20
OVERHEAD = 1000  # what the server's own headers take of the 1 GB that it can hold in one piece
GROWTH = 64 * MIB
BYTEA = 17
PATIENCE_S = 300
SENT_AT_ONCE = 100_000  # never where a line or a message ends


@dataclass(frozen=True)
class Load:
    """How much travels: the bytes of a value, and the lines of a COPY, of 1 MiB each."""
    value: int = (1 << 30) - OVERHEAD
    lines: int = 1100


def noise(size):
    """The same bytes each time, without a period that could hide a piece lost or doubled."""
    source = random.Random(size)
    for at in range(0, size, MIB):
        yield source.randbytes(min(MIB, size - at))


def copied(lines):
    """Lines of text."""
    for piece in noise(lines * MIB // 2):
        yield piece.hex().encode() + b"\n"


def digest(pieces):
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


class LargeClient(RawClient):
    """Reads and sends bodies piece by piece."""

    def __init__(self, host, port, load, encrypted):
        super().__init__(host, port, tls=encrypted)
        self.load = load
        self.socket.settimeout(PATIENCE_S)
        self.log_in(application="large")

    def server_encrypts(self):
        """Whether the server's own connection, the proxy's or ours, is encrypted."""
        return self.rows("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") == [["t"]]

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
        before = b"\0\0" + struct.pack("!HHHi", 1, 1, 1, self.load.value)
        after = struct.pack("!HH", 1, 1)
        self.send(b"B" + struct.pack("!I", 4 + len(before) + self.load.value + len(after)) + before)
        for piece in noise(self.load.value):
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
        self.ask("ALTER TABLE large ALTER line SET STORAGE EXTERNAL")  # to compress them took most of the time
        self.send(message(b"Q", b"COPY large FROM STDIN\0"))
        self.until(b"G")
        left = b""
        for line in copied(self.load.lines):
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


def travel(host, port, load, encrypted):
    """What each step gave, and the seconds it took; and whether the server's hop was encrypted."""
    with LargeClient(host, port, load, encrypted) as client:
        server_tls = client.server_encrypts()
        return {"parameter and result": timed(client.echo), "COPY in": timed(client.copy_in),
                "COPY out": timed(client.copy_out)}, server_tls


@dataclass
class Step:
    """`size`: how many bytes went, or went and came back."""
    name: str
    size: int
    same: bool
    seconds: float
    direct_seconds: float


@dataclass
class Measured:
    leg: str
    steps: list
    grown: int  # the proxy's memory, at most
    complaints: list

    @property
    def good(self):
        return all(step.same for step in self.steps) and self.grown < GROWTH and not self.complaints

    def say(self):
        for step in self.steps:
            yield (f"{step.name}, {self.leg}: {step.size:,} bytes {'the same' if step.same else 'DIFFERENT'}; "
                   f"{step.seconds:.1f} s, direct {step.direct_seconds:.1f} s")
        yield f"the proxy's memory grew by {self.grown / MIB:.1f} MiB at most, of {GROWTH // MIB} MiB allowed"
        yield from self.complaints


def complaints_of(proxy, leg, encrypted):
    names = ("onetrip_faults_total", "onetrip_events_dropped_total", "onetrip_blind_sessions_total")
    found = [f"{name} is not 0" for name in names if proxy.api.metric(name) != 0]
    if encrypted != leg.server_tls:
        found.append(f"the hop to the server was {'' if encrypted else 'not '}encrypted")
    return found


def measure(ground, leg, load):
    """All steps on both roads of one leg, by a proxy that is as it comes but for the leg's TLS."""
    value, lines = digest(noise(load.value)), digest(copied(load.lines))
    wanted = {"parameter and result": (value, value), "COPY in": None, "COPY out": lines}
    copy = load.lines * (MIB + 1)
    size = {"parameter and result": load.value, "COPY in": copy, "COPY out": copy}
    with ground.proxy(leg, limits=()) as proxy:
        direct, _ = travel(ground.server.host, ground.server.port, load, leg.client_tls)
        Path(f"/proc/{proxy.pid}/clear_refs").write_text("5")  # the peak counts from here
        before = memory(proxy.pid, "VmRSS")
        through, encrypted = travel(proxy.host, proxy.port, load, leg.client_tls)
        grown = memory(proxy.pid, "VmHWM") - before
        complaints = complaints_of(proxy, leg, encrypted)
    steps = [Step(name, size[name], given == wanted[name] and direct[name][0] == wanted[name], seconds, direct[name][1])
             for name, (given, seconds) in through.items()]
    return Measured(leg.name, steps, grown, complaints)


def run(legs):
    """True when all was the same and within bounds; says what was measured."""
    good = True
    with Ground(max_wal_size="4GB") as ground:
        for leg in legs:
            measured = measure(ground, leg, Load())
            print("\n".join(measured.say()), flush=True)
            good = good and measured.good
    return good
