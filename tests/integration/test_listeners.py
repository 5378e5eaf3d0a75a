"""Where clients come in and where they go: IPv4, IPv6 and Unix sockets on both sides, several pairs, names."""

import contextlib
import os
import socket
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

import psycopg2
from psycopg2.extensions import QueryCanceledError

from harness import BINARY, Postgres, Proxy, ProxyTest, eventually, free_port, run

from services import Api  # noqa: E402

PORT_OF_LISTENER = "SELECT setting FROM pg_settings WHERE name = 'port'"


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


def own_address():
    """One of this machine that is not loopback; none where there is no network."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing
        return probe.getsockname()[0]


class Listeners(ProxyTest):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="onetrip-listeners-")))

    def psql(self, host, port, sql="SELECT 'row of ' || current_user", user="postgres", **more):
        environment = dict(self.server.environment(host=host, port=port, **more), PGUSER=user)
        return run(["psql", "-XAt", "-c", sql], environment).strip()

    def listening(self, upstream, *addresses, environment=None, config=None):
        """A proxy with these listeners in one pair, beside the one that Proxy adds."""
        options = [word for address in addresses for word in ("--listen", address)]
        if config:
            file = self.folder / "onetrip.toml"
            file.write_text(config)
            options += ["--config", file]
        proxy = Proxy(BINARY, upstream, *options, environment=environment)
        self.addCleanup(proxy.stop)
        return proxy

    def url(self):
        return f"postgres://{self.server.user}@{self.server.host}:{self.server.port}"

    def test_one_pair_listens_on_ipv4_and_a_unix_socket(self):
        port = free_port()
        proxy = self.listening(self.url(), f"{self.folder}:{port}")
        self.assertEqual(self.psql("127.0.0.1", proxy.port), "row of postgres")
        self.assertEqual(self.psql(str(self.folder), port), "row of postgres")
        self.assertEqual(proxy.api.metric("onetrip_connections_total"), 2)
        listen = proxy.api.get("/api/v1/status")["listen"]
        self.assertEqual(sorted(listen), sorted([f"127.0.0.1:{proxy.port}", f"{self.folder}/.s.PGSQL.{port}"]))
        proxy.stop()
        self.assertEqual(list(self.folder.iterdir()), [])

    @unittest.skipUnless(has_ipv6(), "this machine has no ::1")
    def test_one_pair_listens_on_ipv6_too(self):
        port = free_port()
        proxy = self.listening(self.url(), f"[::1]:{port}")
        self.assertEqual(self.psql("::1", port), "row of postgres")
        self.assertIn(f"[::1]:{port}", proxy.api.get("/api/v1/status")["listen"])

    @unittest.skipUnless(has_ipv6(), "this machine has no ::1")
    def test_localhost_listens_on_both_families(self):
        port = free_port()
        proxy = self.listening(self.url(), f"localhost:{port}")
        families = {address for address in proxy.api.get("/api/v1/status")["listen"] if address.endswith(f":{port}")}
        names = {entry[4][0] for entry in socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM)}
        for name in names:
            self.assertEqual(self.psql(name, port), "row of postgres")
        self.assertEqual(len(families), len(names))

    @unittest.skipUnless(has_ipv6(), "this machine has no ::1")
    def test_an_ipv6_address_is_an_upstream(self):
        with Postgres(listen_addresses="127.0.0.1,::1") as server:
            proxy = self.listening(f"postgres://[::1]:{server.port}")
            self.assertEqual(self.psql("127.0.0.1", proxy.port, "SELECT host(inet_server_addr())"), "::1")

    def test_a_unix_socket_s_folder_is_an_upstream(self):
        proxy = self.listening(f"{self.server.folder}:{self.server.port}")
        self.assertEqual(self.psql("127.0.0.1", proxy.port), "row of postgres")
        self.assertEqual(self.psql("127.0.0.1", proxy.port, "SELECT inet_server_addr() IS NULL"), "t")

    def test_a_cancel_request_finds_its_way_over_a_unix_socket(self):
        port = free_port()
        self.listening(f"{self.server.folder}:{self.server.port}", f"{self.folder}:{port}")
        connection = psycopg2.connect(host=str(self.folder), port=port, user="postgres", dbname="postgres",
                                      application_name="over-unix")
        self.addCleanup(connection.close)

        def cancel():
            running = "SELECT state FROM pg_stat_activity WHERE application_name = 'over-unix'"
            eventually(lambda: self.server.sql(running) == "active", "the statement to run")
            connection.cancel()

        canceller = threading.Thread(target=cancel)
        canceller.start()
        self.addCleanup(canceller.join)
        with connection.cursor() as cursor, self.assertRaises(QueryCanceledError):
            cursor.execute("SELECT pg_sleep(60)")

    def test_names_of_the_upstream_are_looked_up_for_each_connection(self):
        proxy = self.listening(f"postgres://localhost:{self.server.port}")
        for _ in range(3):  # localhost may be ::1 first, where this server does not listen
            self.assertEqual(self.psql("127.0.0.1", proxy.port), "row of postgres")

    def test_hostaddr_is_dialled_and_the_name_is_not_looked_up(self):
        proxy = self.listening(
            f"postgres://no-such-host.invalid:{self.server.port}?hostaddr=127.0.0.1&sslmode=disable")
        self.assertEqual(self.psql("127.0.0.1", proxy.port), "row of postgres")
        status = proxy.api.get("/api/v1/status")
        self.assertEqual(status["upstreams"][0]["address"], f"no-such-host.invalid:{self.server.port}")

    def test_pghostaddr_is_honoured(self):
        environment = dict(os.environ, PGHOST="no-such-host.invalid", PGHOSTADDR="127.0.0.1",
                           PGPORT=str(self.server.port), PGSSLMODE="prefer")
        port, admin = free_port(), free_port()
        command = [BINARY, "config", "print", "--listen", f"127.0.0.1:{port}", "--admin", f"127.0.0.1:{admin}"]
        printed = run(command, environment)
        self.assertIn(f"no-such-host.invalid:{self.server.port}?hostaddr=127.0.0.1&sslmode=prefer", printed)
        process = subprocess.Popen([BINARY, "run", *command[3:]], env=environment, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.terminate)
        self.assertIn("ready for connections", process.stderr.readline())
        self.assertEqual(self.psql("127.0.0.1", port), "row of postgres")

    def test_pairs_have_their_own_listeners_and_upstreams(self):
        with Postgres() as other:
            first, second, admin = free_port(), free_port(), free_port()
            file = self.folder / "pairs.toml"
            file.write_text(f'[[proxy]]\nlisten = "127.0.0.1:{first}"\nupstream = "{self.server.host}:'
                            f'{self.server.port}"\n[[proxy]]\nlisten = ["127.0.0.1:{second}", "{self.folder}:{second}"]\n'
                            f'upstream = "{other.folder}:{other.port}"\n[admin]\nlisten = "127.0.0.1:{admin}"\n')
            process = subprocess.Popen([BINARY, "run", "--config", file], stderr=subprocess.PIPE, text=True)
            self.addCleanup(process.wait)
            self.addCleanup(process.stderr.close)
            self.addCleanup(process.terminate)
            self.assertIn("ready for connections", process.stderr.readline())
            self.assertEqual(self.psql("127.0.0.1", first, PORT_OF_LISTENER), str(self.server.port))
            self.assertEqual(self.psql("127.0.0.1", second, PORT_OF_LISTENER), str(other.port))
            self.assertEqual(self.psql(str(self.folder), second, PORT_OF_LISTENER), str(other.port))

    def pairs(self, *upstreams):
        """A proxy with a listener for each; their ports and the API."""
        ports, admin = [free_port() for _ in upstreams], free_port()
        file = self.folder / "pairs.toml"
        file.write_text("".join(f'[[proxy]]\nlisten = "127.0.0.1:{port}"\nupstream = "postgres://postgres@{address}"\n'
                                for port, address in zip(ports, upstreams)) + f'[admin]\nlisten = "127.0.0.1:{admin}"\n')
        process = subprocess.Popen([BINARY, "run", "--config", file], stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.terminate)
        while "ready for connections" not in (line := process.stderr.readline()):
            self.assertTrue(line, "the proxy ended")
        return ports, Api(f"http://127.0.0.1:{admin}")

    def loop(self, port, parent, child):
        """Rows of `parent` that feed a loop over `child`, in one request."""
        with contextlib.closing(psycopg2.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT id, {child}_id FROM {parent} ORDER BY id")
                for _, number in cursor.fetchall():
                    cursor.execute(f"SELECT id, name FROM {child} WHERE id = %s", (number,))

    def test_databases_of_one_name_at_two_servers_have_a_catalog_each(self):
        """Their tables have the same OIDs."""
        make = ("CREATE TABLE {1} (id int PRIMARY KEY, name text); "
                "CREATE TABLE {0} (id int PRIMARY KEY, {1}_id int REFERENCES {1});"
                "INSERT INTO {1} SELECT g, 'name' FROM generate_series(1, 20) AS g;"
                "INSERT INTO {0} SELECT g, 21 - g FROM generate_series(1, 20) AS g")
        with Postgres() as one, Postgres() as other:
            one.sql(make.format("film", "studio"))
            other.sql(make.format("ticket", "seat"))
            self.assertEqual(one.sql("SELECT 'studio'::regclass::oid"), other.sql("SELECT 'seat'::regclass::oid"))
            upstreams = [f"{server.host}:{server.port}" for server in (one, other)]
            ports, api = self.pairs(*upstreams)
            self.loop(ports[0], "film", "studio")
            self.loop(ports[1], "ticket", "seat")
            api.flush()
            links = {finding["link"]["foreign_key"]: (finding["confidence"], finding["link"]["parent_column"])
                     for finding in api.findings()}
            self.assertEqual(links, {"film_studio_id_fkey": ("proven", "film.studio_id"),
                                     "ticket_seat_id_fkey": ("proven", "ticket.seat_id")})
            self.assertEqual(api.get("/api/v1/status")["catalogs"],
                             {f"postgres at {address}": "ready" for address in upstreams})

    def test_listening_beyond_this_machine_before_a_local_server_is_warned_of(self):
        warning = "may match trust or peer lines of its pg_hba.conf"
        self.assertNotIn(warning, self.listening(self.url(), "127.0.0.1:0", f"{self.folder}:0").output())
        self.listening(self.url(), "0.0.0.0:0").wait_for_line(warning)

    @unittest.skipUnless(own_address(), "this machine has loopback only")
    def test_a_password_in_clear_on_a_plain_way_is_warned_of(self):
        rules = Path(self.server.sql("CREATE ROLE spelt LOGIN PASSWORD 'quince'; SHOW hba_file"))
        rules.write_text("host all spelt 127.0.0.1/32 password\n" + rules.read_text())
        self.server.sql("SELECT pg_reload_conf()")
        port = free_port()
        proxy = self.listening(self.url(), f"0.0.0.0:{port}")
        for host in ("127.0.0.1", own_address()):
            self.assertNotIn("its password in clear", proxy.output())
            self.assertEqual(self.psql(host, port, "SELECT current_user", PGPASSWORD="quince", user="spelt"), "spelt")
        said = proxy.wait_for_line("its password in clear")  # the first such line, and there is one in 30 s
        self.assertIn(f"asks {own_address()}:", said)
        self.assertIn("set listen.tls, or another method in pg_hba.conf", said)
        self.assertNotIn("quince", proxy.output())

    def test_a_port_that_is_taken_is_told_with_what_to_do(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            done = subprocess.run([BINARY, "run", self.url(), "--listen", f"127.0.0.1:{port}", "--admin", "off"],
                                  text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20)
        self.assertEqual(done.returncode, 75)
        self.assertIn(str(port), done.stderr)

    def test_a_socket_file_of_one_that_was_killed_is_no_hindrance(self):
        port = free_port()
        killed = self.listening(self.url(), f"{self.folder}:{port}")
        killed.process.kill()
        killed.process.wait()
        self.assertTrue((self.folder / f".s.PGSQL.{port}").exists())
        self.listening(self.url(), f"{self.folder}:{port}")
        self.assertEqual(self.psql(str(self.folder), port), "row of postgres")


if __name__ == "__main__":
    unittest.main()
