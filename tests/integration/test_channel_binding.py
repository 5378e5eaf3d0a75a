"""Each row of the table of TLS and SCRAM channel binding: a client's channel_binding against which hops are encrypted
and whose certificate the client sees. Two rows show what a proxy must not do; another forwarder does it."""

import signal
import subprocess
import unittest
from pathlib import Path

import encryption
from harness import BINARY, Postgres, Proxy, ProxyTest, eventually

WORKS = (0, "42")
CONFLICT = "channel_binding=disable"


class ChannelBinding(ProxyTest):
    @classmethod
    def setUpClass(cls):
        cls.certificates = cls.enterClassContext(encryption.Certificates())
        cls.certificates.issue_for_server("server", "db.test", "DNS:db.test")
        cls.certificates.issue("another", "proxy.test", "DNS:proxy.test")
        cls.server = cls.enterClassContext(Postgres(**cls.certificates.server_settings("server")))
        cls.server.sql("SET password_encryption = 'scram-sha-256'; CREATE ROLE locked LOGIN PASSWORD 'quince';"
                       "SET password_encryption = 'md5'; CREATE ROLE olden LOGIN PASSWORD 'quince'")
        rules = Path(cls.server.sql("SHOW hba_file"))
        rules.write_text("host all locked 127.0.0.1/32 scram-sha-256\nlocal all locked scram-sha-256\n"
                         "host all olden 127.0.0.1/32 md5\n" + rules.read_text())
        cls.server.sql("SELECT pg_reload_conf()")

    def proxy_with(self, client_identity=None, server_tls="disable", upstream=None):
        """Before the server; TLS with clients if there is an identity to show."""
        config = f'[upstream.tls]\nmode = "{server_tls}"\n'
        if client_identity:
            config += (f'[listen.tls]\nmode = "allow"\ncertificate = "{self.certificates[client_identity]}.crt"\n'
                       f'key = "{self.certificates[client_identity]}.key"\n')
        path = Path(self.certificates["onetrip.toml"])
        path.write_text(config)
        upstream = upstream or f"postgres://{self.server.host}:{self.server.port}"
        self.proxy = self.enterContext(Proxy(BINARY, upstream, "--config", path))
        return self.proxy

    def login(self, port, hop, channel_binding, user="locked"):
        """Exit code of psql and what a person reads, by a plain or an encrypted hop."""
        environment = dict(
            self.server.environment(port=port), PGUSER=user, PGPASSWORD="quince", PGCHANNELBINDING=channel_binding,
            PGSSLMODE={"plain": "disable", "TLS": "require"}[hop])
        done = subprocess.run(["psql", "-XAtw", "-c", "SELECT 6 * 7"], env=environment, text=True, timeout=30,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout.strip()

    def refused(self, outcome, part):
        self.assertNotEqual(outcome[0], 0)
        self.assertIn(part, outcome[1])

    def test_row_1_plain_and_plain_is_forwarded(self):
        port = self.proxy_with().port
        self.assertEqual(self.login(port, "plain", "prefer"), WORKS)
        self.assertEqual(self.login(port, "plain", "disable"), WORKS)
        through, direct = (self.login(at, "plain", "require") for at in (port, self.server.port))
        self.refused(through, "channel binding")
        self.assertEqual(through[1].replace(str(port), str(self.server.port)), direct[1])

    def test_row_2_tls_and_plain_is_forwarded(self):
        port = self.proxy_with("another").port
        self.assertEqual(self.login(port, "TLS", "prefer"), WORKS)
        self.assertEqual(self.login(port, "TLS", "disable"), WORKS)
        self.refused(self.login(port, "TLS", "require"), "channel binding is required, but server did not offer")

    def test_row_2_tls_and_a_unix_socket_is_forwarded(self):
        port = self.proxy_with("another", "require", f"{self.server.folder}:{self.server.port}").port
        self.assertEqual(self.login(port, "TLS", "prefer"), WORKS)
        self.assertEqual(self.login(port, "TLS", "disable"), WORKS)
        self.refused(self.login(port, "TLS", "require"), "channel binding is required, but server did not offer")

    def test_row_3_plain_and_tls_would_fail_if_forwarded(self):
        with encryption.OtherForwarder(self.server.port) as other:
            for channel_binding in ("prefer", "require", "disable"):
                with self.subTest(channel_binding):
                    self.assertNotEqual(self.login(other.port, "plain", channel_binding)[0], 0)
            self.refused(self.login(other.port, "plain", "prefer"), "SCRAM-SHA-256-PLUS")

    def test_row_4_plain_and_tls_without_plus_in_the_offer(self):
        port = self.proxy_with(None, "require").port
        self.assertEqual(self.login(port, "plain", "prefer"), WORKS)
        self.assertEqual(self.login(port, "plain", "disable"), WORKS)
        through, direct = (self.login(at, "plain", "require") for at in (port, self.server.port))
        self.refused(through, "channel binding")
        self.assertEqual(through[1].replace(str(port), str(self.server.port)), direct[1])
        self.assertNotIn(CONFLICT, self.proxy.output())

    def test_row_5_tls_and_tls_with_another_certificate(self):
        port = self.proxy_with("another", "require").port
        for _ in range(2):
            self.refused(self.login(port, "TLS", "prefer"), "channel binding check failed")
            self.assertEqual(self.login(port, "TLS", "require")[0], 2)
            self.assertEqual(self.login(port, "TLS", "disable"), WORKS)
        # Other ways to log in are not concerned.
        self.assertEqual(self.login(port, "TLS", "prefer", user="olden"), WORKS)

    def test_row_5_removing_plus_would_not_help(self):
        identity = (self.certificates["another.crt"], self.certificates["another.key"])
        with encryption.OtherForwarder(self.server.port, identity, removes_plus=True) as other:
            self.refused(self.login(other.port, "TLS", "prefer"), "SCRAM channel binding negotiation error")

    def test_row_5_is_told_at_the_start_and_once_with_its_remedies(self):
        proxy = self.proxy_with("another", "require")
        line = eventually(lambda: next((line for line in proxy.lines if CONFLICT in line), None), "the warning")
        self.assertIn("the server's certificate and key", line)
        self.login(proxy.port, "TLS", "prefer")
        self.login(proxy.port, "TLS", "disable")
        self.assertEqual(proxy.output().count(CONFLICT), 1)

    def test_row_6_tls_and_tls_with_the_servers_own_certificate(self):
        proxy = self.proxy_with("server", "require")
        for channel_binding in ("prefer", "require", "disable"):
            with self.subTest(channel_binding):
                self.assertEqual(self.login(proxy.port, "TLS", channel_binding), WORKS)
        self.assertNotIn(CONFLICT, proxy.output())

    def test_a_reload_compares_the_certificates_again(self):
        for end in ("crt", "key"):
            Path(self.certificates[f"changing.{end}"]).write_bytes(
                Path(self.certificates[f"server.{end}"]).read_bytes())
        proxy = self.proxy_with("changing", "require")
        self.assertEqual(self.login(proxy.port, "TLS", "require"), WORKS)
        self.assertNotIn(CONFLICT, proxy.output())
        for end in ("crt", "key"):
            Path(self.certificates[f"changing.{end}"]).write_bytes(
                Path(self.certificates[f"another.{end}"]).read_bytes())
        for times in (1, 2):
            proxy.process.send_signal(signal.SIGHUP)
            eventually(lambda times=times: proxy.output().count(CONFLICT) == times, "the warning")

    def test_row_6_a_plain_client_beside_it(self):
        proxy = self.proxy_with("server", "require")
        self.assertEqual(self.login(proxy.port, "plain", "prefer"), WORKS)


if __name__ == "__main__":
    unittest.main()
