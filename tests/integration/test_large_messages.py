"""What scripts/conformance --large compares, with messages that are somewhat larger than the proxy's memory may grow:
what arrives is what was sent."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "conformance"))

import large  # noqa: E402
from ground import Ground, PLAIN, TLS_LEGS  # noqa: E402

LOAD = large.Load(value=96_000_001, lines=100)


class LargeMessages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.ground = cls.enterClassContext(Ground())

    def check(self, leg):
        measured = large.measure(self.ground, leg, LOAD)
        self.assertTrue(measured.good, "\n".join(measured.say()))

    def test_plain(self):
        self.check(PLAIN)

    def test_over_tls(self):
        self.check(TLS_LEGS[0])


if __name__ == "__main__":
    unittest.main()
