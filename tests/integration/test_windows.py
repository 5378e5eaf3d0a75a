"""Named windows, from outside and from inside the connection, and what the API tells of everything else."""

import unittest

import psycopg2

from harness import ApiError, ProxyTest

PARENT = "SELECT id, author_id FROM book WHERE id <= %s ORDER BY id"
CHILD = "SELECT name FROM author WHERE id = %s"


class Windows(ProxyTest):
    def setUp(self):
        self.api.reset()

    def connect(self, application):
        environment = self.through()
        connection = psycopg2.connect(host=environment["PGHOST"], port=environment["PGPORT"], user="postgres",
                                      dbname="postgres", application_name=application)
        connection.autocommit = True
        self.addCleanup(connection.close)
        return connection.cursor()

    def loop(self, cursor, rows):
        cursor.execute(PARENT, (rows,))
        for _, author in cursor.fetchall():
            cursor.execute(CHILD, (author,))

    def test_a_window_from_outside_holds_what_was_sent_meanwhile(self):
        cursor = self.connect("shop")
        self.loop(cursor, 3)
        number = self.api.open_window("cart")
        self.loop(cursor, 5)
        closed = self.api.close_window(number)
        self.loop(cursor, 7)
        self.assertEqual(closed["window"]["name"], "cart")
        self.assertFalse(closed["window"]["open"])
        self.assertEqual([one["evidence"]["count"] for one in closed["findings"]], [5])
        self.assertEqual([one["evidence"]["count"] for one in self.api.findings(window="cart")], [5])
        self.assertEqual([one["evidence"]["count"] for one in self.api.findings(window=number)], [5])

    def test_a_window_of_one_application_leaves_others_out(self):
        mine, other = self.connect("mine"), self.connect("other")
        number = self.api.open_window("mine only", application_name="mine")
        self.loop(mine, 4)
        self.loop(other, 6)
        closed = self.api.close_window(number)
        self.assertEqual([one["evidence"]["count"] for one in closed["findings"]], [4])

    def test_an_open_name_cannot_be_opened_again(self):
        number = self.api.open_window("once")
        with self.assertRaises(ApiError) as refused:
            self.api.open_window("once")
        self.assertEqual(refused.exception.status, 409)
        self.api.close_window(number)
        self.api.close_window(self.api.open_window("once"))

    def test_an_unknown_window_is_not_found(self):
        for method in ("GET", "DELETE"):
            with self.assertRaises(ApiError) as refused:
                self.api.call(method, "/api/v1/windows/0123456789abcdef")
            self.assertEqual(refused.exception.status, 404)
            self.assertIn('"error"', refused.exception.body)

    def test_a_window_from_inside_the_connection(self):
        cursor = self.connect("tests")
        cursor.execute("SET onetrip.request = 'tests/test_cart.py::test_add'")
        self.loop(cursor, 4)
        cursor.execute("SET onetrip.request = 'tests/test_cart.py::test_remove'")
        cursor.execute(PARENT, (4,))
        cursor.execute("RESET onetrip.request")
        found = self.api.findings(window="tests/test_cart.py::test_add")
        self.assertEqual([one["evidence"]["count"] for one in found], [4])
        self.assertEqual(found[0]["label"], "tests/test_cart.py::test_add")
        self.assertEqual(self.api.findings(window="tests/test_cart.py::test_remove"), [])

    def test_a_window_by_set_config(self):
        cursor = self.connect("tests")
        cursor.execute("SELECT set_config('onetrip.request', %s, false)", ("by function",))
        self.loop(cursor, 4)
        cursor.execute("SELECT set_config('onetrip.request', '', false)")
        self.assertEqual([one["evidence"]["count"] for one in self.api.findings(window="by function")], [4])

    def test_flush_waits_for_everything_sent_before(self):
        cursor = self.connect("counted")
        for number in range(500):
            cursor.execute(CHILD, (number,))
        self.api.flush()
        seen = [row["statements"] for row in self.api.get("/api/v1/windows")["windows"]]
        self.assertEqual(sum(seen), 500)

    def test_the_same_loop_in_three_requests_is_one_finding(self):
        for rows in (3, 5, 4):
            self.loop(self.connect("shop"), rows)
        findings = self.api.findings()
        self.assertEqual(len(findings), 1)
        self.assertEqual(findings[0]["seen"]["windows"], 3)
        self.assertEqual(findings[0]["seen"]["worst_count"], 5)
        one = self.api.get(f"/api/v1/findings/{findings[0]['id']}")
        self.assertEqual((one["id"], one["cause"]), (findings[0]["id"], findings[0]["cause"]))

    def test_findings_are_logged_and_counted(self):
        self.loop(self.connect("logged"), 4)
        self.api.findings()
        self.proxy.wait_for_line("n-plus-one")
        self.assertEqual(self.api.metric("onetrip_findings_open"), 1)
        self.assertGreaterEqual(self.api.metric("onetrip_statements_total"), 5)
        self.assertGreaterEqual(self.api.metric("onetrip_client_connections"), 1)
        self.assertEqual(self.api.metric("onetrip_events_dropped_total"), 0)


if __name__ == "__main__":
    unittest.main()
