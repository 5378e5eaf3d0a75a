"""The end of the proxy and of the server as a whole, with clients in each state of a connection, plain and over TLS on
both hops; and faults while the proxy ends. Of single connections: test_faults.py."""

import os
import signal
import time
import unittest

from faults import ATTEMPTS, FaultTest, demand_password, since_ms
from raw_client import RawClient, fields, startup_packet
from states import LOGGED_IN, SERVER_LOOKS_MS, SLEEPS, STATES, WAITS_FOR_READER, WITH_SERVER, WITHOUT_SERVER, stand
from watch import PATIENCE_S, children, descriptors, is_running, postmaster, until


class Draining(FaultTest):
    def while_it_ends(self, fault_ms):
        """`fault_ms(client, state)`: with clients of a proxy that ends."""
        with self.own_proxy() as proxy:
            clients = {state: [self.stand(state, proxy.port) for _ in range(ATTEMPTS)] for state in LOGGED_IN}
            proxy.process.send_signal(signal.SIGTERM)
            proxy.wait_for_line("SIGTERM: ending")
            for state, standing in clients.items():
                with self.subTest(state):
                    self.check_learned(state, lambda: fault_ms(standing.pop(), state))
                for client in standing:
                    client.close()
            self.assertEqual(proxy.process.wait(PATIENCE_S), 0)
        self.check_nothing_left()

    def test_a_client_is_reset(self):  # [trap:drain-lets-finish]
        def fault_ms(client, state):
            start = time.monotonic()
            client.reset()
            self.check_gone(client.pid, state)
            return since_ms(start) - (SERVER_LOOKS_MS if state in SLEEPS else 0)

        self.while_it_ends(fault_ms)

    def test_a_session_is_terminated(self):  # [trap:drain-lets-finish]
        def fault_ms(client, _state):
            start = time.monotonic()
            os.kill(client.pid, signal.SIGTERM)
            self.assertTrue(client.read_to_end()[1])
            took_ms = since_ms(start)
            client.close()
            return took_ms

        self.while_it_ends(fault_ms)


class Killed(FaultTest):
    def kill_the_proxy(self):
        """Milliseconds until all clients and all sessions know."""
        with self.own_proxy() as proxy:
            clients = self.stand_all(port=proxy.port)
            start = time.monotonic()
            proxy.process.kill()
            for client in clients.values():
                client.read_to_end()
            for state in [state for state in clients if state not in SLEEPS | WITHOUT_SERVER]:
                self.check_gone(clients[state].pid, state)
            took_ms = since_ms(start)
            for state in SLEEPS:
                self.check_gone(clients[state].pid, state)
        return took_ms

    def test_the_proxy(self):
        self.check_learned("all", self.kill_the_proxy)
        self.check_nothing_left()

    def kill_the_server(self):
        """Milliseconds from the end of its last session until all clients know that have not much to read before."""
        with self.own_server() as server, self.own_proxy(server) as proxy:
            demand_password(server)
            before = descriptors(proxy.pid)
            clients = {state: stand(state, proxy.host, proxy.port, tls=self.tls) for state in STATES}
            backends = children(postmaster(server.folder))
            os.kill(postmaster(server.folder), signal.SIGKILL)
            until(lambda: not any(map(is_running, backends)), "the end of all that the server was")
            start = time.monotonic()
            for state in [state for state in WITH_SERVER if state not in WAITS_FOR_READER]:
                self.assertTrue(clients[state].read_to_end()[1], state)
            took_ms = since_ms(start)
            for state in WAITS_FOR_READER:
                self.assertTrue(clients[state].read_to_end()[1], state)
            for client in clients.values():
                client.close()
            until(lambda: descriptors(proxy.pid) <= before, "the proxy's closing of its sockets")
            with RawClient(proxy.host, proxy.port, tls=self.tls) as client:
                client.send(startup_packet(user="postgres"))
                heard, in_order = client.read_to_end()
                self.assertEqual([fields(body)["C"] for _, body in heard], ["08006"])
                self.assertTrue(in_order)
        return took_ms

    def test_the_server(self):  # [trap:server-gone][trap:unreachable-upstream]
        self.check_learned("all", self.kill_the_server)


class DrainingOverTls(Draining):
    tls = True


class KilledOverTls(Killed):
    tls = True


if __name__ == "__main__":
    unittest.main()
