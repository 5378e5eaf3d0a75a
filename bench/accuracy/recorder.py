"""A transparent recorder between clients and a server: forwards every byte, and keeps both directions of every
connection with the time at which they were read. It looks before it forwards, so a request is always recorded
before its answer. Refuses TLS and GSS encryption, as a server without them does; those packets are no part of a
recording."""

import asyncio
import struct
import threading
import time

from recording import Run

SSL_REQUEST, GSS_REQUEST, CANCEL_REQUEST = 80877103, 80877104, 80877102


class Recorder:
    """Runs in a thread of its own; `start` and `finish` come from another."""

    def __init__(self, server_port):
        self.server_port = server_port
        self.loop = asyncio.new_event_loop()
        self.run = None
        self.open = set()
        self.connections = 0
        self.port = 0
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        self.ready.wait()

    def serve(self):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.accept, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()

    def call(self, routine, limit_s=60):
        return asyncio.run_coroutine_threadsafe(routine, self.loop).result(limit_s)

    def start(self, **header):
        async def begin():
            self.run, self.connections = Run(**header), 0
        self.call(begin())

    def finish(self):
        """What was recorded since `start`; waits until all connections have ended."""
        async def end():
            for _ in range(500):
                if not self.open:
                    break
                await asyncio.sleep(0.01)
            if self.open:
                raise RuntimeError(f"{len(self.open)} connections are still open")
            run, self.run = self.run, None
            return run
        return self.call(end())

    def keep(self, kind, connection, content=b""):
        if self.run is not None:
            self.run.add(kind, connection, time.monotonic_ns() // 1000, content)

    async def accept(self, client, to_client):
        startup = await self.startup(client, to_client)
        if startup is None:
            to_client.close()
            return
        server, to_server = await asyncio.open_connection("127.0.0.1", self.server_port)
        code = struct.unpack_from(">I", startup, 4)[0]
        number = 0
        if code != CANCEL_REQUEST:
            self.connections += 1
            number = self.connections
            self.open.add(number)
            self.keep(b"o", number, startup)
        to_server.write(startup)
        await asyncio.gather(self.pump(client, to_server, b"f", number), self.pump(server, to_client, b"b", number))
        if number:
            self.keep(b"x", number)
            self.open.discard(number)

    async def startup(self, client, to_client):
        """The first packet that is no wish for encryption; none when the client left."""
        while True:
            try:
                head = await client.readexactly(4)
                packet = head + await client.readexactly(struct.unpack(">I", head)[0] - 4)
            except asyncio.IncompleteReadError:
                return None
            if struct.unpack_from(">I", packet, 4)[0] not in (SSL_REQUEST, GSS_REQUEST):
                return packet
            to_client.write(b"N")

    async def pump(self, source, sink, kind, number):
        try:
            while content := await source.read(65536):
                if number:
                    self.keep(kind, number, content)
                sink.write(content)
                await sink.drain()
        except ConnectionError:
            pass
        sink.close()
