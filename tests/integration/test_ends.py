"""Ends of every kind: a client that is killed, a statement that is cancelled, a server that is not there, a proxy that
is told to go."""

import signal
import subprocess
import threading
import unittest

import psycopg2
from psycopg2.extensions import QueryCanceledError

from harness import BINARY, CLIENTS, PYTHON, ProxyTest, Proxy, eventually, free_port, run

LONG = "SELECT pg_sleep(600)"
# More than any buffer on the way holds: the server must wait for a reader.
LARGE = "SELECT repeat('x', 1000) FROM generate_series(1, 5000000)"


class Ends(ProxyTest):
    def psql(self, sql, application):
        """A client of its own process, which has sent `sql`."""
        process = subprocess.Popen(["psql", "-XAt", "-c", sql], env=self.through(PGAPPNAME=application), text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        eventually(lambda: self.state(application) == "active", f"{application}'s statement to run")
        return process

    def state(self, application):
        return self.server.sql(f"SELECT state FROM pg_stat_activity WHERE application_name = '{application}'")

    def check_nothing_left(self, application):
        eventually(lambda: self.state(application) == "", "the server session's end")
        self.wait_until_no_clients()

    def test_a_client_killed_in_a_long_query_leaves_nothing(self):  # [trap:client-gone]
        client = self.psql(LONG, "killed-long")
        client.send_signal(signal.SIGKILL)
        client.wait()
        self.check_nothing_left("killed-long")

    def test_a_client_killed_in_a_large_result_leaves_nothing(self):  # [trap:client-gone]
        # Nobody reads its output, so the answer stands still on its whole way.
        client = subprocess.Popen(["psql", "-XAt", "-c", f"COPY ({LARGE}) TO STDOUT"],
                                  env=self.through(PGAPPNAME="killed-large"), stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(client.stdout.close)
        eventually(lambda: self.server.sql("SELECT wait_event FROM pg_stat_activity "
                                           "WHERE application_name = 'killed-large'") == "ClientWrite",
                   "the server to wait for the reader")
        client.send_signal(signal.SIGKILL)
        client.wait()
        self.check_nothing_left("killed-large")

    def test_a_client_killed_in_a_transaction_frees_its_locks(self):  # [trap:client-gone]
        client = self.psql("BEGIN; LOCK TABLE scratch; SELECT pg_sleep(600)", "killed-lock")
        client.send_signal(signal.SIGKILL)
        client.wait()
        self.check_nothing_left("killed-lock")
        self.server.sql("SET lock_timeout = '5s'; BEGIN; LOCK TABLE scratch; COMMIT")

    def test_ctrl_c_in_psql_cancels(self):  # [trap:cancel-own-connection]
        client = self.psql(LONG, "cancelled")
        client.send_signal(signal.SIGINT)
        output, _ = client.communicate(timeout=20)
        self.assertIn("canceling statement due to user request", output)
        self.check_nothing_left("cancelled")

    def test_pqcancel_ends_the_statement_and_not_the_session(self):  # [trap:cancel-own-connection]
        environment = self.through()
        connection = psycopg2.connect(host=environment["PGHOST"], port=environment["PGPORT"], user="postgres",
                                      dbname="postgres", application_name="cancelled-twice")
        self.addCleanup(connection.close)
        connection.autocommit = True

        def cancel():
            eventually(lambda: self.state("cancelled-twice") == "active", "the statement to run")
            connection.cancel()

        for _ in range(2):
            canceller = threading.Thread(target=cancel)
            canceller.start()
            with connection.cursor() as cursor, self.assertRaises(QueryCanceledError):
                cursor.execute(LONG)
            canceller.join()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 42")
            self.assertEqual(cursor.fetchone(), (42,))

    def test_a_server_that_is_not_there_is_said_in_a_sentence(self):  # [trap:unreachable-upstream]
        with Proxy(BINARY, f"postgres://127.0.0.1:{free_port()}") as proxy:
            environment = self.server.environment(host=proxy.host, port=proxy.port)
            done = subprocess.run(["psql", "-XAt", "-c", "SELECT 1"], env=environment, text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 2)
        self.assertIn("FATAL:", done.stdout)
        self.assertNotIn("unexpectedly", done.stdout)

    def test_a_server_that_dies_is_said_to_its_client(self):  # [trap:last-words]
        client = self.psql(LONG, "terminated")
        self.server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'terminated'")
        output, _ = client.communicate(timeout=20)
        self.assertIn("FATAL:  terminating connection due to administrator command", output)
        self.check_nothing_left("terminated")

    def test_sigterm_ends_the_proxy_with_0(self):  # [trap:findings-before-exit]
        proxy = Proxy(BINARY, f"postgres://{self.server.host}:{self.server.port}")
        environment = self.server.environment(host=proxy.host, port=proxy.port)
        subprocess.run(["psql", "-XAtc", "SELECT 1"], env=environment, check=True, stdout=subprocess.DEVNULL)
        self.assertEqual(proxy.stop(), 0, proxy.output())

    def test_what_was_found_is_said_before_the_proxy_ends(self):  # [trap:findings-before-exit]
        proxy = Proxy(BINARY, f"postgres://{self.server.user}@{self.server.host}:{self.server.port}")
        environment = self.server.environment(host=proxy.host, port=proxy.port)
        trace = "0af7651916cd43dd8448eb211c80319c"  # its window stays open for a while
        run([PYTHON, CLIENTS / "loop.py", "psycopg2", "forward", "slow", 30, trace], environment)
        self.assertNotIn("author was fetched", proxy.output())
        self.assertEqual(proxy.stop(), 0, proxy.output())
        self.assertIn("author was fetched 30 times", proxy.output())


if __name__ == "__main__":
    unittest.main()
