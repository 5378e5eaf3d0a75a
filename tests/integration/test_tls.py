"""TLS on both hops: whom the proxy trusts and who trusts it, servers that refuse or cheat, direct TLS, reload."""

import contextlib
import signal
import socket
import ssl
import subprocess
import threading
import unittest
from pathlib import Path

import encryption
import psycopg
from encryption import OtherServer, receive
from harness import BINARY, Postgres, Proxy, ProxyTest, eventually
from raw_client import SSL_REQUEST, startup_packet, unverified_context

WORKS = (0, "42")
LIE = b"EFATAL:  the invoice is overdue, pay at evil.test\n\0"
LIE_3 = b"E\0\0\0\x2cSFATAL\0VFATAL\0C53300\0Mpay at evil.test\0\0"


class Tls(ProxyTest):
    @classmethod
    def setUpClass(cls):
        cls.certificates = cls.enterClassContext(encryption.Certificates())
        cls.certificates.make_authority("stranger")
        cls.certificates.issue_for_server("server", "db.test", "DNS:db.test")
        cls.certificates.issue("proxy", "proxy.test", "DNS:proxy.test,IP:127.0.0.1")
        cls.certificates.issue("client", "shown")
        cls.certificates.issue("strange", "shown", authority="stranger")
        cls.server = cls.enterClassContext(Postgres(**cls.certificates.server_settings("server")))
        cls.server.sql("CREATE ROLE shown LOGIN; CREATE ROLE sealed LOGIN")
        rules = Path(cls.server.sql("SHOW hba_file"))
        rules.write_text("hostssl all shown 127.0.0.1/32 cert\nhostssl all sealed 127.0.0.1/32 trust\n"
                         "host all shown,sealed 127.0.0.1/32 reject\n" + rules.read_text())
        cls.server.sql("SELECT pg_reload_conf()")

    def configure(self, listen=None, upstream=None):
        """Tables of keys for [listen.tls] and [upstream.tls]; `ca`, `certificate` and so on name files of ours."""
        def table(name, values):
            files = {"ca", "client_ca", "certificate", "key", "crl"}
            texts = {key: self.certificates[value] if key in files and value != "system" else value
                     for key, value in values.items()}
            return f"[{name}]\n" + "".join(
                f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}\n"
                for key, value in texts.items())
        path = Path(self.certificates["onetrip.toml"])
        path.write_text(table("listen.tls", listen or {}) + table("upstream.tls", upstream or {}))
        return path

    def proxy_with(self, listen=None, upstream=None, host=None, port=None):
        path = self.configure(listen, upstream)
        url = f"postgres://{host or self.server.host}:{port or self.server.port}?hostaddr=127.0.0.1"
        self.proxy = self.enterContext(Proxy(BINARY, url, "--config", path))
        return self.proxy

    def with_own_certificate(self, **more):
        return dict(mode="allow", certificate="proxy.crt", key="proxy.key", **more)

    def psql(self, sslmode="prefer", user="postgres", sql="SELECT 6 * 7", **more):
        environment = self.server.environment(port=self.proxy.port, **more)
        environment.update(PGUSER=user, PGSSLMODE=sslmode)
        done = subprocess.run(["psql", "-XAtw", "-c", sql], env=environment, text=True, timeout=30,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout.strip()

    def refused(self, outcome, *parts):
        self.assertEqual(outcome[0], 2, outcome)
        for part in parts:
            self.assertIn(part, outcome[1])

    # The way to the server

    def test_verify_full_takes_the_right_name_and_ca_only(self):
        for host, ca, wrong in (("db.test", "ca.crt", None),
                                ("other.test", "ca.crt", 'not made out to the host name "other.test"'),
                                ("127.0.0.1", "ca.crt", 'not made out to the host name "127.0.0.1"'),
                                ("db.test", "stranger.crt", "the certificate cannot be trusted")):
            with self.subTest(host=host, ca=ca):
                self.proxy_with(upstream={"mode": "verify-full", "ca": ca}, host=host)
                if wrong:
                    self.refused(self.psql(), "onetrip: no connection to the server", wrong)
                else:
                    self.assertEqual(self.psql(user="sealed"), WORKS)

    def test_verify_ca_takes_any_name_and_so_does_require_with_a_ca(self):
        for mode in ("verify-ca", "require"):
            with self.subTest(mode):
                self.proxy_with(upstream={"mode": mode, "ca": "ca.crt"}, host="other.test")
                self.assertEqual(self.psql(user="sealed"), WORKS)
                self.proxy_with(upstream={"mode": mode, "ca": "stranger.crt"})
                self.refused(self.psql(), "the certificate cannot be trusted")

    def test_a_server_whose_certificate_was_revoked_is_refused_as_libpq_does(self):
        self.certificates.revoke("list")
        self.certificates.revoke("revoked", "server")
        list_of_ours = Path(self.certificates["list.crl"])

        def direct():
            environment = self.server.environment(PGSSLMODE="verify-ca", PGSSLROOTCERT=self.certificates["ca.crt"],
                                                  PGSSLCRL=str(list_of_ours))
            return subprocess.run(["psql", "-XAtw", "-c", "SELECT 6 * 7"], env=environment, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout.strip()

        self.proxy_with(upstream={"mode": "verify-full", "ca": "ca.crt", "crl": "list.crl"}, host="db.test")
        self.assertEqual(self.psql(user="sealed"), WORKS)
        self.assertEqual(direct(), "42")
        list_of_ours.write_bytes(Path(self.certificates["revoked.crl"]).read_bytes())
        self.proxy.process.send_signal(signal.SIGHUP)
        eventually(lambda: "certificate revoked" in self.psql(user="sealed")[1], "the new list")
        self.assertIn("certificate verify failed", direct())

    def test_prefer_encrypts_if_the_server_does(self):
        self.proxy_with(upstream={"mode": "prefer"})
        self.assertEqual(self.psql(user="sealed"), WORKS)
        self.proxy_with(upstream={"mode": "disable"})
        self.refused(self.psql(user="sealed"), "pg_hba.conf rejects connection")

    def test_a_server_without_tls_under_prefer_and_require(self):
        with Postgres() as plain:
            self.proxy_with(upstream={"mode": "prefer"}, port=plain.port)
            self.assertEqual(self.psql(), WORKS)
            self.proxy_with(upstream={"mode": "require"}, port=plain.port)
            self.refused(self.psql(), "it does not speak TLS")

    def test_prefer_goes_on_without_tls_when_the_handshake_fails(self):
        self.proxy_with(upstream={"mode": "prefer", "ca": "stranger.crt"})
        self.assertEqual(self.psql(), WORKS)
        self.refused(self.psql(user="sealed"), "no encryption")

    def test_our_certificate_is_shown_to_the_server(self):
        self.proxy_with(upstream={"mode": "require", "certificate": "client.crt", "key": "client.key"})
        self.assertEqual(self.psql(user="shown"), WORKS)
        self.proxy_with(upstream={"mode": "require"})
        self.refused(self.psql(user="shown"), "requires a valid client certificate")
        self.proxy_with(upstream={"mode": "require", "certificate": "strange.crt", "key": "strange.key"})
        self.refused(self.psql(user="shown"), "onetrip: no connection to the server", "unknown ca")

    def test_a_server_that_answers_sslrequest_with_an_error(self):  # [trap:error-to-sslrequest]
        # A server that is out of processes says so in clear.
        with OtherServer(LIE_3) as server:
            self.proxy_with(upstream={"mode": "require"}, port=server.port)
            self.refused(self.psql(), "pay at evil.test")

    def test_under_verify_no_text_that_is_not_authenticated_reaches_the_client(self):  # [trap:unauthenticated-text]
        for answer in (LIE, LIE_3, b"S" + LIE_3, b"N" + LIE_3, b"X" + LIE_3):
            with self.subTest(answer=answer), OtherServer(answer) as server:
                self.proxy_with(upstream={"mode": "verify-full", "ca": "ca.crt"}, port=server.port)
                outcome = self.psql()
                self.refused(outcome, "onetrip: no connection to the server")
                self.assertNotIn("evil.test", outcome[1])
                self.assertEqual(server.asked, 1)

    def test_bytes_behind_the_servers_yes_are_not_taken_for_encrypted_ones(self):  # [trap:one-byte-from-server]
        # CVE-2021-3935, CVE-2021-23222
        with OtherServer(b"S" + b"R\0\0\0\x08\0\0\0\0" + b"Z\0\0\0\5I") as server:
            self.proxy_with(upstream={"mode": "require"}, port=server.port)
            self.refused(self.psql(), "onetrip: no connection to the server", "TLS: ")
            self.assertNotIn(b"postgres\0", server.heard)

    # The way to clients

    def test_clients_may_encrypt_or_not(self):
        self.proxy_with(self.with_own_certificate(), {"mode": "disable"})
        self.assertEqual(self.psql("require"), WORKS)
        self.assertEqual(self.psql("disable"), WORKS)

    def test_an_encrypted_client_reads_why_there_is_no_server(self):
        with OtherServer(b"") as server:
            port = server.port
        self.proxy_with(self.with_own_certificate(), port=port)
        self.refused(self.psql("require"), "onetrip: no connection to the server", "Connection refused")

    def test_a_client_checks_the_proxys_certificate_and_name(self):
        self.proxy_with(self.with_own_certificate(), {"mode": "disable"})
        self.assertEqual(self.psql("verify-full", PGSSLROOTCERT=self.certificates["ca.crt"]), WORKS)
        self.refused(self.psql("verify-full", PGSSLROOTCERT=self.certificates["stranger.crt"]), "certificate verify")

    def test_plain_clients_are_refused_where_tls_is_required_but_not_their_cancel_requests(self):  # [trap:cancel-plain]
        self.proxy_with(dict(self.with_own_certificate(), mode="require"), {"mode": "prefer"})
        self.refused(self.psql("disable"), "encrypted connections only")
        self.assertEqual(self.psql("require"), WORKS)
        with psycopg.connect(host="127.0.0.1", port=self.proxy.port, user="postgres", sslmode="require") as session:
            timer = threading.Timer(0.2, session.cancel)  # libpq 15 sends it in clear
            timer.start()
            with self.assertRaises(psycopg.errors.QueryCanceled):
                session.execute("SELECT pg_sleep(30)")
            timer.join()

    def test_a_clients_certificate(self):
        shown = {"PGSSLCERT": self.certificates["client.crt"], "PGSSLKEY": self.certificates["client.key"]}
        strange = {"PGSSLCERT": self.certificates["strange.crt"], "PGSSLKEY": self.certificates["strange.key"]}
        self.proxy_with(self.with_own_certificate(client_ca="ca.crt"))
        self.assertEqual(self.psql("require"), WORKS)
        self.assertEqual(self.psql("require", **shown), WORKS)
        self.refused(self.psql("require", **strange), "unknown ca")
        self.proxy_with(self.with_own_certificate(client_ca="ca.crt", demand_client_certificate=True))
        self.refused(self.psql("require"), "certificate required")
        self.assertEqual(self.psql("require", **shown), WORKS)

    def test_the_lowest_version(self):
        self.proxy_with(self.with_own_certificate(min_version="1.3"))
        self.assertEqual(self.psql("require"), WORKS)
        self.refused(self.psql("require", PGSSLMAXPROTOCOLVERSION="TLSv1.2"), "protocol version")

    def test_bytes_behind_a_clients_request_end_the_connection(self):  # [trap:bytes-behind-request]
        # CVE-2021-3935, CVE-2021-23214
        self.proxy_with(self.with_own_certificate())
        with socket.create_connection(("127.0.0.1", self.proxy.port), 20) as client:
            client.sendall(SSL_REQUEST + startup_packet(user="postgres"))
            answer = b""
            while piece := client.recv(4096):
                answer += piece
        self.assertNotIn(b"S\0\0\0", answer)
        self.assertFalse(answer.startswith(b"R"), answer)
        self.assertEqual(self.psql("require"), WORKS)

    def direct(self, protocols):
        """What a client says as PostgreSQL 17's does with sslnegotiation=direct; the server's first byte."""
        context = unverified_context()
        if protocols:
            context.set_alpn_protocols(protocols)
        plain = socket.create_connection(("127.0.0.1", self.proxy.port), 20)
        with context.wrap_socket(plain, server_hostname="proxy.test") as client:
            client.sendall(startup_packet(user="postgres"))
            return client.selected_alpn_protocol(), receive(client, 1)

    def test_direct_tls_with_alpn(self):
        self.proxy_with(self.with_own_certificate())
        self.assertEqual(self.direct(["postgresql"]), ("postgresql", b"R"))
        self.assertEqual(self.direct(["h2", "postgresql"]), ("postgresql", b"R"))
        for protocols in (["h2"], []):
            with self.subTest(protocols), self.assertRaisesRegex(ssl.SSLError, "(?i)no.application.protocol"):
                self.direct(protocols)

    def test_both_hops_encrypted_are_analysed_as_ever(self):
        self.proxy_with(self.with_own_certificate(), {"mode": "verify-full", "ca": "ca.crt"}, host="db.test")
        count = "SELECT count(*) FROM generate_series(1, 200000)"
        self.assertEqual(self.psql("require", "sealed", count), (0, "200000"))
        big = "SELECT md5(n::text) FROM generate_series(1, 200000) AS n"
        code, text = self.psql("require", "sealed", big)
        self.assertEqual((code, text), (0, self.server.sql(big)))
        rows = [one["rows"] for window in self.proxy.api.windows() for one in window["executions"]]
        self.assertEqual(rows, [1, 200000])

    # SIGHUP

    def reload(self, line="reloaded the configuration"):
        """What was logged since SIGHUP, up to the line that ends a reload."""
        before = len(self.proxy.lines)
        self.proxy.process.send_signal(signal.SIGHUP)
        eventually(lambda: any(line in one for one in self.proxy.lines[before:]), f"the line {line!r}")
        return "\n".join(self.proxy.lines[before:]).replace('\\"', '"')

    @contextlib.contextmanager
    def nobody_dropped(self, user="postgres", **more):
        """A session with TLS that was there before, and is the same behind it."""
        with psycopg.connect(host="127.0.0.1", port=self.proxy.port, user=user, dbname="postgres", autocommit=True,
                             sslmode="require", **more) as session:
            backend = session.execute("SELECT pg_backend_pid()").fetchone()
            yield
            self.assertEqual(session.execute("SELECT pg_backend_pid()").fetchone(), backend)

    def test_reload_changes_the_certificate_and_drops_nobody(self):
        self.certificates.issue("young", "first.test")
        self.proxy_with({"mode": "allow", "certificate": "young.crt", "key": "young.key"})
        before = self.leaf()
        with self.nobody_dropped():
            self.certificates.issue("young", "second.test")
            self.reload()
            self.assertNotEqual(self.leaf(), before)

    def test_reload_changes_whose_client_certificates_are_good(self):
        shown, strange = ({"sslcert": self.certificates[f"{name}.crt"], "sslkey": self.certificates[f"{name}.key"]}
                          for name in ("client", "strange"))
        ours, theirs = ({f"PG{key.upper()}": file for key, file in one.items()} for one in (shown, strange))
        trusted = self.copied("trusted.crt", "ca.crt")
        self.proxy_with(self.with_own_certificate(client_ca="trusted.crt", demand_client_certificate=True))
        with self.nobody_dropped(**shown):
            self.assertEqual(self.psql("require", **ours), WORKS)
            self.refused(self.psql("require", **theirs), "unknown ca")
            trusted.write_bytes(Path(self.certificates["stranger.crt"]).read_bytes())
            self.reload()
            self.refused(self.psql("require", **ours), "unknown ca")
            self.assertEqual(self.psql("require", **theirs), WORKS)

    def test_reload_changes_whose_server_is_trusted(self):
        trusted = self.copied("trusted.crt", "ca.crt")
        self.proxy_with(self.with_own_certificate(), {"mode": "verify-full", "ca": "trusted.crt"}, host="db.test")
        with self.nobody_dropped("sealed"):
            for authority, works in (("stranger.crt", False), ("ca.crt", True)):
                trusted.write_bytes(Path(self.certificates[authority]).read_bytes())
                self.reload()
                if works:
                    self.assertEqual(self.psql("require", "sealed"), WORKS)
                else:
                    self.refused(self.psql("require", "sealed"), "the certificate cannot be trusted")

    def test_reload_of_a_file_that_cannot_be_used_names_it_and_goes_on_with_the_old_one(self):
        self.certificates.issue("young", "first.test")
        files = {name: self.copied(name, "ca.crt") for name in ("theirs.crt", "trusted.crt")}
        files |= {name: Path(self.certificates[name]) for name in ("young.crt", "young.key")}
        self.proxy_with({"mode": "allow", "certificate": "young.crt", "key": "young.key", "client_ca": "theirs.crt"},
                        {"mode": "verify-full", "ca": "trusted.crt"}, host="db.test")
        before = self.leaf()
        spoilt = b"-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n"
        cases = [("young.crt", b"nonsense", "the certificate {} holds no certificate in PEM format"),
                 ("young.crt", spoilt, "the certificate {} cannot be used: "),
                 ("young.key", b"nonsense", "the file {} holds no private key in PEM format"),
                 ("young.key", Path(self.certificates["client.key"]).read_bytes(),
                  "the private key {} does not belong to the certificate"),
                 ("theirs.crt", b"nonsense", "client_ca {} holds no certificate in PEM format"),
                 ("trusted.crt", b"nonsense", "the CA file {} holds no certificate in PEM format")]
        with self.nobody_dropped("sealed"):
            for name, content, sentence in cases:
                with self.subTest(name=name, content=content):
                    good = files[name].read_bytes()
                    files[name].write_bytes(content)
                    said = self.reload("the configuration has errors; nothing is changed")
                    self.assertIn(sentence.format(files[name]), said)
                    self.assertEqual(self.leaf(), before)
                    self.assertEqual(self.psql("require", "sealed"), WORKS)
                    files[name].write_bytes(good)
            self.certificates.issue("young", "second.test")
            self.reload()
            self.assertNotEqual(self.leaf(), before)
            self.assertEqual(self.psql("require", "sealed"), WORKS)

    def test_reload_names_what_of_tls_needs_a_restart(self):
        def tables(version, client_ca, ca):
            return (self.with_own_certificate(min_version=version, client_ca=client_ca),
                    {"mode": "verify-full", "ca": ca, "min_version": version})

        self.proxy_with(*tables("1.2", "ca.crt", "ca.crt"), host="db.test")
        ours = {"PGSSLCERT": self.certificates["client.crt"], "PGSSLKEY": self.certificates["client.key"]}
        with self.nobody_dropped("sealed"):
            self.configure(*tables("1.3", "stranger.crt", "stranger.crt"))
            said = self.reload()
            for key in ("listen.tls.min_version", "upstream.tls.min_version"):
                self.assertIn(f'{key} needs a restart: it stays "1.2", the configuration says "1.3"', said)
            for key in ("listen.tls.client_ca", "upstream.tls.ca"):
                self.assertIn(f'{key} needs a restart: it stays "{self.certificates["ca.crt"]}"', said)
            self.assertEqual(self.psql("require", "sealed", PGSSLMAXPROTOCOLVERSION="TLSv1.2", **ours), WORKS)

    def test_reload_of_an_old_file_that_went_bad_while_another_is_named_says_that_it_goes_on(self):
        self.certificates.issue("young", "first.test")
        self.proxy_with({"mode": "allow", "certificate": "young.crt", "key": "young.key"})
        before = self.leaf()
        with self.nobody_dropped():
            self.configure(self.with_own_certificate())
            Path(self.certificates["young.crt"]).write_text("nonsense")
            said = self.reload()
            self.assertIn("certificates are not read anew, the old ones go on: the certificate "
                          f"{self.certificates['young.crt']} holds no certificate", said)
            self.assertIn("listen.tls.certificate needs a restart", said)
            self.assertEqual(self.leaf(), before)

    def copied(self, name, source):
        copy = Path(self.certificates[name])
        copy.write_bytes(Path(self.certificates[source]).read_bytes())
        return copy

    def leaf(self):
        context = unverified_context()
        context.set_alpn_protocols(["postgresql"])
        with context.wrap_socket(socket.create_connection(("127.0.0.1", self.proxy.port), 20)) as client:
            return client.getpeercert(binary_form=True)


if __name__ == "__main__":
    unittest.main()
