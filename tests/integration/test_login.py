"""Ways in: TCP and Unix sockets on either side, passwords that only client and server know, encryption refused."""

import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import BINARY, Proxy, ProxyTest

SCRAM = "host all locked 127.0.0.1/32 scram-sha-256\n"


class Login(ProxyTest):
    @classmethod
    def prepare(cls):
        cls.server.sql("SET password_encryption = 'scram-sha-256'; CREATE ROLE locked LOGIN PASSWORD 'quince'")
        rules = Path(cls.server.sql("SHOW hba_file"))
        rules.write_text(SCRAM + rules.read_text())
        cls.server.sql("SELECT pg_reload_conf()")

    def psql(self, environment, sql="SELECT 6 * 7"):
        """Exit code and what a person reads."""
        done = subprocess.run(["psql", "-XAtw", "-c", sql], env=environment, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout.strip()

    def same_but_for_the_port(self, **login):
        through, direct = self.psql(dict(self.through(), **login)), self.psql(dict(self.direct(), **login))
        port, proxy_port = str(self.server.port), str(self.proxy.port)
        self.assertEqual((through[0], through[1].replace(proxy_port, port)), direct)
        return through

    def test_scram(self):
        self.assertEqual(self.same_but_for_the_port(PGUSER="locked", PGPASSWORD="quince"), (0, "42"))

    def test_a_wrong_password(self):
        code, text = self.same_but_for_the_port(PGUSER="locked", PGPASSWORD="medlar")
        self.assertEqual(code, 2)
        self.assertIn('password authentication failed for user "locked"', text)

    def test_a_password_is_nowhere_in_the_log(self):  # [trap:p-has-four-meanings]
        self.psql(dict(self.through(), PGUSER="locked", PGPASSWORD="quince"), "ALTER ROLE locked PASSWORD 'quince'")
        self.api.flush()
        self.assertNotIn("quince", self.proxy.output())
        self.assertNotIn("quince", str(self.api.windows()))

    def test_encryption_that_is_required_is_refused_as_the_server_does(self):
        code, text = self.same_but_for_the_port(PGSSLMODE="require")
        self.assertEqual(code, 2)
        self.assertIn("server does not support SSL", text)

    def test_unix_sockets_on_both_sides(self):
        with tempfile.TemporaryDirectory() as folder:
            upstream = f"{self.server.folder}:{self.server.port}"
            with Proxy(BINARY, upstream, "--listen", f"{folder}:6543") as proxy:
                by_socket = self.psql(self.server.environment(host=folder, port=6543))
                by_port = self.psql(self.server.environment(host=proxy.host, port=proxy.port))
            self.assertEqual(by_socket, (0, "42"))
            self.assertEqual(by_port, (0, "42"))
            self.assertEqual(list(Path(folder).iterdir()), [])

    def test_the_session_is_the_servers_own(self):
        code, text = self.psql(self.through(PGAPPNAME="itself"),
                               "SELECT pid = pg_backend_pid() FROM pg_stat_activity WHERE application_name = 'itself'")
        self.assertEqual((code, text), (0, "t"))


if __name__ == "__main__":
    unittest.main()
