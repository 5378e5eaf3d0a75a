"""SCRAM-SHA-256 as RFC 5802 and 7677 have it, without channel binding."""

import base64
import hashlib
import hmac
import os
import struct

HEADER = b"n,,"
COMPLETE, OFFER, CONTINUE, FINAL = 0, 10, 11, 12


def signed(key, *words):
    return hmac.digest(key, b"".join(words), hashlib.sha256)


class Exchange:
    def __init__(self, password):
        self.password = password.encode()
        self.first = b"n=,r=" + base64.b64encode(os.urandom(18))

    def answer(self, body):
        """What to say to an Authentication message; None when there is nothing to say."""
        kind, rest = struct.unpack("!i", body[:4])[0], body[4:]
        if kind == OFFER:
            if b"SCRAM-SHA-256" not in rest.split(b"\0"):
                raise RuntimeError(f"no SCRAM-SHA-256 in the offer {rest}")
            given = HEADER + self.first
            return b"SCRAM-SHA-256\0" + struct.pack("!i", len(given)) + given
        if kind == CONTINUE:
            return self.prove(rest)
        if kind == FINAL and rest != b"v=" + base64.b64encode(self.expected):
            raise RuntimeError("the server does not know the password's verifier")
        return None

    def prove(self, challenge):
        given = dict(part.split(b"=", 1) for part in challenge.split(b","))
        salted = hashlib.pbkdf2_hmac("sha256", self.password, base64.b64decode(given[b"s"]), int(given[b"i"]))
        without_proof = b"c=" + base64.b64encode(HEADER) + b",r=" + given[b"r"]
        everything = b",".join((self.first, challenge, without_proof))
        client_key = signed(salted, b"Client Key")
        signature = signed(hashlib.sha256(client_key).digest(), everything)
        proof = bytes(a ^ b for a, b in zip(client_key, signature))
        self.expected = signed(signed(salted, b"Server Key"), everything)
        return without_proof + b",p=" + base64.b64encode(proof)
