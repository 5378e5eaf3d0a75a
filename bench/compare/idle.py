"""Connections that are open, have run one statement, and wait."""

import concurrent.futures
import contextlib
import socket
import ssl
import struct

SSL_REQUEST = struct.pack("!II", 8, 80877103)
READY = b"Z\0\0\0\5I"
QUERY = b"Q\0\0\0\x0dSELECT 1\0"
AT_A_TIME = 8  # opened: each waits more than it works


def startup(user):
    body = b"".join(word.encode() + b"\0" for word in (
        "user", user, "database", "postgres", "application_name", "idle", ""))
    return struct.pack("!II", len(body) + 8, 3 << 16) + body


def until_ready(connection):
    said = b""
    while not said.endswith(READY):
        more = connection.recv(4096)
        if not more:
            raise RuntimeError(f"the server went away: {said!r}")
        said += more


def connect(port, user, context=None):
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    try:
        if context:
            connection.sendall(SSL_REQUEST)
            if connection.recv(1) != b"S":
                raise RuntimeError("TLS is refused")
            connection = context.wrap_socket(connection)
        connection.sendall(startup(user))
        until_ready(connection)
        connection.sendall(QUERY)
        until_ready(connection)
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def idle_connections(count, port, user, tls):
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    with contextlib.ExitStack() as stack:
        with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
            for connection in pool.map(lambda _: connect(port, user, context), range(count)):
                stack.enter_context(contextlib.closing(connection))
        yield
