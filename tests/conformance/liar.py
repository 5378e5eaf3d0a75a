"""A forwarder that is honest but for one thing: what a comparison that is worth anything must find out. For tests."""

import socket
import struct
import threading


def flipped(kind, body):
    """One bit of a row's last byte."""
    if kind != b"D" or len(body) < 3:
        return kind, body
    return kind, body[:-1] + bytes([body[-1] ^ 1])


def retagged(kind, body):
    """CommandComplete of an INSERT without what it counted."""
    return (kind, b"INSERT\0") if kind == b"C" and body.startswith(b"INSERT") else (kind, body)


class Liar:
    """Listens on a free port of 127.0.0.1. `lie(kind, body)` gives each of the server's messages as it goes on, or
    None when it does not; nothing is said of logins. Each lie is told once only, from the first time that it
    would change anything after `skip` such times."""

    def __init__(self, port, lie, skip=0):
        self.upstream, self.lie, self.skip, self.told = port, lie, skip, 0
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.upstream))
            threading.Thread(target=self.carry, args=(client, server), daemon=True).start()
            threading.Thread(target=self.retell, args=(server, client), daemon=True).start()

    def carry(self, source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def retell(self, server, client):
        """Message by message; a cancel request is answered with nothing but the end."""
        stream = server.makefile("rb")
        try:
            while len(head := stream.read(5)) == 5:
                body = stream.read(struct.unpack("!i", head[1:])[0] - 4)
                message = self.once(head[:1], body)
                if message:
                    client.sendall(message[0] + struct.pack("!i", len(message[1]) + 4) + message[1])
        except OSError:
            pass
        finally:
            stream.close()
            server.close()
            client.close()

    def once(self, kind, body):
        changed = self.lie(kind, body)
        if changed == (kind, body):
            return changed
        with self.lock:
            self.told += 1
            return changed if self.told == self.skip + 1 else (kind, body)
