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

from harness import BINARY, ProxyTest, free_port, run


def certificate(folder, name, days="30", host="localhost", authority=None):
    """A key and a certificate that `authority`, or it itself, has signed; PEM files."""
    key, file = folder / f"{name}.key", folder / f"{name}.crt"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", file,
               "-days", days, "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
    if authority:
        command += ["-CA", folder / f"{authority}.crt", "-CAkey", folder / f"{authority}.key"]
    subprocess.run(list(map(str, command)), check=True, capture_output=True)
    return key, file


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

    def examine(self, upstream, code, environment=None, **keys):
        """What doctor says, by subject: lists of (status, message, fix)."""
        keys.setdefault("admin__listen", f"127.0.0.1:{free_port()}")
        keys.setdefault("proxy__listen", f"127.0.0.1:{free_port()}")
        settings = {f"ONETRIP_{key.upper()}": str(value) for key, value in keys.items()}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        done = subprocess.run([BINARY, "doctor", "--json", upstream], env=dict(kept, **settings, **(environment or {})),
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual(report["schema_version"], 1)
        found = {}
        for check in report["checks"]:
            self.assertEqual(check["fix"] is None, check["status"] == "ok", check)
            found.setdefault(check["check"], []).append((check["status"], check["message"], check["fix"]))
        return found

    def url(self, host="localhost", **parameters):
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        return f"postgres://{self.server.user}@{host}:{self.server.port}/postgres?hostaddr=127.0.0.1&{query}"

    def of_upstream(self, found):
        return next(checks for subject, checks in found.items() if subject.startswith("upstream"))

    def with_tls(self):
        self.server.sql("ALTER SYSTEM SET ssl = on")
        self.server.sql("SELECT pg_reload_conf()")
        self.addCleanup(self.server.sql, "SELECT pg_reload_conf()")
        self.addCleanup(self.server.sql, "ALTER SYSTEM RESET ssl")

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

    def test_a_server_without_tls_where_it_is_demanded(self):
        checks = self.of_upstream(self.examine(self.url(sslmode="require"), 75))
        self.assertEqual(checks[-1][0], "fail")
        self.assertIn("ssl = on", checks[-1][2])

    def test_tls_with_a_good_chain_and_name(self):
        self.with_tls()
        checks = self.of_upstream(
            self.examine(self.url(sslmode="verify-full", sslrootcert=self.folder / "server.crt"), 0))
        self.assertRegex(checks[-1][1], r"^verify-full: TLSv1\.[23], .*CN=localhost.*chain and host name are good")

    def test_tls_with_an_unknown_authority(self):
        self.with_tls()
        checks = self.of_upstream(
            self.examine(self.url(sslmode="verify-ca", sslrootcert=self.folder / "other.crt"), 75))
        self.assertEqual(checks[-1][0], "fail")
        self.assertIn("sslrootcert", checks[-1][2])

    def test_tls_with_another_name(self):
        self.with_tls()
        checks = self.of_upstream(self.examine(
            self.url("db.example", sslmode="verify-full", sslrootcert=self.folder / "server.crt"), 75))
        self.assertIn("not made out to", checks[-1][1])

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
        self.assertEqual(checks[-1][0], "fail")
        self.assertIn("SSLRequest", checks[-1][1])

    def test_a_catalog_login_that_fails_is_a_warning(self):
        found = self.examine(self.url(), 0, catalog__dsn="user=nobody_of_that_name")
        self.assertEqual(found["catalog"][0][0], "warning")
        self.assertIn("catalog.dsn", found["catalog"][0][2])

    def test_a_catalog_login_is_checked_as_traffic_is(self):
        self.with_tls()
        upstream = (f"postgres://db.example:{self.server.port}/postgres?hostaddr=127.0.0.1&sslmode=verify-full"
                    f"&sslrootcert={self.folder / 'server.crt'}")
        found = self.examine(upstream, 75, {"PGUSER": self.server.user})
        self.assertIn("not made out to", self.of_upstream(found)[-1][1])
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

    def test_an_address_of_another_machine(self):
        found = self.examine(self.url(), 75, proxy__listen="192.0.2.1:6532")
        self.assertEqual(found["listening on 192.0.2.1:6532"][-1][2], "use an address of this machine")

    def test_listening_beyond_loopback_before_a_local_server(self):
        found = self.examine(self.url(), 0, proxy__listen=f"0.0.0.0:{free_port()}")
        checks = next(checks for subject, checks in found.items() if subject.startswith("listening on 0.0.0.0"))
        self.assertTrue(any("pg_hba.conf" in message for _, message, _ in checks))

    def test_a_port_that_is_taken(self):
        found = self.examine(self.url(), 75, proxy__listen=f"127.0.0.1:{self.proxy.port}")
        self.assertEqual(found[f"listening on 127.0.0.1:{self.proxy.port}"][0][0], "fail")

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
        self.assertTrue(any("switched off" in message for _, message, _ in found["traffic"]))


if __name__ == "__main__":
    unittest.main()
