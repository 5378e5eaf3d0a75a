"""Recordings: what passed between clients and a server, with times. The grammar stands in
replay/recording.hpp."""

import json
import lzma

MAGIC = b"onetrip recording 1\n"


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
    content = MAGIC + b"".join(run.to_bytes() for run in runs)
    path.write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))


def read(path):
    """What onetrip_replay reads."""
    return lzma.decompress(path.read_bytes())
