"""What is measured: each case is a script and how it is sent. The tables are made by SCHEMA, and by pgbench -i."""

from dataclasses import dataclass

ROWS = 100_000
BOOKS = 50

SCHEMA = f"""
CREATE TABLE author (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE book (id int PRIMARY KEY, author_id int NOT NULL REFERENCES author, title text NOT NULL);
INSERT INTO author SELECT n, 'Author ' || n FROM generate_series(1, 1000) AS n;
INSERT INTO book SELECT n, (n * 7) % 1000 + 1, 'Book ' || n FROM generate_series(1, {ROWS}) AS n;
CREATE INDEX ON book (author_id);
ANALYZE;
"""

SELECT_ONE = """\\set aid random(1, 100000)
SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
"""

# As an ORM writes it, 400 to 500 bytes: all columns spelled out, literals in the text, another trace in each comment.
ORM_LIKE = """\\set id random(1, 100000)
\\set trace random(1000000000000000, 9000000000000000)
SELECT "book"."id", "book"."title", "book"."author_id", "author"."id", "author"."name" FROM "book" \
INNER JOIN "author" ON ("book"."author_id" = "author"."id") WHERE ("book"."id" = :id AND "author"."id" > 0 \
AND "book"."title" LIKE 'Book%' AND NOT ("author"."name" = 'nobody')) ORDER BY "book"."id" ASC LIMIT 21 \
/*controller='books',framework='django%3A3.2',route='books/%3Cint%3Aid%3E',\
traceparent='00-:trace:trace-0123456789abcdef-01'*/;
"""

TRACE = "/*traceparent='00-:trace:trace-0123456789abcdef-01'*/"

# One request: some books, and then the author of each, by the very values that the books had. SCHEMA gives book n the
# author n * 7 % 1000 + 1, so pgbench knows what it would have read; 50 in a row have 50 different authors.
LOOP = ("\\set trace random(1000000000000000, 9000000000000000)\n\\set first random(1, 90000)\n"
        + "".join(f"\\set a{n} (:first + {n}) * 7 % 1000 + 1\n" for n in range(BOOKS))
        + f"SELECT id, author_id FROM book WHERE id >= :first AND id < :first + {BOOKS} ORDER BY id {TRACE};\n"
        + "".join(f"SELECT id, name FROM author WHERE id = :a{n} {TRACE};\n" for n in range(BOOKS)))

MANY_ROWS = "SELECT id, author_id, title FROM book;\n"


@dataclass(frozen=True)
class Case:
    name: str
    script: str
    mode: str = "simple"
    clients: int = 1
    reconnect: bool = False
    quick: bool = False       # also in the short run
    literal: bool = False     # by bench_client, which binds nothing
    loop: bool = False        # N+1: a finding must come of it
    tls: bool = False         # on both hops
    idle: int = 0             # connections that stay open beside it, in forwarders started for it

    def title(self):
        return f"{self.name}, {self.clients} client{'s' if self.clients > 1 else ''}"


def all_cases():
    cases = []
    for mode in ("simple", "extended", "prepared"):
        for clients in (1, 8, 64):
            cases.append(Case(f"select-{mode}", SELECT_ONE, mode, clients,
                              quick=clients == 8 and mode != "extended"))
    cases.append(Case("orm-text", ORM_LIKE, "simple", 8, quick=True))
    cases.append(Case("orm-extended", ORM_LIKE, "extended", 8, literal=True))
    cases.append(Case("n-plus-one-loop", LOOP, loop=True, quick=True))
    cases.append(Case("100k-rows", MANY_ROWS, quick=True))
    cases.append(Case("connect-and-query", SELECT_ONE, clients=4, reconnect=True))
    cases.append(Case("idle-1000", SELECT_ONE, "prepared", 8, idle=1000))
    cases.append(Case("tls-select-simple", SELECT_ONE, tls=True))
    cases.append(Case("tls-select-prepared", SELECT_ONE, "prepared", 8, tls=True))
    cases.append(Case("tls-100k-rows", MANY_ROWS, tls=True))
    cases.append(Case("tls-idle-1000", SELECT_ONE, "prepared", 8, tls=True, idle=1000))
    return cases
