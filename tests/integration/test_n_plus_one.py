"""A loop over each driver is named with its parent, both columns, direction and foreign key; its fixed form is
silent."""

import json
import secrets
import unittest

from harness import CLIENTS, PYTHON, ProxyTest, node_environment, run

PYTHON_DRIVERS = ["psycopg2", "psycopg3-client", "psycopg3-extended", "psycopg3-prepared", "psycopg3-binary",
                  "psycopg3-pipeline", "asyncpg"]
NODE_DRIVERS = ["node-postgres", "node-postgres-named"]

LINKS = {
    "forward": {"parent_column": "book.author_id", "parent_columns": ["book.author_id"], "child_column": "author.id",
                "direction": "forward", "foreign_key": "book_author_id_fkey"},
    "reverse": {"parent_column": "author.id", "parent_columns": ["author.id"], "child_column": "book.author_id",
                "direction": "reverse", "foreign_key": "book_author_id_fkey"},
}


def loop(driver, direction, form, rows, trace, environment):
    if driver in NODE_DRIVERS:
        command, environment = ["node", CLIENTS / "loop.js"], node_environment(environment)
    else:
        command = [PYTHON, CLIENTS / "loop.py"]
    return json.loads(run([*command, driver, direction, form, rows, *([trace] if trace else [])], environment))


class NPlusOne(ProxyTest):
    def findings_of(self, driver, direction, form, rows, trace):
        """Of a fresh proxy memory, after one request whose answer is the same as without the proxy."""
        self.api.reset()
        seen = loop(driver, direction, form, rows, trace, self.through(PGAPPNAME=driver))
        self.assertEqual(len(seen), rows)
        return self.api.findings(), seen

    def check_loop(self, driver, direction, rows, tags):
        trace = secrets.token_hex(16) if tags else ""
        findings, seen = self.findings_of(driver, direction, "slow", rows, trace)
        self.assertEqual([one["rule"] for one in findings], ["n-plus-one"])
        finding = findings[0]
        link = finding["link"]
        self.assertEqual({name: link[name] for name in LINKS[direction]}, LINKS[direction])
        self.assertEqual(link["matched"], rows)
        self.assertEqual(link["distinct"], rows)
        self.assertTrue(link["in_row_order"])
        self.assertEqual(finding["confidence"], "proven")
        self.assertEqual(finding["severity"], "info" if driver.endswith("pipeline") else "error")
        self.assertEqual(finding["evidence"]["count"], rows)
        self.assertEqual(finding["evidence"]["distinct_values"], rows)
        self.assertEqual(finding["parent"]["rows"], rows)
        self.assertEqual(finding["window"]["statements"], rows + 1)
        self.assertEqual(finding["window"]["source"], "trace" if tags else "idle_gap")
        self.assertEqual(finding["label"], "/shelf" if tags else driver)
        fixed, fixed_seen = self.findings_of(driver, direction, "fixed", rows, trace)
        self.assertEqual(fixed, [])
        self.assertEqual(fixed_seen, seen)
        if not tags:
            self.assertEqual(loop(driver, direction, "slow", rows, trace, self.direct(PGAPPNAME="direct")), seen)


def story(driver, direction, rows, tags):
    def test(self):
        self.check_loop(driver, direction, rows, tags)
    return test


def cases():
    for driver in PYTHON_DRIVERS + NODE_DRIVERS:
        yield driver, "forward", 2, False
        yield driver, "forward", 30, True
        yield driver, "reverse", 30, False
        yield driver, "reverse", 2, True


for driver, direction, rows, tags in cases():
    name = f"test_{driver}_{direction}_{rows}_{'tagged' if tags else 'untagged'}".replace("-", "_")
    setattr(NPlusOne, name, story(driver, direction, rows, tags))


if __name__ == "__main__":
    unittest.main()
