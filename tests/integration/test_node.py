"""node-postgres: parameters, named statements, binary results, several statements in one text, resumed portals."""

import unittest

from harness import CLIENTS, Expected, ProxyTest, check_executions, json_lines, node_environment, run

EXPECTED = [
    Expected("SELECT author", 1), Expected("SELECT author", 1), Expected("SELECT book", 0),
    Expected("SELECT author", 4), Expected("SELECT author", 0), Expected("SELECT book", 1),
    Expected("SELECT book", 1), Expected("SELECT book", 1), Expected("SELECT author", 1),
    Expected("SELECT", 10000, bytes=1_000_000), Expected("SELECT", 1, ms=50),
    Expected("UPDATE author", 1), Expected("SELECT author", 0), Expected("SELECT author", 3),
    Expected("SELECT book", 2, together=True), Expected("UPDATE scratch", 0, together=True),
    Expected("SELECT book", 600),
]


class NodePostgres(ProxyTest):
    def test_the_program(self):
        command = ["node", CLIENTS / "node_program.js"]
        output, wall_ms, executions = self.watched(
            "node", lambda environment: run(command, node_environment(environment)))
        self.assertEqual(json_lines(output), json_lines(run(command, node_environment(self.direct(PGAPPNAME="direct")))))
        check_executions(self, executions, EXPECTED, wall_ms)
        named = executions[5:8]
        self.assertEqual(len({one["fingerprint"] for one in named}), 1)


if __name__ == "__main__":
    unittest.main()
