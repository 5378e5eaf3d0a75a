"""Recordings: what passed between clients and a server, with times. The grammar stands in
replay/recording.hpp."""

import json
import lzma
import re

MAGIC = b"onetrip recording 1\n"
TAGS = re.compile(rb"/\*[ -)+-~]*traceparent[ -)+-~]*\*/")


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


class Run:
    """One run while it is recorded."""

    def __init__(self, **header):
        self.header = header
        self.records = []
        self.delays_us = []
        self.last_us = None

    def add(self, kind, connection, time_us, content=b""):
        if self.last_us is None:
            self.last_us = time_us
        delay = max(0, time_us - self.last_us)
        self.last_us += delay
        self.delays_us.append(delay)
        self.records.append(kind + varint(connection) + varint(delay) + varint(len(content)) + content)

    def longest_pause_us(self):
        return max(self.delays_us, default=0)

    def to_bytes(self):
        header = json.dumps(self.header, sort_keys=True).encode() + b"\n"
        return header + b"".join(self.records) + b"e\0\0\0"


def write(path, runs):
    """`runs`: Run.to_bytes() of each."""
    path.write_bytes(lzma.compress(MAGIC + b"".join(runs), preset=9 | lzma.PRESET_EXTREME))


def read(path):
    """What onetrip_replay reads."""
    return lzma.decompress(path.read_bytes())


def runs(content):
    """Header and bytes of each run."""
    at = len(MAGIC)
    while at < len(content):
        start, at = at, content.index(b"\n", at) + 1
        header = json.loads(content[start:at])
        kind = b""
        while kind != b"e":
            kind = content[at:at + 1]
            _, at = read_varint(content, at + 1)
            _, at = read_varint(content, at)
            length, at = read_varint(content, at)
            at += length
        yield header, content[start:at]


def untagged(content):
    """The same recording, its sqlcommenter comments blank: each byte keeps its place, so lengths stay true."""
    return TAGS.sub(lambda comment: b"/*" + b" " * (len(comment[0]) - 4) + b"*/", content)


def read_varint(content, at):
    value = shift = 0
    while True:
        byte = content[at]
        value |= (byte & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if byte < 0x80:
            return value, at
