"""What is measured: each case is a pgbench script and how it is sent. The tables are made by `prepare`."""

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

SELECT_ONE = """\\set aid random(1, 100000 * :scale)
SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
"""

# As an ORM writes it: all columns spelled out, literals in the text, another trace id in each comment.
ORM_LIKE = """\\set id random(1, 100000)
\\set trace random(1000000000000000, 9000000000000000)
\\set low random(1, 500)
SELECT "book"."id", "book"."title", "book"."author_id", "author"."id", "author"."name" FROM "book" \
INNER JOIN "author" ON ("book"."author_id" = "author"."id") WHERE ("book"."id" = :id AND "author"."id" > :low \
AND "book"."title" LIKE 'Book%' AND NOT ("author"."name" = 'nobody')) ORDER BY "book"."id" ASC LIMIT 21 \
/*controller='books',framework='django%3A3.2',route='books/%3Cint%3Aid%3E',\
traceparent='00-:trace:trace-0123456789abcdef-01'*/;
"""

LOOP = f"SELECT id, author_id FROM book WHERE id <= {BOOKS} ORDER BY id;\n" + "".join(
    f"SELECT id, name FROM author WHERE id = {n * 7 % 1000 + 1};\n" for n in range(1, BOOKS + 1))

MANY_ROWS = "SELECT id, author_id, title FROM book;\n"


@dataclass(frozen=True)
class Case:
    name: str
    script: str
    mode: str = "simple"
    clients: int = 1
    reconnect: bool = False
    quick: bool = False     # also in the short run
    statements: int = 1     # per transaction


def all_cases():
    cases = []
    for mode in ("simple", "extended", "prepared"):
        for clients in (1, 8, 64):
            cases.append(Case(f"select-{mode}", SELECT_ONE, mode, clients,
                              quick=clients == 8 and mode != "extended"))
    cases.append(Case("orm-text", ORM_LIKE, "simple", 8, quick=True))
    cases.append(Case("orm-extended", ORM_LIKE, "extended", 8))
    cases.append(Case("n-plus-one-loop", LOOP, "simple", 1, quick=True, statements=BOOKS + 1))
    cases.append(Case("100k-rows", MANY_ROWS, "simple", 1, quick=True))
    cases.append(Case("connect-and-query", SELECT_ONE, "simple", 4, reconnect=True))
    return cases
