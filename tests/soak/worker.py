"""One client of the soak: DRIVER NAME SEED HOST PORT... Connects again and again, to any of the ports, over TLS or not,
asks things whose answers it knows, and leaves in many ways, until its standard input ends. Says what it did as one line
of JSON, every second and at its end; a wrong answer ends it at once with exit code 1."""

import faulthandler
import hashlib
import json
import random
import select
import sys
import time

from drivers import DRIVERS, Lost, Refused

CANCELLED = "57014"
RETRY_S = 0.05


class Wrong(Exception):
    pass


def difference(seen, expected):
    """Where they part, and what stands there."""
    seen, expected = str(seen), str(expected)
    at = next((i for i, (a, b) in enumerate(zip(seen, expected)) if a != b), min(len(seen), len(expected)))
    return f"{len(seen)} and not {len(expected)} long, at {at} {seen[at:at + 60]!r} and not {expected[at:at + 60]!r}"


def check(what, seen, expected):
    if seen != expected:
        raise Wrong(f"{what}: {difference(seen, expected)}")


class Worker:
    def __init__(self, driver, name, seed, host, *ports):
        self.name, self.random, self.ports = name, random.Random(seed), [int(port) for port in ports]
        self.driver = DRIVERS[driver](host, name)
        self.kept = 0  # rows of ours in the ledger: known, and perhaps one more
        self.unsure = False
        self.told = {"connections": 0, "statements": 0, "lost": 0, "not_connected": 0, "cancelled_by_others": 0}
        self.next_word = 0
        self.acts = [self.sum, self.text, self.many_rows, self.huge_row, self.several, self.error, self.pipeline,
                     self.copy, self.cancel, self.ledger, self.rollback, self.pause]

    def ask(self, sql, *parameters):
        self.told["statements"] += 1
        return self.driver.ask(sql, *parameters)

    def sum(self):
        a, b = self.random.randrange(10**6), self.random.randrange(10**6)
        check("sum", self.ask("SELECT {0}::text::int + {1}::text::int", str(a), str(b)), [[str(a + b)]])

    def text(self):
        sent = "".join(chr(self.random.choice([*range(32, 127), 0xe4, 0x20ac, 0x1f40d]))
                       for _ in range(self.random.choice([1, 100, 20_000])))
        check("text", self.ask("SELECT {0}::text, length({1}::text)", sent, sent), [[sent, str(len(sent))]])

    def many_rows(self):
        salt, count = self.random.randrange(10**9), self.random.choice([10, 1000, 5000])
        seen = self.ask(f"SELECT g, md5(g || '-{salt}') FROM generate_series(1, {count}) AS g")
        check("rows", seen, [[str(g), hashlib.md5(f"{g}-{salt}".encode()).hexdigest()] for g in range(1, count + 1)])

    def huge_row(self):
        unit, count = f"{self.random.randrange(10**9):x}", self.random.choice([10, 10_000, 500_000])
        check("value", self.ask(f"SELECT repeat('{unit}', {count})"), [[unit * count]])

    def several(self):
        n = self.random.randrange(100)
        self.told["statements"] += 3
        check("several", self.driver.many(f"SELECT 1; SELECT generate_series(1, {n}); SELECT {n}"), [[str(n)]])

    def error(self):
        self.refused("22012", "SELECT 1/0")
        self.sum()

    def refused(self, sqlstate, sql):
        try:
            seen = self.ask(sql)
        except Refused as refusal:
            if refusal.sqlstate == CANCELLED:
                raise
            return check("error", refusal.sqlstate, sqlstate)
        raise Wrong(f"{sql} was not refused: {seen}")

    def pipeline(self):
        pairs = [(str(self.random.randrange(1000)), str(n)) for n in range(self.random.choice([2, 50, 300]))]
        self.told["statements"] += len(pairs)
        seen = self.driver.batch("SELECT {0}::text::int * {1}::text::int", pairs)
        check("pipeline", seen, [[[str(int(a) * int(b))]] for a, b in pairs])

    def copy(self):
        lines = sorted(f"{self.random.randrange(10**9)}-" + "x" * self.random.randrange(200)
                       for _ in range(self.random.choice([1, 500, 5000])))
        self.told["statements"] += 2
        check("copy", self.driver.copy(lines), lines)

    def cancel(self):
        self.told["statements"] += 1
        try:
            self.driver.cancel("SELECT pg_sleep(0.3)")
        except Refused as refusal:
            check("cancel", refusal.sqlstate, CANCELLED)
        self.sum()

    def ledger(self):
        """What was committed is there, once."""
        self.unsure = True
        self.ask("INSERT INTO ledger (name) VALUES ({0}::text)", self.name)
        self.kept, self.unsure = self.kept + 1, False
        check("ledger", self.count(), self.kept)

    def count(self):
        return int(self.ask("SELECT count(*) FROM ledger WHERE name = {0}::text", self.name)[0][0])

    def rollback(self):
        self.ask("BEGIN")
        self.ask("INSERT INTO ledger (name) VALUES ({0}::text)", self.name)
        self.refused("22012", "SELECT 1/0")
        self.refused("25P02", "SELECT 1")
        self.ask("ROLLBACK")
        check("ledger after ROLLBACK", self.count(), self.kept)

    def pause(self):
        time.sleep(self.random.random() / 20)

    def connect(self):
        """False when it did not get in."""
        self.driver.port, self.driver.tls = self.random.choice(self.ports), self.random.random() < 0.5
        try:
            self.driver.connect()
        except (Lost, Refused):
            self.told["not_connected"] += 1
            time.sleep(RETRY_S)
            return False
        self.told["connections"] += 1
        return True

    def session(self):
        found = self.count()
        if self.unsure and found == self.kept + 1:
            self.kept += 1
        self.unsure = False
        check("ledger after all", found, self.kept)
        for _ in range(self.random.choice([0, 1, 20, 60])):
            if self.is_over():
                break
            self.random.choice(self.acts)()
        self.random.choice([self.driver.leave, self.driver.drop])()

    def is_over(self):
        if time.monotonic() > self.next_word:
            self.say()
        return bool(select.select([sys.stdin], [], [], 0)[0])

    def say(self, **more):
        self.next_word = time.monotonic() + 1
        print(json.dumps(dict(self.told, name=self.name, **more)), flush=True)

    def run(self):
        while not self.is_over():
            if not self.connect():
                continue
            try:
                self.session()
            except Lost as loss:
                self.told["lost"] += 1
                self.told["last_loss"] = str(loss)[:200]
                self.driver.drop()
            except Refused as refusal:
                self.driver.drop()
                if refusal.sqlstate != CANCELLED:
                    raise Wrong(f"refused with {refusal.sqlstate}") from refusal
                self.told["cancelled_by_others"] += 1
        self.say()


def main():
    faulthandler.enable()  # for the word of one that does not end
    worker = Worker(*sys.argv[1:3], int(sys.argv[3]), *sys.argv[4:])
    try:
        worker.run()
    except Wrong as wrong:
        worker.say(wrong=str(wrong))
        sys.exit(1)


if __name__ == "__main__":
    main()
