"""Replication commands spoken by hand: answers, and the log, as the server streams it."""

import hashlib
import struct

from wire import COPY_DONE, Connection, copy_data, query

SEGMENT = 16 << 20


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
    """START_REPLICATION from the beginning of a segment, a status of ours, and the end of the stream by CopyDone."""
    ordinary = Connection()
    ordinary.value("SELECT pg_switch_wal()")
    ordinary.value("SELECT pg_logical_emit_message(true, 'conformance', repeat('x', 4000000))")
    end = int(ordinary.value("SELECT pg_current_wal_flush_lsn() - '0/0'"))
    first = end - end % SEGMENT
    one = Connection(replication="true")
    one.send(query(f"START_REPLICATION PHYSICAL {first >> 32:X}/{first & 0xFFFFFFFF:X} TIMELINE 1"))
    one.until("W")
    log, kind = bytearray(), ""
    while first + len(log) < end and kind != "E":
        kind, body = one.read()
        if kind == "d" and body[:1] == b"w":
            if struct.unpack("!Q", body[1:9])[0] != first + len(log):
                print("a gap")
            log += body[25:]
    own = ordinary.value(f"SELECT md5(pg_read_binary_file('pg_wal/' || pg_walfile_name(pg_lsn '0/0' + {end - 1}), 0, {end - first}))")
    print("the log is the server's own:", own == hashlib.md5(log[:end - first]).hexdigest(), end - first > 4000000)
    status = struct.pack("!cQQQQB", b"r", first + len(log), first, first, 0, 1)
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
