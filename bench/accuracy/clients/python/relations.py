"""Every kind of relation in plain SQL, and the ways to read it. $1, $2 are parameters."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Relation:
    parent: str               # table of the list
    columns: str              # that the list gives; the key's come last
    keys: int                 # how many of them
    child: str                # FROM item of what is read for each row
    child_columns: str
    on: tuple                 # its columns that hold the key
    order: str = "id"
    more: str = ""            # further predicate of the child
    tail: str = ""            # ORDER BY, LIMIT of the child
    aggregate: str = ""       # "count" or "exists"

    @property
    def listing(self):
        return f"SELECT {self.columns} FROM {self.parent} ORDER BY {self.order} LIMIT $1"

    @property
    def key_columns(self):
        return [name.strip() for name in self.columns.split(",")][-self.keys:]

    def where(self, condition):
        return " AND ".join([condition] + ([self.more] if self.more else []))

    def one(self):
        """The child of one row."""
        condition = " AND ".join(f"{column} = ${i}" for i, column in enumerate(self.on, 1))
        body = f"FROM {self.child} WHERE {self.where(condition)}"
        if self.aggregate == "count":
            return f"SELECT count(*) {body}"
        if self.aggregate == "exists":
            return f"SELECT EXISTS (SELECT 1 {body})"
        return f"SELECT {self.child_columns} {body}{self.tail}"

    def of_list(self, condition):
        body = f"FROM {self.child} WHERE {self.where(condition)}"
        if self.aggregate:
            return f"SELECT {self.on[0]}, count(*) {body} GROUP BY {self.on[0]}"
        if self.tail:
            return f"SELECT DISTINCT ON ({self.on[0]}) {self.child_columns} {body} ORDER BY {self.on[0]}, id DESC"
        return f"SELECT {self.child_columns} {body}"

    def batch(self):
        """The children of all rows; composite keys as two arrays."""
        if self.keys == 1 or self.on[0] == self.on[-1]:
            return self.of_list(f"{self.on[0]} = ANY($1)")
        arrays = ", ".join(f"${i}" for i in range(1, len(self.on) + 1))
        return self.of_list(f"({', '.join(self.on)}) IN (SELECT * FROM unnest({self.unnest(arrays)}))")

    @staticmethod
    def unnest(arrays):
        return arrays.replace("$1", "$1::text[]").replace("$2", "$2::int[]")

    def subquery(self):
        keys = ", ".join(self.key_columns)
        inner = f"SELECT {keys} FROM (SELECT {keys} FROM {self.parent} ORDER BY {self.order} LIMIT $1) AS listed"
        left = self.on[0] if self.keys == 1 else f"({', '.join(self.on)})"
        return self.of_list(f"{left} IN ({inner})")

    def join(self):
        on = " AND ".join(f"{column.split('.')[-1]} = p.{key}" for column, key in zip(self.on, self.key_columns))
        if self.aggregate:
            return (f"SELECT p.id, count(*) FROM {self.parent} p LEFT JOIN {self.child} c ON c.{on} "
                    "GROUP BY p.id ORDER BY p.id LIMIT $1")
        more = f" AND c.{self.more}" if self.more else ""
        listed = f"(SELECT * FROM {self.parent} ORDER BY {self.order} LIMIT $1) p"
        if self.tail:
            return (f"SELECT p.*, c.* FROM {listed} LEFT JOIN LATERAL (SELECT {self.child_columns} FROM {self.child} c "
                    f"WHERE c.{on}{self.tail}) c ON true")
        if "JOIN" in self.child:  # a junction: (genre JOIN book_genre ...)
            return f"SELECT p.id, genre.name FROM {listed} JOIN book_genre bg ON bg.book_id = p.id JOIN genre ON genre.id = bg.genre_id"
        on = " AND ".join(f"c.{column} = p.{key}" for column, key in zip(self.on, self.key_columns))
        return f"SELECT p.*, c.* FROM {listed} LEFT JOIN {self.child} c ON {on}{more}"


REVIEW = ("book", "id, title, id", 1, "review", "id, book_id, stars", ("book_id",))
RELATIONS = {
    "forward": Relation("book", "id, title, author_id", 1, "author", "id, name", ("id",)),
    "nullable": Relation("book", "id, title, publisher_id", 1, "publisher", "id, name", ("id",)),
    "reverse": Relation(*REVIEW),
    "one_to_one": Relation("author", "name, id", 1, "profile", "id, author_id, bio", ("author_id",)),
    "many": Relation("book", "title, id", 1, "genre JOIN book_genre ON book_genre.genre_id = genre.id",
                     "book_genre.book_id, genre.id, genre.name", ("book_genre.book_id",)),
    "self": Relation("employee", "id, name, manager_id", 1, "employee", "id, name", ("id",)),
    "composite": Relation("stock", "id, quantity, region, code", 2, "warehouse", "region, code, name",
                          ("region", "code")),
    "uuid": Relation("invoice", "id, number, customer_id", 1, "customer", "id, name", ("id",), order="number"),
    "text": Relation("price", "id, amount, currency_code", 1, "currency", "code, name", ("code",)),
    "no_key": Relation("visit", "id, place, author_id", 1, "author", "id, name", ("id",)),
    "partition": Relation("reading", "id, value, sensor_id", 1, "sensor", "id, name", ("id",)),
    "partition_child": Relation("sensor", "name, id", 1, "reading", "id, sensor_id, value", ("sensor_id",)),
    "view": Relation("book_view", "id, title, author_id", 1, "author", "id, name", ("id",)),
    "shared": Relation("review", "id, stars, book_id", 1, "book", "id, title", ("id",)),
    "count": Relation(*REVIEW, aggregate="count"),
    "exists": Relation(*REVIEW, aggregate="exists"),
    "filtered": Relation(*REVIEW, more="stars >= 4"),
    "latest": Relation(*REVIEW, tail=" ORDER BY id DESC LIMIT 1"),
    "refetch": Relation("book", "id", 1, "book", "id, title, author_id", ("id",)),
}


def keys_of(relation, rows):
    """The keys of the rows, those with a null left out."""
    found = [tuple(row[-relation.keys:]) for row in rows]
    return [key for key in found if None not in key]
