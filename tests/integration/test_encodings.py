"""Text that is no UTF-8, from clients of other encodings and from broken ones: it passes as it is, and whatever we say of
it is good JSON and good UTF-8 all the same."""

import json
import unittest
import urllib.request

from harness import ProxyTest
from raw_client import RawClient, SYNC, extended, message, startup_packet, values

CAFE = b"caf\xe9"  # Latin-1
LOOP = 12


class Encodings(ProxyTest):
    @classmethod
    def prepare(cls):
        super().prepare()
        cls.server.sql("CREATE DATABASE untold ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")

    def setUp(self):
        self.api.reset()

    def connect(self, port, database, encoding):
        client = RawClient(self.proxy.host, port)
        self.addCleanup(client.close)
        client.send(startup_packet(user="postgres", database=database, client_encoding=encoding,
                                   application_name="coffee"))
        client.until(b"Z")
        return client

    def both(self, database, encoding, bytes_sent):
        """What came of the same bytes, direct and through the proxy."""
        heard = []
        for port in (self.server.port, self.proxy.port):
            client = self.connect(port, database, encoding)
            client.send(bytes_sent)
            heard.append(client.until(b"Z"))
        self.assertEqual(heard[1], heard[0])
        return heard[1]

    def check_all_is_readable(self):
        """Each answer of the API is decoded strictly; those of the statements with their texts."""
        self.api.flush()
        texts = []
        for path in ("/metrics", "/api/v1/status", "/api/v1/findings", "/api/v1/windows", "/api/v1/statements"):
            with urllib.request.urlopen(self.api.address + path, timeout=30) as answer:
                text = answer.read().decode("utf-8", "strict")
            if path != "/metrics":
                texts.append(json.loads(text))
        return [one["text"] for one in texts[-1]["statements"]]

    def test_an_encoding_of_the_client(self):  # [trap:client-encoding][trap:invalid-utf8]
        heard = self.both("postgres", "LATIN1", message(b"Q", b"SELECT 'x' AS \"" + CAFE + b"\" -- " + CAFE + b"\0"))
        self.assertIn(CAFE + b"\0", heard[0][1])
        shown = self.check_all_is_readable()
        self.assertEqual([text for text in shown if "caf" in text], ['SELECT ? AS "caf\N{REPLACEMENT CHARACTER}"'])

    def test_a_database_without_an_encoding(self):  # [trap:client-encoding][trap:invalid-utf8]
        every_byte = bytes(range(1, 256)).replace(b"'", b"").replace(b"\\", b"")
        heard = self.both("untold", "SQL_ASCII", message(b"Q", b"SELECT '" + every_byte + b"' AS \"\xff\xfe\"\0"))
        rows = [body for kind, body in heard if kind == b"D"]
        self.assertEqual(rows[0][6:], every_byte)
        self.assertTrue(self.check_all_is_readable())

    def test_bytes_that_the_server_refuses(self):  # [trap:invalid-utf8]
        for sent in (message(b"Q", b"SELECT '\xff'\0"), extended("SELECT $1", [""]).replace(b"$1", b"\xc3(") + SYNC):
            heard = self.both("postgres", "UTF8", sent)
            self.assertIn(b"C22021\0", heard[0][1])
        self.assertTrue(self.check_all_is_readable())

    def test_a_finding_of_such_a_text(self):  # [trap:invalid-utf8]
        self.server.sql('ALTER TABLE author RENAME COLUMN nick TO "caf\N{LATIN SMALL LETTER E WITH ACUTE}"')
        self.addCleanup(self.server.sql, 'ALTER TABLE author RENAME COLUMN "caf\N{LATIN SMALL LETTER E WITH ACUTE}" '
                                         'TO nick')
        client = self.connect(self.proxy.port, "postgres", "LATIN1")
        client.send(message(b"Q", b"SELECT id FROM author ORDER BY id LIMIT %d\0" % LOOP))
        for key, in [values(body) for kind, body in client.until(b"Z") if kind == b"D"]:
            client.send(message(b"Q", b'SELECT "' + CAFE + b'" FROM author WHERE id = ' + key.encode() + b"\0"))
            self.assertEqual(client.until(b"Z")[-2][1], b"SELECT 1\0")
        client.close()
        self.check_all_is_readable()
        found = [one for one in self.api.findings() if one["rule"] == "n-plus-one"]
        self.assertEqual([one["evidence"]["count"] for one in found], [LOOP])
        self.assertIn('"caf\N{REPLACEMENT CHARACTER}"', found[0]["statement"]["text"])


if __name__ == "__main__":
    unittest.main()
