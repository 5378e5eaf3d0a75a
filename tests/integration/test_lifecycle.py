"""The process's own life: reload, switching analysis, draining, the two ways to end, and what systemd hears of it."""

import json
import os
import resource
import signal
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

import psycopg2

from harness import BINARY, ApiError, Proxy, ProxyTest, eventually

PATIENCE_S = 20


class Lifecycle(ProxyTest):
    """Each test has a proxy of its own, made from a file that it may change."""

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="onetrip-lifecycle-")))
        self.file = self.folder / "onetrip.toml"

    def start(self, text="", environment=None):
        self.file.write_text(text)
        upstream = f"postgres://{self.server.user}@{self.server.host}:{self.server.port}"
        proxy = Proxy(BINARY, upstream, "--config", self.file, environment=environment)
        self.addCleanup(proxy.stop)
        return proxy

    def connect(self, proxy, **more):
        connection = psycopg2.connect(host=proxy.host, port=proxy.port, user="postgres", dbname="postgres",
                                      connect_timeout=PATIENCE_S, **more)
        self.addCleanup(connection.close)
        connection.autocommit = True
        return connection

    @staticmethod
    def ask(connection, sql="SELECT name FROM author WHERE id = 1"):
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]

    def reload(self, proxy, text, line="reloaded the configuration"):
        """What was logged since SIGHUP, up to the line that ends a reload."""
        before = len(proxy.lines)
        self.file.write_text(text)
        proxy.process.send_signal(signal.SIGHUP)
        eventually(lambda: any(line in one for one in proxy.lines[before:]), f"the line {line!r}")
        return "\n".join(proxy.lines[before:])

    def statements(self, proxy):
        proxy.api.flush()
        return proxy.api.get("/api/v1/status")["statements"]["total"]

    def refuses(self, proxy):
        with socket.socket() as probe:
            return probe.connect_ex((proxy.host, proxy.port)) != 0

    def test_analysis_is_switched_off_and_on_without_dropping_anyone(self):
        proxy = self.start()
        connection = self.connect(proxy)
        self.ask(connection)
        self.assertEqual(self.statements(proxy), 1)
        proxy.api.call("POST", "/api/v1/analysis", {"enabled": False})
        self.ask(connection)
        self.assertEqual(self.statements(proxy), 1)
        status = proxy.api.get("/api/v1/status")
        self.assertEqual(status["analysis"], {"enabled": False, "sample": 1.0})
        self.assertIn("switched off", status["not_checked"][0])
        proxy.api.call("POST", "/api/v1/analysis", {"enabled": True})
        newer = self.connect(proxy)
        self.ask(newer)
        self.ask(connection)
        self.assertGreaterEqual(self.statements(proxy), 2)

    def test_a_sample_of_nobody_is_forwarded_and_not_looked_at(self):
        proxy = self.start()
        answer = json.loads(proxy.api.call("POST", "/api/v1/analysis", {"sample": 0}))
        self.assertEqual(answer, {"schema_version": 1, "enabled": True, "sample": 0})
        for _ in range(3):
            self.assertEqual(self.ask(self.connect(proxy)), "Author 1")
        self.assertEqual(self.statements(proxy), 0)
        proxy.api.call("POST", "/api/v1/analysis", {"sample": 1})
        self.ask(self.connect(proxy))
        self.assertEqual(self.statements(proxy), 1)

    def test_half_a_sample_looks_at_some_sessions_and_not_at_others(self):
        proxy = self.start("[analysis]\nsample = 0.5\n")
        for _ in range(40):
            connection = self.connect(proxy)
            self.ask(connection)
            connection.close()
        seen = self.statements(proxy)
        self.assertGreater(seen, 0)
        self.assertLess(seen, 40)

    def test_a_wrong_switch_is_told(self):
        proxy = self.start()
        with self.assertRaises(ApiError) as refused:
            proxy.api.call("POST", "/api/v1/analysis", {"sample": 2})
        self.assertEqual(refused.exception.status, 400)

    def test_reload_takes_what_it_can_and_names_what_it_cannot(self):  # [trap:sighup]
        proxy = self.start('[log]\nlevel = "info"\n')
        connection = self.connect(proxy)
        said = self.reload(proxy, '[log]\nlevel = "debug"\n[limits]\nio_threads = 3\n[analysis]\nsample = 0.5\n'
                                  '[ignore]\nusers = ["backup"]\n[rules.n-plus-one]\nlevel = "off"\n')
        self.assertIn('log.level is \\"debug\\" now, was \\"info\\"', said)
        self.assertIn("analysis.sample is 0.5 now, was 1.0", said)
        self.assertIn("rules.n-plus-one.level is", said)
        self.assertIn("limits.io_threads needs a restart: it stays 1, the configuration says 3", said)
        self.assertEqual(proxy.api.get("/api/v1/status")["analysis"]["sample"], 0.5)
        self.assertEqual(self.ask(connection), "Author 1")

    def test_reload_changes_rules_and_what_is_ignored_at_once(self):
        proxy = self.start()
        self.loop(proxy)
        self.assertEqual(len(proxy.api.findings()), 1)
        self.reload(proxy, '[rules.n-plus-one]\nlevel = "off"\n')
        proxy.api.reset()
        self.loop(proxy)
        self.assertEqual(proxy.api.findings(), [])
        self.reload(proxy, '[rules.n-plus-one]\nlevel = "info"\n')
        self.loop(proxy)
        self.assertEqual([one["severity"] for one in proxy.api.findings()], ["info"])
        self.reload(proxy, '[ignore]\napplications = ["loop"]\n')
        proxy.api.reset()
        self.loop(proxy)
        self.assertEqual(proxy.api.findings(), [])

    def loop(self, proxy):
        connection = self.connect(proxy, application_name="loop")
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, author_id FROM book WHERE id <= 20")
            for _, author in cursor.fetchall():
                cursor.execute("SELECT name FROM author WHERE id = %s", (author,))
        connection.close()

    def test_a_broken_file_changes_nothing_and_is_told(self):  # [trap:sighup]
        proxy = self.start('[analysis]\nsample = 1\n')
        said = self.reload(proxy, '[analysis]\nsample = 0\n[limits]\nclient = 1\n', "nothing is changed")
        self.assertIn("onetrip.toml:4:1: unknown key `limits.client`. Did you mean `limits.clients`?", said)
        self.assertEqual(proxy.api.get("/api/v1/status")["analysis"]["sample"], 1)
        said = self.reload(proxy, '[analysis]\nsample = 0\n[admin]\ntoken_file = "/nonexistent/token"\n',
                           "nothing is changed")
        self.assertIn("/nonexistent/token", said)
        self.file.unlink()
        before = len(proxy.lines)
        proxy.process.send_signal(signal.SIGHUP)
        eventually(lambda: any("cannot read the file" in line for line in proxy.lines[before:]), "the sentence")
        self.assertEqual(self.ask(self.connect(proxy)), "Author 1")

    def test_quitquitquit_lets_connections_finish(self):  # [trap:drain-lets-finish]
        proxy = self.start("[admin]\nquit = true\n")
        connection = self.connect(proxy)
        proxy.api.call("POST", "/api/v1/quitquitquit")
        eventually(lambda: self.refuses(proxy), "the end of accepting")
        self.assertEqual(self.ask(connection), "Author 1")
        connection.close()
        self.assertEqual(proxy.process.wait(PATIENCE_S), 0)

    def test_quitquitquit_is_off_unless_configured(self):
        proxy = self.start()
        with self.assertRaises(ApiError) as refused:
            proxy.api.call("POST", "/api/v1/quitquitquit")
        self.assertEqual(refused.exception.status, 403)

    def test_a_second_sigint_ends_at_once(self):  # [trap:second-sigint]
        proxy = self.start()
        connection = self.connect(proxy)
        proxy.process.send_signal(signal.SIGINT)
        proxy.wait_for_line("SIGINT: ending")
        self.assertEqual(self.ask(connection), "Author 1")
        proxy.process.send_signal(signal.SIGINT)
        self.assertEqual(proxy.process.wait(PATIENCE_S), 128 + signal.SIGINT)
        proxy.wait_for_line("second SIGINT: ending at once")
        with self.assertRaises(psycopg2.OperationalError):
            self.ask(connection)

    def test_a_sigint_after_sigterm_ends_at_once_and_is_called_what_it_is(self):
        proxy = self.start()
        self.connect(proxy)
        proxy.process.send_signal(signal.SIGTERM)
        proxy.wait_for_line("SIGTERM: ending")
        proxy.process.send_signal(signal.SIGINT)
        self.assertEqual(proxy.process.wait(PATIENCE_S), 128 + signal.SIGINT)
        proxy.wait_for_line("SIGINT after SIGTERM: ending at once")
        self.assertFalse(any("second" in line for line in proxy.lines), proxy.lines)

    def test_a_reload_while_ending_is_told_not_to_be_done(self):  # [trap:sighup]
        proxy = self.start('[analysis]\nsample = 1\n')
        connection = self.connect(proxy)
        proxy.process.send_signal(signal.SIGTERM)
        proxy.wait_for_line("SIGTERM: ending")
        said = self.reload(proxy, '[analysis]\nsample = 0\n', "SIGHUP: nothing is reloaded while ending")
        self.assertNotIn("analysis.sample", said)
        self.assertEqual(self.ask(connection), "Author 1")
        connection.close()
        self.assertEqual(proxy.process.wait(PATIENCE_S), 0)

    def test_without_a_limit_of_clients_all_open_files_are_allowed(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        for clients, allowed in ((0, hard), (100, 264), (10, 256)):
            proxy = self.start(f"[limits]\nclients = {clients}\n")
            self.assertEqual(resource.prlimit(proxy.process.pid, resource.RLIMIT_NOFILE), (allowed, hard))

    def test_clients_are_served_for_a_while_after_sigterm(self):  # [trap:drain-min-delay]
        proxy = self.start('[drain]\nmin_delay = "1s"\n')
        proxy.process.send_signal(signal.SIGTERM)
        proxy.wait_for_line("SIGTERM: ending")
        connection = self.connect(proxy)  # accepted still
        eventually(lambda: self.refuses(proxy), "the end of accepting")
        self.assertEqual(self.ask(connection), "Author 1")
        connection.close()
        self.assertEqual(proxy.process.wait(PATIENCE_S), 0)

    def test_those_who_stay_are_closed_when_the_drain_limit_is_over(self):  # [trap:drain-limit]
        proxy = self.start('[drain]\nlimit = "200ms"\n')
        connection = self.connect(proxy)
        proxy.process.send_signal(signal.SIGTERM)
        self.assertEqual(proxy.process.wait(PATIENCE_S), 0)
        with self.assertRaises(psycopg2.OperationalError):
            self.ask(connection)

    def test_one_client_too_many_is_told_so(self):
        proxy = self.start("[limits]\nclients = 1\n")
        first = self.connect(proxy)
        with self.assertRaises(psycopg2.OperationalError) as refused:
            self.connect(proxy)
        self.assertIn("too many", str(refused.exception))
        self.assertEqual(self.ask(first), "Author 1")
        failed = proxy.api.get("/api/v1/status")["connections"]["failed"]
        self.assertEqual(failed["too_many_clients"], 1)

    def test_what_is_no_postgresql_is_counted(self):
        proxy = self.start()
        with socket.create_connection((proxy.host, proxy.port)) as garbage:
            garbage.sendall(b"GET / HTTP/1.1\r\n\r\n")
            garbage.settimeout(PATIENCE_S)
            while garbage.recv(4096):
                pass
        status = proxy.api.get("/api/v1/status")
        self.assertEqual(status["connections"]["failed"]["bad_packet"], 1)
        self.assertTrue(any("did not speak PostgreSQL's protocol" in one for one in status["not_checked"]))
        self.assertEqual(proxy.api.metric("onetrip_connection_failures_total"), 1)

    def test_systemd_hears_of_start_reload_life_and_end(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
            name = str(self.folder / "notify")
            systemd.bind(name)
            systemd.settimeout(PATIENCE_S)
            proxy = self.start("", environment=dict(os.environ, NOTIFY_SOCKET=name, WATCHDOG_USEC="200000"))
            told = [systemd.recv(4096).decode()]
            self.assertRegex(told[0], r"^READY=1\nSTATUS=ready for connections on ")
            self.assertEqual(systemd.recv(4096), b"WATCHDOG=1\n")
            self.reload(proxy, "")
            proxy.stop()
            systemd.setblocking(False)
            while True:
                try:
                    told.append(systemd.recv(4096).decode())
                except BlockingIOError:
                    break
            kinds = [one.split("=")[0] for one in told if not one.startswith("WATCHDOG")]
            self.assertEqual(kinds, ["READY", "RELOADING", "READY", "STOPPING"])


class Configurations(unittest.TestCase):
    def test_what_cannot_be_used_ends_with_2_before_anything_starts(self):
        cases = [({"catalog.dsn": "nonsense"}, "catalog.dsn"), ({"catalog.file": "/nonexistent"}, "/nonexistent"),
                 ({"admin.token_file": "/dev/null"}, "is empty"),
                 ({"listen.tls.mode": "allow", "listen.tls.certificate": "/nonexistent/c",
                   "listen.tls.key": "/nonexistent/k"}, "/nonexistent/c")]
        for values, sentence in cases:
            for verb in (["run"], ["config", "check"]):
                with self.subTest(values=values, verb=verb):
                    variables = {"ONETRIP_" + key.upper().replace(".", "__"): value for key, value in values.items()}
                    done = subprocess.run([BINARY, *verb, "127.0.0.1:1"], env=dict(os.environ, **variables), text=True,
                                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE_S)
                    self.assertEqual(done.returncode, 2, done.stderr)
                    self.assertIn(sentence, done.stderr)

    def test_a_login_that_is_none_is_wrong_usage(self):
        done = subprocess.run([BINARY, "catalog", "export", "--dsn", "nonsense"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 2, done.stderr)

    def test_status_tells_of_a_broken_file(self):
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write("[admin]\nlisen = 1\n")
            file.flush()
            done = subprocess.run([BINARY, "status", "--config", file.name], capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("admin.listen", done.stderr)


if __name__ == "__main__":
    unittest.main()
