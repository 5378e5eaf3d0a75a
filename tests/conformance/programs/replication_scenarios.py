"""Replication commands spoken by hand: answers, and the log from its first byte, as the server streams it."""

import hashlib
import struct

from wire import COPY_DONE, Connection, copy_data, query

FIRST = 0x1000000  # a cluster's log begins here, and its first segment does not change any more
WANTED = 4 << 20


def commands():
    one = Connection(replication="database")
    one.ask(query("SHOW wal_level"))
    one.ask(query("TIMELINE_HISTORY 1"))
    one.ask(query("NO_SUCH_COMMAND"))
    one.ask(query("READ_REPLICATION_SLOT nothing"))
    one.ask(query("SELECT 'an ordinary statement'; SELECT 2"))
    one.ask(query('CREATE_REPLICATION_SLOT "conformance_own" TEMPORARY PHYSICAL'))
    one.ask(query('CREATE_REPLICATION_SLOT "conformance_own" TEMPORARY PHYSICAL'))
    one.ask(query('DROP_REPLICATION_SLOT "conformance_own"'))
    one.ask(query('START_REPLICATION SLOT "nothing" LOGICAL 0/0'))


def physical():
    """START_REPLICATION, the log's first bytes, a status of ours, and the end of the stream by CopyDone."""
    one = Connection(replication="true")
    one.send(query(f"START_REPLICATION PHYSICAL 0/{FIRST:X} TIMELINE 1"))
    one.until("W")
    log = bytearray()
    while len(log) < WANTED:
        kind, body = one.read()
        if kind == "d" and body[:1] == b"w":
            start = struct.unpack("!Q", body[1:9])[0]
            if start != FIRST + len(log):
                print("a gap before", start)
            log += body[25:]
    print("the log's first bytes", hashlib.sha256(log[:WANTED]).hexdigest())
    status = struct.pack("!cQQQQB", b"r", FIRST + len(log), FIRST, FIRST, 0, 1)
    one.send(copy_data(status), COPY_DONE)
    kind = "d"
    while kind == "d":
        kind, body = one.read()
    one.show(kind, body)
    one.until("Z")
    one.ask(query("SHOW wal_level"))


if __name__ == "__main__":
    for scenario in (commands, physical):
        print("##", scenario.__name__)
        scenario()
