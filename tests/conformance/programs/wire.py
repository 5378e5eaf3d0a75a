"""Speaks the protocol itself, byte by byte, and prints every message that comes: what no driver sends, and what none
shows. Scenarios are in wire_scenarios.py."""

import hashlib
import os
import select
import socket
import ssl
import struct
import sys
import time

import scram

NAMES = {"K": "BackendKeyData", "R": "Authentication", "S": "ParameterStatus", "Z": "ReadyForQuery", "T": "RowDescription",
         "D": "DataRow", "C": "CommandComplete", "E": "ErrorResponse", "N": "NoticeResponse", "1": "ParseComplete",
         "2": "BindComplete", "3": "CloseComplete", "n": "NoData", "t": "ParameterDescription", "I": "EmptyQueryResponse",
         "s": "PortalSuspended", "G": "CopyInResponse", "H": "CopyOutResponse", "W": "CopyBothResponse", "d": "CopyData",
         "c": "CopyDone", "V": "FunctionCallResponse", "A": "NotificationResponse", "v": "NegotiateProtocolVersion"}
SHOWN = 400
WOULD_BLOCK = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


def text(*words):
    return b"".join(word.encode() + b"\0" for word in words)


def message(kind, body=b""):
    return kind.encode() + struct.pack("!i", len(body) + 4) + body


def query(sql):
    return message("Q", text(sql))


def parse(sql, name="", types=()):
    return message("P", text(name, sql) + struct.pack(f"!h{len(types)}I", len(types), *types))


def bind(values=(), portal="", statement="", formats=(), results=()):
    body = text(portal, statement) + struct.pack(f"!h{len(formats)}h", len(formats), *formats)
    body += struct.pack("!h", len(values))
    for value in values:
        body += struct.pack("!i", -1) if value is None else struct.pack("!i", len(value)) + value
    return message("B", body + struct.pack(f"!h{len(results)}h", len(results), *results))


def describe(kind, name=""):
    return message("D", kind.encode() + text(name))


def execute(portal="", rows=0):
    return message("E", text(portal) + struct.pack("!i", rows))


def close(kind, name=""):
    return message("C", kind.encode() + text(name))


def function_call(oid, values, formats=(1,), result=1):
    body = struct.pack(f"!Ih{len(formats)}h", oid, len(formats), *formats) + struct.pack("!h", len(values))
    for value in values:
        body += struct.pack("!i", len(value)) + value
    return message("F", body + struct.pack("!h", result))


SYNC, FLUSH, TERMINATE, COPY_DONE = message("S"), message("H"), message("X"), message("c")


def copy_data(data):
    return message("d", data)


class Connection:
    """A session of our own making. Prints what it reads; what must differ between two sessions is covered here."""

    def __init__(self, version=(3, 0), **parameters):
        self.key = None
        self.early = bytearray()  # read while there was more to send
        self.socket = connected()
        settings = {"user": os.environ["PGUSER"], "database": os.environ["PGDATABASE"], **parameters}
        words = [word for pair in settings.items() for word in pair]
        body = struct.pack("!hh", *version) + text(*words) + b"\0"
        self.socket.sendall(struct.pack("!i", len(body) + 4) + body)
        self.log_in()

    def log_in(self):
        """Prints what follows the password; the order of ParameterStatus is the server's."""
        exchange = scram.Exchange(os.environ["PGPASSWORD"])
        while True:
            kind, body = self.read()
            if kind == "R":
                answer = exchange.answer(body)
                if answer is not None:
                    self.socket.sendall(message("p", answer))
                print("Authentication", struct.unpack("!i", body[:4])[0])
                continue
            if kind == "K":
                self.key = body
                print("BackendKeyData of", len(body), "bytes")
                continue
            self.show(kind, body)
            if kind in "ZE":
                return

    def exactly(self, size):
        data = self.early[:size]
        del self.early[:size]
        while len(data) < size:
            more = self.socket.recv(min(size - len(data), 1 << 20))
            if not more:
                raise EOFError(bytes(data))
            data += more
        return bytes(data)

    def read(self):
        kind, size = struct.unpack("!ci", self.exactly(5))
        return kind.decode("latin-1"), self.exactly(size - 4)

    def show(self, kind, body):
        shown = repr(body)[1:]
        if len(shown) > SHOWN:
            shown = f"{shown[:SHOWN // 2]}... {len(body)} bytes, sha256 {hashlib.sha256(body).hexdigest()}"
        if kind == "A":
            shown = "from a process, " + repr(body[4:])[1:]
        print(NAMES.get(kind, kind), shown)

    def send(self, *messages):
        self.socket.sendall(b"".join(messages))

    def pump(self, data):
        """Sends all of it, and reads only when no more can be sent; in one thread, as TLS wants it."""
        rest = memoryview(data)
        self.socket.setblocking(False)
        while rest:
            try:
                rest = rest[self.socket.send(rest[:16384]):]
            except WOULD_BLOCK:
                select.select([self.socket], [self.socket], [], 30)
                try:
                    self.early += self.socket.recv(1 << 20)
                except WOULD_BLOCK:
                    pass
        self.socket.settimeout(30)

    def value(self, sql):
        """The only column of the only row. Prints nothing."""
        self.send(query(sql))
        kind, found = "", None
        while kind != "Z":
            kind, body = self.read()
            found = body[6:] if kind == "D" else found
        return found.decode()

    def until(self, kinds, times=1):
        """Reads and prints until one of these kinds came so many times."""
        while times:
            kind, body = self.read()
            self.show(kind, body)
            times -= kind in kinds
        return body

    def ask(self, *messages):
        """Sends at once, and reads until the server is ready again."""
        self.send(*messages)
        return self.until("Z", sum(one[:1] in b"QSF" for one in messages))

    def until_row(self, question):
        """Asks again and again until a row comes. Prints nothing."""
        limit = time.monotonic() + 30
        kinds = ""
        while "D" not in kinds:
            if time.monotonic() > limit:
                sys.exit("no row came within 30 s")
            self.send(question)
            kinds = ""
            while "Z" not in kinds:
                kinds += self.read()[0]

    def to_the_end(self):
        try:
            while True:
                self.show(*self.read())
        except EOFError as rest:
            print("end of file", rest.args[0])
        except ConnectionResetError:
            print("connection reset")

    def cancel(self):
        """On a connection of its own, which the server closes when it has understood."""
        with connected(encrypted=False) as line:
            line.sendall(struct.pack("!iI", 8 + len(self.key), 80877102) + self.key)
            print("cancel answered with", line.recv(100))


def connected(encrypted=True):
    line = socket.create_connection((os.environ["PGHOST"], int(os.environ["PGPORT"])), timeout=30)
    if encrypted and os.environ["PGSSLMODE"] != "disable":
        line.sendall(struct.pack("!iI", 8, 80877103))
        answer = line.recv(1)
        if answer != b"S":
            sys.exit(f"SSLRequest was answered with {answer}")
        context = ssl.create_default_context(cafile=os.environ["PGSSLROOTCERT"])
        line = context.wrap_socket(line, server_hostname=os.environ["PGHOST"])
    return line
