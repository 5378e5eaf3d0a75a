"""The cases in plain SQL, over any driver: `db` is what drivers.py makes of one. Cases about one client's own
ways stand with that client."""

import time

from relations import RELATIONS, keys_of

CASES = {}
GAP_S = 0.15   # longer than the pause that ends a request
SHORT = "ORDER BY id LIMIT $1"


def case(name):
    def register(function):
        CASES[name] = function
        return function
    return register


def related(name, loading):
    """The case of a relation, read that way."""
    relation = RELATIONS[name]

    def perform(run, db, rest):
        if loading == "join":
            db.rows(relation.join(), run.n)
            return
        keys = keys_of(relation, db.rows(relation.listing, run.n))
        if loading == "lazy":
            for key in keys:
                rest.rows(relation.one(), *key)
        elif loading == "loader":
            for key in keys:
                rest.rows(relation.batch(), *[[part] for part in key])
        elif loading == "pipeline":
            rest.pipeline([(relation.one(), key) for key in keys])
        elif loading == "batch":
            rest.rows(relation.batch(), *[list(parts) for parts in zip(*keys)])
        else:
            rest.rows(relation.subquery(), run.n)
    return perform


for _name in RELATIONS:
    for _loading in ("lazy", "loader", "pipeline", "join", "batch", "subquery"):
        CASES[f"{_name}.{_loading}"] = related(_name, _loading)


@case("two_keys.lazy")
def two_keys_lazy(run, db, rest):
    for _, home, away in db.rows(f"SELECT id, home_id, away_id FROM match {SHORT}", run.n):
        rest.rows("SELECT id, name FROM team WHERE id = $1", home)
        rest.rows("SELECT id, name FROM team WHERE id = $1", away)


@case("two_keys.join")
def two_keys_join(run, db, _):
    db.rows("SELECT m.id, h.name, a.name FROM match m JOIN team h ON h.id = m.home_id JOIN team a ON a.id = m.away_id "
            "ORDER BY m.id LIMIT $1", run.n)


@case("two_keys.batch")
def two_keys_batch(run, db, rest):
    rows = db.rows(f"SELECT id, home_id, away_id FROM match {SHORT}", run.n)
    rest.rows("SELECT id, name FROM team WHERE id = ANY($1)", sorted({row[1] for row in rows} | {row[2] for row in rows}))


@case("polymorphic.lazy")
def polymorphic_lazy(run, db, rest):
    for _, kind, key in db.rows(f"SELECT id, content_type, object_id FROM comment {SHORT}", run.n):
        if kind == "book":
            rest.rows("SELECT id, title FROM book WHERE id = $1", key)
        else:
            rest.rows("SELECT id, name FROM author WHERE id = $1", key)


@case("polymorphic.batch")
def polymorphic_batch(run, db, rest):
    rows = db.rows(f"SELECT id, content_type, object_id FROM comment {SHORT}", run.n)
    rest.rows("SELECT id, title FROM book WHERE id = ANY($1)", [key for _, kind, key in rows if kind == "book"])
    rest.rows("SELECT id, name FROM author WHERE id = ANY($1)", [key for _, kind, key in rows if kind == "author"])


@case("nested.lazy")
def nested_lazy(run, db, rest):
    for key, _ in db.rows(f"SELECT id, name FROM publisher {SHORT}", run.n):
        for book, _, _ in rest.rows("SELECT id, title, publisher_id FROM book WHERE publisher_id = $1", key):
            rest.rows("SELECT id, stars FROM review WHERE book_id = $1", book)


@case("nested.batch")
def nested_batch(run, db, rest):
    keys = [row[0] for row in db.rows(f"SELECT id, name FROM publisher {SHORT}", run.n)]
    books = rest.rows("SELECT id, title, publisher_id FROM book WHERE publisher_id = ANY($1)", keys)
    rest.rows("SELECT id, book_id, stars FROM review WHERE book_id = ANY($1)", [row[0] for row in books])


@case("nested.join")
def nested_join(run, db, _):
    db.rows("SELECT p.id, b.title, r.stars FROM publisher p JOIN book b ON b.publisher_id = p.id "
            "JOIN review r ON r.book_id = b.id WHERE p.id <= $1", run.n)


@case("user.before_list")
def user_before_list(run, db, rest):
    db.rows("SELECT id, name, email FROM account WHERE id = $1", 150)
    for _, _, key in db.rows(f"SELECT id, total, account_id FROM orders {SHORT}", run.n):
        rest.rows("SELECT id, name, email FROM account WHERE id = $1", key)


AUTHOR = "SELECT id, name FROM author WHERE id = $1"
BOOKS = f"SELECT id, title, author_id FROM book {SHORT}"


@case("sibling.lazy")
def sibling_lazy(run, db, rest):
    db.rows("SELECT id, bio, author_id FROM profile WHERE author_id <= $1 ORDER BY author_id DESC", run.n)
    for _, _, key in db.rows(BOOKS, run.n):
        rest.rows(AUTHOR, key)


@case("cursor.lazy")
def cursor_lazy(run, db, rest):
    with db.transaction():
        db.rows(f"DECLARE shelf CURSOR FOR {BOOKS.replace('$1', str(run.n))}")
        while books := db.rows("FETCH 2 FROM shelf"):
            for _, _, key in books:
                rest.rows(AUTHOR, key)
        db.rows("CLOSE shelf")


@case("union.lazy")
def union_lazy(run, db, rest):
    half = "SELECT id, author_id FROM book WHERE id <= $1 AND id % 2 = "
    for _, key in db.rows(f"{half}1 UNION ALL {half}0 ORDER BY id", run.n):
        rest.rows(AUTHOR, key)


@case("loader.overlap")
def loader_overlap(run, db, rest):
    keys = [row[2] for row in db.rows(BOOKS, run.n)]
    for number, key in enumerate(keys):
        rest.rows("SELECT id, name FROM author WHERE id = ANY($1)", [key, keys[(number + 1) % len(keys)]])


@case("chosen.refetch")
def chosen_refetch(run, db, rest):
    db.rows(BOOKS, run.n)
    for key in (3, 8):
        rest.rows(BOOK, key)


@case("chosen.forward")
def chosen_forward(run, db, rest):
    db.rows(BOOKS, run.n)
    for key in (2, 7):
        rest.rows(AUTHOR, key)


BOOK = "SELECT id, title, author_id FROM book WHERE id = $1"


def ids_of_request(n):
    return [3 + 11 * i % 190 for i in range(n)]


@case("ids.lookup")
def ids_lookup(run, db, _):
    for key in ids_of_request(run.n):
        db.rows(BOOK, key)


@case("ids.dense")
def ids_dense(run, db, _):
    db.rows(f"SELECT id, name FROM team {SHORT}", run.n)
    for key in range(run.n, 0, -1):
        db.rows(BOOK, key)


SETTING = "SELECT key, value FROM setting WHERE key = $1"


@case("duplicate.plain")
def duplicate_plain(run, db, _):
    for _ in range(run.n):
        db.rows(SETTING, "key7")


@case("duplicate.list")
def duplicate_list(run, db, _):
    for number in range(run.n):
        db.rows(f"SELECT id, name FROM genre {SHORT}", 5)
        db.rows("SELECT id, name FROM author WHERE id = $1", number + 1)


@case("tree.up")
def tree_up(run, db, _):
    key = run.n + 1
    while key is not None:
        key = db.rows("SELECT id, name, parent_id FROM category WHERE id = $1", key)[0][2]


@case("tree.down")
def tree_down(run, db, _):
    key = 1
    for _ in range(run.n + 1):
        key = db.rows("SELECT id, name, parent_id FROM category WHERE parent_id = $1", key)[0][0]


@case("keys.two")
def keys_two(_run, db, _):
    db.rows(BOOK, 3)
    db.rows(BOOK, 14)


@case("pair.one_request")
def pair_one_request(run, db, _):
    for key in ids_of_request(run.n):
        author = db.rows(BOOK, key)[0][2]
        db.rows("SELECT id, name FROM author WHERE id = $1", author)


@case("pair.requests")
def pair_requests(run, db, _):
    for number, key in enumerate(ids_of_request(run.n)):
        if number:
            run.next_request()
            time.sleep(GAP_S)
        author = db.rows(BOOK, key)[0][2]
        db.rows("SELECT id, name FROM author WHERE id = $1", author)


@case("user.requests")
def user_requests(run, db, _):
    for number in range(run.n):
        if number:
            run.next_request()
            time.sleep(GAP_S)
        db.rows("SELECT id, name, email FROM account WHERE id = $1", 1)
        db.rows("SELECT id, total FROM orders WHERE account_id = $1 ORDER BY id LIMIT 5", 1)


@case("users.pool")
def users_pool(run, db, _):
    for _ in range(run.n):
        for user in (7, 8):
            run.next_request()
            db.rows("SELECT id, name, email FROM account WHERE id = $1", user)
            db.rows(f"SELECT id, title FROM book {SHORT}", 5)


@case("users.pool_lazy")
def users_pool_lazy(run, db, _):
    for _ in (7, 8):
        run.next_request()
        related("forward", "lazy")(run, db, db)


@case("users.two_connections")
def users_two_connections(run, db, _):
    for user, connection in ((7, db), (8, db.another())):
        run.next_request()
        connection.rows("SELECT id, name, email FROM account WHERE id = $1", user)
        connection.rows("SELECT id, total FROM orders WHERE account_id = $1 ORDER BY id LIMIT 5", user)
        connection.rows("SELECT count(*) FROM orders WHERE account_id = $1", user)
        connection.rows(f"SELECT id, name FROM genre {SHORT}", 5)


@case("chunks.equal")
def chunks_equal(run, db, _):
    keys = [row[2] for row in db.rows(f"SELECT id, title, author_id FROM book {SHORT}", 4 * run.n)]
    for start in range(0, len(keys), run.n):
        db.rows("SELECT id, name FROM author WHERE id = ANY($1)", keys[start:start + run.n])


@case("paging.keyset")
def paging_keyset(run, db, _):
    last = 0
    for _ in range(run.n):
        last = db.rows("SELECT id, kind FROM event WHERE id > $1 ORDER BY id LIMIT 10", last)[-1][0]


@case("paging.offset")
def paging_offset(run, db, _):
    for page in range(run.n):
        db.rows("SELECT id, kind FROM event ORDER BY id LIMIT $1 OFFSET $2", 10, page * 10)


@case("cursor.fetch")
def cursor_fetch(run, db, _):
    db.through_cursor(f"SELECT id, kind, amount FROM event {SHORT}", 100, run.n)


@case("poll.even")
def poll_even(run, db, _):
    for _ in range(run.n):
        db.rows("SELECT state FROM job WHERE id = $1", 1)
        time.sleep(0.04)


@case("lock.twice")
def lock_twice(_run, db, _):
    for _ in range(2):
        with db.transaction():
            db.rows("SELECT id, name FROM account WHERE id = $1 FOR UPDATE", 1)


@case("cache.once")
def cache_once(_run, db, _):
    db.rows(SETTING, "key7")
    db.rows(f"SELECT id, title FROM book {SHORT}", 5)


@case("shapes.different")
def shapes_different(_run, db, _):
    for sql in ("SELECT count(*) FROM book", "SELECT count(*) FROM author", "SELECT id, name FROM team ORDER BY id LIMIT 1",
                "SELECT max(stars) FROM review", "SELECT min(total) FROM orders"):
        db.rows(sql)


@case("noise.health")
def noise_health(run, db, _):
    for _ in range(run.n):
        db.rows("SELECT 1")


@case("noise.session")
def noise_session(run, db, _):
    for _ in range(run.n):
        with db.transaction():
            db.execute("SET LOCAL statement_timeout = '5s'")
            db.rows("SHOW statement_timeout")


@case("noise.catalog")
def noise_catalog(run, db, _):
    names = ["int4", "text", "uuid", "bool", "json", "jsonb", "date", "int8", "bytea", "numeric", "inet", "hstore"]
    for name in names[:run.n]:
        db.rows("SELECT oid, typarray FROM pg_catalog.pg_type WHERE typname = $1", name)


@case("noise.volatile")
def noise_volatile(run, db, _):
    for _ in range(run.n):
        db.rows("SELECT clock_timestamp()")
        db.rows("SELECT nextval('audit_id_seq')")
