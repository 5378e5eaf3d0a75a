"""doctor against servers that are well and servers that are not: each fault is told with what mends it."""

import contextlib
import json
import os
import socket
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

from encryption import Certificates, Listener, OtherServer, receive
from harness import BINARY, Proxy, ProxyTest, eventually, free_port, run
from private_postgres import unprivileged_user

PAST, LONG_PAST = "20210101000000Z", "20200101000000Z"
FUTURE, FAR_FUTURE = "20480101000000Z", "20490101000000Z"


def certificate(folder, name, days="30", host="localhost", authority=None):
    """A key and a certificate that `authority`, or it itself, has signed; PEM files."""
    key, file = folder / f"{name}.key", folder / f"{name}.crt"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", file,
               "-days", days, "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
    if authority:
        command += ["-CA", folder / f"{authority}.crt", "-CAkey", folder / f"{authority}.key"]
    subprocess.run(list(map(str, command)), check=True, capture_output=True)
    return key, file


class MuteServer(Listener):
    """Agrees to TLS, and says nothing more."""

    def serve(self, connection):
        receive(connection, 8)
        connection.sendall(b"S")
        while connection.recv(4096):
            pass


class Doctor(ProxyTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="onetrip-doctor-")))
        certificate(cls.folder, "server")
        certificate(cls.folder, "other")
        data = Path(cls.server.folder) / "data"
        for name in ("server.key", "server.crt"):
            (data / name).write_bytes((cls.folder / name).read_bytes())
            (data / name).chmod(0o600)
            owner = data.stat()
            os.chown(data / name, owner.st_uid, owner.st_gid)
        cls.make_certificates()

    @classmethod
    def make_certificates(cls):
        made = cls.certificates = cls.enterClassContext(Certificates())
        made.make_authority("stranger")
        made.issue_for_server("server", "localhost", "DNS:localhost")
        made.issue("client", "postgres")
        made.issue("strange", "postgres", authority="stranger")
        for name, begin, end in (("expired", LONG_PAST, PAST), ("early", FUTURE, FAR_FUTURE)):
            made.request(name, "localhost", "subjectAltName=DNS:localhost", owner=unprivileged_user())
            made.sign(name, begin, end)
        made.request("late", "late", "basicConstraints=critical,CA:TRUE")
        made.sign("late", LONG_PAST, PAST, authority="late")
        made.issue("of_late", "localhost", "DNS:localhost", authority="late", owner=unprivileged_user())
        made.revoke("revoked", "server")
        made.revoke("others", authority="stranger")

    def examine(self, upstream, code, environment=None, before=(), **keys):
        """What doctor says, by subject: lists of (status, message, fix). `before`: a command that runs it."""
        keys.setdefault("admin__listen", f"127.0.0.1:{free_port()}")
        keys.setdefault("proxy__listen", f"127.0.0.1:{free_port()}")
        settings = {f"ONETRIP_{key.upper()}": str(value) for key, value in keys.items()}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        done = subprocess.run([*before, BINARY, "doctor", "--json", upstream], text=True, timeout=60,
                              env=dict(kept, **settings, **(environment or {})), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual(report["schema_version"], 1)
        found = {}
        for check in report["checks"]:
            self.assertEqual(check["fix"] is None, check["status"] == "ok", check)
            found.setdefault(check["check"], []).append((check["status"], check["message"], check["fix"]))
        return found

    def url(self, host="localhost", **parameters):
        parameters = {"hostaddr": "127.0.0.1", **parameters}
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        return f"postgres://{self.server.user}@{host}:{self.server.port}/postgres?{query}"

    def url_elsewhere(self, **parameters):
        """The same server by an address that is none of loopback, though Linux leads there."""
        return self.url("db.example", hostaddr="0.0.0.0", **parameters)

    def of_upstream(self, found):
        return next(checks for subject, checks in found.items() if subject.startswith("upstream"))

    def with_tls(self, **settings):
        self.addCleanup(self.server.sql, "SELECT pg_reload_conf()")
        self.addCleanup(self.server.sql, "ALTER SYSTEM RESET ALL")
        wanted = dict(settings, ssl="on")
        self.server.sql(";".join(f"ALTER SYSTEM SET {name} = '{value}'" for name, value in wanted.items()))
        self.server.sql("SELECT pg_reload_conf()")
        shown = "".join(f"SHOW {name};" for name in wanted)
        eventually(lambda: self.server.sql(shown).splitlines() == list(wanted.values()), f"{wanted} at the server")

    def with_certificates(self, name="server", **settings):
        """The server shows that one of `certificates`; parameters of a URL that check it."""
        self.with_tls(**self.certificates.server_settings(name), **settings)
        return {"sslmode": "verify-full", "sslrootcert": self.certificates["ca.crt"]}

    @contextlib.contextmanager
    def with_rule(self, rule):
        """That line goes before the others of pg_hba.conf."""
        rules = Path(self.server.sql("SHOW hba_file"))
        before = rules.read_text()
        try:
            self.set_rules(rules, f"{rule}\n{before}")
            yield
        finally:
            self.set_rules(rules, before)

    def set_rules(self, file, text):
        before = self.server.sql("SELECT pg_conf_load_time()")
        file.write_text(text)
        self.server.sql("SELECT pg_reload_conf()")
        eventually(lambda: self.server.sql("SELECT pg_conf_load_time()") != before, "reading the rules anew")

    def shown(self, name):
        return {"sslcert": self.certificates[f"{name}.crt"], "sslkey": self.certificates[f"{name}.key"]}

    def failed(self, checks, message, *fixes):
        """The one check that failed, by its message, and what its fix says."""
        failed = [(text, fix) for status, text, fix in checks if status == "fail"]
        self.assertEqual(len(failed), 1, checks)
        self.assertIn(message, failed[0][0])
        for fix in fixes:
            self.assertIn(fix, failed[0][1])

    def test_all_is_well(self):
        found = self.examine(self.url(), 0)
        checks = self.of_upstream(found)
        self.assertEqual({status for status, _, _ in checks}, {"ok"})
        self.assertTrue(any("is reached in" in message for _, message, _ in checks))
        self.assertTrue(any("no TLS" in message for _, message, _ in checks))
        self.assertIn("3 tables", found["catalog"][0][1])

    def test_text_is_one_line_for_each_check(self):
        done = subprocess.run([BINARY, "doctor", "127.0.0.1:1", "--listen", f"127.0.0.1:{free_port()}",
                               "--admin", f"127.0.0.1:{free_port()}"], text=True, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 75)
        for line in done.stdout.splitlines():
            self.assertRegex(line, r"^(ok      |warning |fail    ) \S")
        self.assertRegex(done.stdout, r"(?m)^fail     upstream 127.0.0.1:1: .*refused\. To mend it: start the server")

    def test_a_wrong_configuration_ends_with_2(self):
        found = self.examine("postgres://h?sslmode=verify-full", 2)
        self.assertIn("sslrootcert", found["configuration"][0][1])
        self.assertEqual(found["configuration"][0][2], "correct it; `onetrip config check` looks again")

    def test_a_server_without_tls_where_it_is_demanded(self):
        checks = self.of_upstream(self.examine(self.url(sslmode="require"), 75))
        self.failed(checks, "it has no TLS, and sslmode is require", "ssl = on", "sslmode=prefer")

    def test_tls_with_a_good_chain_and_name(self):
        self.with_tls()
        checks = self.of_upstream(
            self.examine(self.url(sslmode="verify-full", sslrootcert=self.folder / "server.crt"), 0))
        self.assertRegex(checks[-1][1], r"^verify-full: TLSv1\.[23], .*CN=localhost.*chain and host name are good")

    def test_tls_with_an_unknown_authority(self):
        self.with_tls()
        found = self.examine(self.url(sslmode="verify-ca", sslrootcert=self.folder / "other.crt"), 75,
                             listen__tls__mode="allow", listen__tls__certificate=self.folder / "other.crt",
                             listen__tls__key=self.folder / "other.key")
        self.failed(self.of_upstream(found), "certificate",
                    "give the authority that signed it by sslrootcert or upstream.tls.ca")
        # No session comes so far that it could bind itself to a channel.
        self.assertEqual([subject for subject in found if subject.startswith("channel")], [])

    def test_a_server_elsewhere_that_is_not_checked(self):
        self.with_tls()
        for mode in ("prefer", "require"):
            status, said, fix = self.of_upstream(self.examine(self.url_elsewhere(sslmode=mode), 0))[-1]
            self.assertEqual(status, "warning")
            self.assertIn("neither chain nor host name is checked", said)
            self.assertIn("it is on another machine", said)
            self.assertIn("verify-full", fix)
            self.assertIn("sslrootcert or upstream.tls.ca", fix)
            self.assertEqual(self.of_upstream(self.examine(self.url(sslmode=mode), 0))[-1][0], "ok")
        checks = self.of_upstream(
            self.examine(self.url_elsewhere(sslmode="require", sslrootcert=self.folder / "server.crt"), 0))
        self.assertEqual(checks[-1][0], "ok")

    def test_a_server_elsewhere_in_clear(self):
        for mode, why in (("prefer", "it has no TLS (ssl = off)"), ("disable", "TLS to it is switched off (disable)")):
            self.assertEqual(self.of_upstream(self.examine(self.url_elsewhere(sslmode=mode), 0))[-1],
                             ("warning", f"{why}, and it is on another machine",
                              "set sslmode in the upstream's URL, or upstream.tls.mode, to verify-full"))
            self.assertEqual(self.of_upstream(self.examine(self.url(sslmode=mode), 0))[-1],
                             ("ok", f"{why}; it is on this machine", None))

    def test_tls_with_another_name(self):
        self.with_tls()
        checks = self.of_upstream(self.examine(
            self.url("db.example", sslmode="verify-full", sslrootcert=self.folder / "server.crt"), 75))
        self.failed(checks, "not made out to the host name db.example", "a name that the certificate bears",
                    "hostaddr keeps the address", "verify-ca")

    def test_two_certificates_break_channel_binding(self):
        self.with_tls()
        found = self.examine(self.url(), 0, listen__tls__mode="allow",
                             listen__tls__certificate=self.folder / "other.crt",
                             listen__tls__key=self.folder / "other.key")
        status, _, fix = next(checks for subject, checks in found.items() if subject.startswith("channel"))[0]
        self.assertEqual(status, "warning")
        self.assertIn("channel_binding=disable", fix)
        self.assertIn("listen.tls.certificate", fix)
        found = self.examine(self.url(), 0, listen__tls__mode="allow",
                             listen__tls__certificate=self.folder / "server.crt",
                             listen__tls__key=self.folder / "server.key")
        self.assertEqual(next(checks for subject, checks in found.items() if subject.startswith("channel"))[0][0], "ok")

    def test_a_certificate_that_soon_expires(self):
        certificate(self.folder, "old", days="1")
        data = Path(self.server.folder) / "data"
        for name in ("server.key", "server.crt"):
            before = (data / name).read_bytes()
            self.addCleanup((data / name).write_bytes, before)
            (data / name).write_bytes((self.folder / name.replace("server", "old")).read_bytes())
        self.with_tls()
        checks = self.of_upstream(self.examine(self.url(), 0))
        self.assertEqual(checks[-1][0], "warning")
        self.assertRegex(checks[-1][1], r"expires in (0 days|1 day)$")
        self.assertEqual(checks[-1][2], "renew it at the server")

    def test_a_certificate_of_the_server_that_has_expired(self):
        checked = self.with_certificates("expired")
        for mode in ("verify-full", "verify-ca", "require"):
            checks = self.of_upstream(self.examine(self.url(**dict(checked, sslmode=mode)), 75))
            self.failed(checks, "certificate has expired; certificate of CN=localhost",
                        "renew the server's certificate")
            self.assertEqual({status for status, _, _ in checks}, {"ok", "fail"})
        self.assertEqual(self.of_upstream(self.examine(self.url(sslmode="require"), 0))[-1],
                         ("warning", "its certificate has expired", "renew it at the server"))

    def test_a_certificate_of_the_server_that_is_not_good_yet(self):
        checks = self.of_upstream(self.examine(self.url(**self.with_certificates("early")), 75))
        self.failed(checks, "certificate is not yet valid", "clock")

    def test_an_authority_that_has_expired(self):
        checked = dict(self.with_certificates("of_late"), sslrootcert=self.certificates["late.crt"])
        checks = self.of_upstream(self.examine(self.url(**checked), 75))
        self.failed(checks, "certificate has expired", "renew the certificate of the authority that signed it",
                    "sslrootcert")

    def test_a_certificate_of_the_server_that_was_revoked(self):
        checked = self.with_certificates()
        checks = self.of_upstream(self.examine(self.url(**checked, sslcrl=self.certificates["revoked.crl"]), 75))
        self.failed(checks, "certificate revoked", "it is in the revocation list: give the server a new certificate")
        checks = self.of_upstream(self.examine(self.url(**checked, sslcrl=self.certificates["others.crl"]), 75))
        self.failed(checks, "CRL", "each authority of its chain needs a revocation list of its own")

    def test_versions_of_tls_that_do_not_meet(self):
        checked = self.with_certificates(ssl_max_protocol_version="TLSv1.2")
        for parameters in ({"sslmode": "require"}, checked):
            checks = self.of_upstream(self.examine(self.url(**parameters, ssl_min_protocol_version="TLSv1.3"), 75))
            self.failed(checks, "protocol version", "upstream.tls.min_version", "ssl_min_protocol_version",
                        "ssl_max_protocol_version")
        status, said, fix = self.of_upstream(self.examine(self.url(ssl_min_protocol_version="TLSv1.3"), 0))[-1]
        self.assertEqual(status, "warning")
        self.assertIn("under prefer sessions go on in clear", said)
        self.assertIn("upstream.tls.min_version", fix)
        self.assertTrue(any("verify-full: TLSv1.2" in text for _, text, _ in
                            self.of_upstream(self.examine(self.url(**checked), 0))))

    def test_a_server_that_speaks_tls_1_3_only(self):
        checked = self.with_certificates(ssl_min_protocol_version="TLSv1.3")
        self.assertTrue(any("verify-full: TLSv1.3" in text for _, text, _ in
                            self.of_upstream(self.examine(self.url(**checked), 0))))

    def test_a_certificate_of_ours_that_the_server_does_not_take(self):
        checked = self.with_certificates(ssl_max_protocol_version="TLSv1.2")
        for parameters in (checked, {"sslmode": "require"}):  # where the server is not checked, it is not at fault
            checks = self.of_upstream(self.examine(self.url(**parameters, **self.shown("strange")), 75))
            self.failed(checks, "unknown ca", "sslcert and sslkey", "upstream.tls.certificate", "ssl_ca_file")

    def test_a_certificate_of_ours_that_only_a_login_shows_not_to_be_taken(self):
        checked = self.with_certificates(ssl_min_protocol_version="TLSv1.3")
        found = self.examine(self.url(**checked, **self.shown("strange")), 0)
        self.assertEqual(found["catalog"][0][0], "warning")
        self.assertIn("unknown ca", found["catalog"][0][1])
        self.assertIn("upstream.tls.certificate", found["catalog"][0][2])

    def test_a_server_that_demands_a_certificate_of_ours(self):
        checked = self.with_certificates()
        for rule in ("cert", "trust clientcert=verify-ca"):
            with self.with_rule(f"hostssl all all 127.0.0.1/32 {rule}"):
                found = self.examine(self.url(**checked), 0)
                self.assertEqual(found["catalog"][0][0], "warning")
                self.assertIn("requires a valid client certificate", found["catalog"][0][1])
                self.assertIn("sslcert and sslkey", found["catalog"][0][2])
                self.assertIn("upstream.tls.certificate", found["catalog"][0][2])
                self.assertEqual(self.examine(self.url(**checked, **self.shown("client")), 0)["catalog"][0][0], "ok")
        self.assertEqual(self.examine(self.url(**checked), 0)["catalog"][0][0], "ok")

    def test_a_certificate_of_ours_for_the_server_that_expires(self):
        checked = self.with_certificates()
        for name, message in (("expired", "has expired"), ("client", "expires in (1 day|2 days)")):
            checks = self.of_upstream(self.examine(self.url(**checked, **self.shown(name)), 0))
            status, said, fix = checks[-1]
            self.assertEqual((status, fix), ("warning", "renew sslcert or upstream.tls.certificate, and have it read "
                                                        "anew by SIGHUP"))
            self.assertRegex(said, f"^our certificate for it {message}$")

    def test_something_else_than_postgresql(self):
        def answer(listener):
            with contextlib.suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    with client:
                        client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        with socket.create_server(("127.0.0.1", 0)) as listener:
            threading.Thread(target=answer, args=[listener], daemon=True).start()
            checks = self.of_upstream(self.examine(f"postgres://127.0.0.1:{listener.getsockname()[1]}", 75))
            listener.shutdown(socket.SHUT_RDWR)
        self.failed(checks, "SSLRequest", "is a PostgreSQL there, and not something else?")

    def test_a_server_that_cannot_serve_now(self):
        for mode in ("prefer", "require"):
            with OtherServer(b"E\0\0\0\x0aSFATAL\0\0") as server:
                checks = self.of_upstream(
                    self.examine(f"postgres://127.0.0.1:{server.port}/postgres?sslmode={mode}", 75))
            self.failed(checks, "it answered the request for TLS with an error", "look at the server's log",
                        "max_connections", "starting up")

    def test_a_server_that_hangs_in_the_handshake_of_tls(self):
        with MuteServer() as server:  # a session ends there under prefer, too
            checks = self.of_upstream(self.examine(f"postgres://127.0.0.1:{server.port}/postgres?sslmode=prefer", 75))
        self.failed(checks, "the TLS handshake took too long", "look whether the server hangs")
        self.assertFalse(any("in clear" in text for _, text, _ in checks), checks)

    def test_a_catalog_login_that_fails_is_a_warning(self):
        found = self.examine(self.url(), 0, catalog__dsn="user=nobody_of_that_name")
        self.assertEqual(found["catalog"][0][0], "warning")
        self.assertIn("catalog.dsn", found["catalog"][0][2])

    def test_a_catalog_login_is_checked_as_traffic_is(self):
        self.with_tls()
        upstream = (f"postgres://db.example:{self.server.port}/postgres?hostaddr=127.0.0.1&sslmode=verify-full"
                    f"&sslrootcert={self.folder / 'server.crt'}")
        found = self.examine(upstream, 75, {"PGUSER": self.server.user})
        self.failed(self.of_upstream(found), "not made out to", "verify-ca")
        self.assertEqual(found["catalog"][0][0], "warning")
        self.assertIn("does not match host name", found["catalog"][0][1])
        self.assertEqual(found["catalog"][0][2], "mend the upstream first")
        found = self.examine(upstream.replace("db.example", "localhost"), 0, {"PGUSER": self.server.user})
        self.assertEqual(found["catalog"][0][0], "ok")

    def test_our_own_certificate_that_soon_expires(self):
        for days, status in (("1", "warning"), ("30", "ok")):
            key, file = certificate(self.folder, "own", days=days)
            found = self.examine(self.url(), 0, listen__tls__mode="allow", listen__tls__certificate=file,
                                 listen__tls__key=key)
            self.assertEqual(found["listen.tls"][0][0], status)
            self.assertIn("our certificate expires in", found["listen.tls"][0][1])
            if status == "warning":
                self.assertEqual(found["listen.tls"][0][2],
                                 "renew listen.tls.certificate, and have it read anew by SIGHUP")

    def test_our_own_certificate_that_has_expired(self):
        found = self.examine(self.url(), 0, listen__tls__mode="allow",
                             listen__tls__certificate=self.certificates["expired.crt"],
                             listen__tls__key=self.certificates["expired.key"])
        self.assertEqual(found["listen.tls"], [("warning", "our certificate has expired",
                                                "renew listen.tls.certificate, and have it read anew by SIGHUP")])

    def test_authorities_of_clients_that_expire(self):
        both = self.folder / "authorities.crt"
        certificate(self.folder, "lasting")
        both.write_text(Path(self.certificates["late.crt"]).read_text() + Path(self.certificates["ca.crt"]).read_text()
                        + (self.folder / "lasting.crt").read_text())
        keys = {"listen__tls__certificate": self.folder / "server.crt", "listen__tls__key": self.folder / "server.key",
                "listen__tls__client_ca": both}
        checks = self.examine(self.url(), 0, listen__tls__mode="allow", **keys)["listen.tls"]
        self.assertEqual([(status, fix) for status, _, fix in checks[1:]],
                         [("warning", "renew it in listen.tls.client_ca, and have it read anew by SIGHUP")] * 2)
        self.assertIn("the authority CN=late of listen.tls.client_ca has expired", checks[1][1])
        self.assertRegex(checks[2][1], "the authority CN=ca of listen.tls.client_ca expires in (1 day|2 days)")
        checks = self.examine(self.url(), 0, listen__tls__mode="off", **keys)["listen.tls"]
        self.assertEqual([text for _, text, _ in checks], ["there is a certificate, but TLS with clients is off"])

    def test_open_files_for_any_number_of_clients(self):
        def files(limit):
            return self.examine(self.url(), 0, before=["prlimit", f"--nofile=64:{limit}"], limits__clients=0)["open files"]

        self.assertEqual(files(1064), [("ok", "1064 open files are allowed, enough for 500 clients; limits.clients sets "
                                              "no limit", None)])
        self.assertEqual(files(64), [("warning", "64 open files are allowed, enough for 0 clients; limits.clients sets "
                                                 "no limit", "raise the hard limit (ulimit -Hn, LimitNOFILE=)")])

    def test_too_few_open_files(self):
        def files(limit):
            return self.examine(self.url(), 0, before=["prlimit", f"--nofile={limit}:{limit}"],
                                limits__clients=100)["open files"]

        self.assertEqual(files(263), [("warning", "263 open files are allowed, 264 are needed for limits.clients",
                                       "raise the hard limit (ulimit -Hn, LimitNOFILE=) or lower limits.clients")])
        self.assertEqual(files(264)[0][0], "ok")

    def test_an_address_of_another_machine(self):
        found = self.examine(self.url(), 75, proxy__listen="192.0.2.1:6532")
        self.assertEqual(found["listening on 192.0.2.1:6532"][-1][2], "use an address of this machine")

    def test_listening_beyond_loopback_before_a_local_server(self):
        found = self.examine(self.url(), 0, proxy__listen=f"0.0.0.0:{free_port()}")
        checks = next(checks for subject, checks in found.items() if subject.startswith("listening on 0.0.0.0"))
        fixes = {fix for _, message, fix in checks if "trust or peer lines of its pg_hba.conf" in message}
        self.assertEqual(fixes, {"have pg_hba.conf demand a password (scram-sha-256) for local connections, too"})
        fixes = {fix for _, message, fix in checks if "passwords and rows in clear" in message}
        self.assertEqual(fixes, {'set listen.tls.mode = "require" with a certificate and key'})

    def test_a_port_that_is_taken(self):
        found = self.examine(self.url(), 75, proxy__listen=f"127.0.0.1:{self.proxy.port}")
        self.failed(found[f"listening on 127.0.0.1:{self.proxy.port}"], "Address already in use",
                    "end what holds it, or choose another address")

    def test_the_running_one_is_asked_what_it_saw(self):
        keys = {"admin__listen": f"127.0.0.1:{self.proxy.admin_port}",
                "proxy__listen": f"127.0.0.1:{self.proxy.port}"}
        self.api.reset()
        run(["psql", "-XAt", "-c", "SELECT 1"], self.through())
        found = self.examine(self.url(), 0, **keys)
        self.assertEqual(found["traffic"][0][0], "ok")
        self.assertIn("connections came", found["traffic"][0][1])
        self.api.call("POST", "/api/v1/analysis", {"enabled": False})
        self.addCleanup(self.api.call, "POST", "/api/v1/analysis", {"enabled": True})
        found = self.examine(self.url(), 0, **keys)
        self.assertIn(("warning", "Analysis is switched off", 'POST /api/v1/analysis {"enabled": true}'),
                      found["traffic"])

    def test_a_running_one_that_wants_another_token(self):
        token = self.folder / "token"
        token.write_text("secret")
        with Proxy(BINARY, self.url(), environment=dict(os.environ, ONETRIP_ADMIN__TOKEN_FILE=str(token))) as other:
            checks = self.examine(self.url(), 75, admin__listen=f"127.0.0.1:{other.admin_port}",
                                  proxy__listen=f"127.0.0.1:{other.port}")[f"admin 127.0.0.1:{other.admin_port}"]
        self.failed(checks, "demands another token", "admin.token_file to the file that it was started with")


if __name__ == "__main__":
    unittest.main()
