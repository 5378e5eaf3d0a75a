"""A PostgreSQL client of plain sockets that can stand still anywhere in the protocol, and be killed there.

It speaks as much as tests of faults need, keeps every byte that came, and judges nothing."""

import contextlib
import socket
import ssl
import struct
import time

SSL_REQUEST = struct.pack("!II", 8, 80877103)
PROTOCOL_3_0 = 3 << 16
CANCEL_REQUEST = 1234 << 16 | 5678
PATIENCE_S = 20


class Ended(Exception):
    """The server's side ended where a message was expected; the argument is what had come of it."""


def startup_packet(**parameters):
    body = b"".join(f"{name}\0{value}\0".encode() for name, value in parameters.items()) + b"\0"
    return struct.pack("!II", len(body) + 8, PROTOCOL_3_0) + body


def message(kind, body=b""):
    return kind + struct.pack("!I", len(body) + 4) + body


def query(sql):
    return message(b"Q", sql.encode() + b"\0")


def extended(sql, parameters=(), rows=0):
    """Parse, Bind, Describe and Execute of the unnamed statement, without a Sync; all values are text."""
    bound = struct.pack("!H", len(parameters))
    for value in parameters:
        bound += struct.pack("!i", len(value.encode())) + value.encode()
    return (message(b"P", b"\0" + sql.encode() + b"\0\0\0") + message(b"B", b"\0\0\0\0" + bound + b"\0\0") +
            message(b"D", b"P\0") + message(b"E", b"\0" + struct.pack("!I", rows)))


SYNC = message(b"S")
TERMINATE = message(b"X")


def values(body):
    """Of a DataRow, as text."""
    count, at, found = struct.unpack_from("!H", body)[0], 2, []
    for _ in range(count):
        size = struct.unpack_from("!i", body, at)[0]
        at += 4
        found.append(None if size < 0 else body[at:at + size].decode())
        at += max(size, 0)
    return found


def fields(body):
    """Of an ErrorResponse or NoticeResponse, by their letters."""
    return {part[:1].decode(): part[1:].decode(errors="replace") for part in body.split(b"\0") if part}


def unverified_context():
    """TLS with whoever answers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class RawClient:
    """One connection. Whatever waits ends after PATIENCE_S with an exception."""

    def __init__(self, host, port, options="", tls=False):
        self.address, self.options = (host, port), options
        self.socket = socket.create_connection(self.address, timeout=PATIENCE_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.waiting = b""
        self.pid, self.key = None, None
        if tls:
            self.ask_for_tls()
            self.socket = unverified_context().wrap_socket(self.socket)

    def ask_for_tls(self):
        self.send(SSL_REQUEST)
        answer = self.socket.recv(1)
        assert answer == b"S", answer

    def log_in(self, user="postgres", database="postgres", application="raw", **more):
        """Up to the first ReadyForQuery. `more`: parameters of the startup packet."""
        self.send(startup_packet(user=user, database=database, application_name=application, options=self.options,
                                 **more))
        for kind, body in self.until(b"Z"):
            if kind == b"K":
                self.pid, self.key = struct.unpack_from("!I", body)[0], body[4:]
        return self

    def send(self, data):
        self.socket.sendall(data)

    def read_some(self):
        """More bytes into `waiting`; False at the end."""
        data = self.socket.recv(1 << 16)
        self.waiting += data
        return bool(data)

    def read_message(self):
        while len(self.waiting) < 5 or len(self.waiting) < 1 + struct.unpack_from("!I", self.waiting, 1)[0]:
            if not self.read_some():
                raise Ended(self.waiting)
        size = 1 + struct.unpack_from("!I", self.waiting, 1)[0]
        taken, self.waiting = self.waiting[:size], self.waiting[size:]
        return taken[:1], taken[5:]

    def until(self, kind):
        """Messages up to one of that kind, which is the last."""
        found = [self.read_message()]
        while found[-1][0] != kind:
            found.append(self.read_message())
        return found

    def ask(self, sql):
        """A simple Query's messages."""
        self.send(query(sql))
        return self.until(b"Z")

    def rows(self, sql):
        return [values(body) for kind, body in self.ask(sql) if kind == b"D"]

    def read_to_end(self):
        """All messages up to the end of the connection, and whether it ended in order rather than by a reset."""
        found = []
        while True:
            try:
                found.append(self.read_message())
            except Ended:
                return found, True
            except ConnectionResetError:
                return found, False

    def cancel(self):
        """On a connection of its own, as libpq does; returns when the server has closed it."""
        with socket.create_connection(self.address, timeout=PATIENCE_S) as other:
            other.sendall(struct.pack("!III", 12 + len(self.key), CANCEL_REQUEST, self.pid) + self.key)
            while other.recv(100):
                pass

    def fill(self, data, quiet_s=0.2):
        """Sends `data` again and again until no buffer on the way takes more; how many bytes went. It ends
        within one piece of `data`, or before one: its rest must be sent next."""
        sent, last = 0, time.monotonic()
        self.socket.setblocking(False)
        try:
            while time.monotonic() < last + quiet_s:
                with contextlib.suppress(BlockingIOError, ssl.SSLWantWriteError):
                    sent += self.socket.send(data[sent % len(data):])
                    last = time.monotonic()
        finally:
            self.socket.settimeout(PATIENCE_S)
        return sent

    def shut(self):
        """Half close: no more will be sent. Over TLS without a close_notify, as by a client that has crashed."""
        socket.socket.shutdown(self.socket, socket.SHUT_WR)

    def reset(self):
        """As a machine that lost the connection: RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
