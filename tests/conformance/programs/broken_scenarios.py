"""Messages that no driver sends: what the server makes of them must come back as it is. The proxy looks at such a
session no more, which is as it should be."""

import struct

from wire import COPY_DONE, SYNC, Connection, copy_data, message, query


def broken():
    Connection(version=(4, 0))  # a protocol that nobody knows
    one = Connection()
    one.send(message("y", b"no such message"))
    one.to_the_end()
    one = Connection()
    one.send(b"Q" + struct.pack("!i", 3))
    one.to_the_end()
    one = Connection()
    one.send(message("E", b"no end"), SYNC)
    one.until("Z")
    one.send(message("Q", b"no end of the text"))
    one.until("Z")
    one = Connection()
    one.send(copy_data(b"copy data out of place"), COPY_DONE, message("f", b"\0"), query("SELECT 'forgiven'"))
    one.until("Z")
    one.ask(message("P", b"\0SELECT 1\0\xff\xff"), SYNC)
    one.ask(message("B", b"\0\0\0\x01\0\x09\0\0\0\0"), SYNC)


if __name__ == "__main__":
    print("## broken")
    broken()
