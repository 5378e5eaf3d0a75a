"""The cases that write, and those of single statements, in plain SQL."""

import time

from plain import CASES, SHORT, case

AUDIT = "INSERT INTO audit (what) VALUES ($1)"


def lines(n):
    return [f"line {i}" for i in range(n)]


@case("write.insert")
def write_insert(run, db, _):
    with db.transaction():
        for line in lines(run.n):
            db.execute(AUDIT, line)


@case("write.commit")
def write_commit(run, db, _):
    for line in lines(run.n):
        with db.transaction():
            db.execute(AUDIT, line)


@case("write.children")
def write_children(run, db, _):
    keys = [row[0] for row in db.rows(f"SELECT id, name FROM account {SHORT}", run.n)]
    with db.transaction():
        for key in keys:
            db.execute("INSERT INTO orders (account_id, total) VALUES ($1, 10)", key)


@case("write.update")
def write_update(run, db, _):
    keys = [row[0] for row in db.rows(f"SELECT id, state FROM job {SHORT}", run.n)]
    with db.transaction():
        for key in keys:
            db.execute("UPDATE job SET state = $1 WHERE id = $2", "done", key)


@case("write.delete")
def write_delete(run, db, _):
    keys = [row[0] for row in db.rows(f"SELECT id, state FROM job {SHORT}", run.n)]
    with db.transaction():
        for key in keys:
            db.execute("DELETE FROM job WHERE id = $1", key)


@case("write.get_or_create")
def write_get_or_create(run, db, _):
    for line in lines(run.n):
        if not db.rows("SELECT id, name FROM tag WHERE name = $1", line):
            db.rows("INSERT INTO tag (name) VALUES ($1) RETURNING id", line)


@case("write.executemany")
@case("write.pipelined")
def write_executemany(run, db, _):
    with db.transaction():
        db.many(AUDIT, [(line,) for line in lines(run.n)])


@case("write.bulk")
def write_bulk(run, db, _):
    values = ", ".join(f"(${i + 1})" for i in range(run.n))
    db.execute(f"INSERT INTO audit (what) VALUES {values}", *lines(run.n))


@case("write.bulk_update")
def write_bulk_update(run, db, _):
    keys = [row[0] for row in db.rows(f"SELECT id, state FROM job {SHORT}", run.n)]
    db.execute("UPDATE job SET state = 'done' WHERE id = ANY($1)", keys)


@case("write.copy")
def write_copy(run, db, _):
    db.copy("audit", ["what"], [(line,) for line in lines(run.n)])


@case("keys.same_twice_after_write")
def same_twice_after_write(_run, db, _):
    db.rows("SELECT count(*) FROM audit")
    db.execute(AUDIT, "line")
    db.rows("SELECT count(*) FROM audit")


@case("queue.take")
def queue_take(run, db, _):
    for _ in range(run.n):
        with db.transaction():
            job = db.rows("SELECT id, payload FROM job WHERE state = 'ready' ORDER BY id "
                          "FOR UPDATE SKIP LOCKED LIMIT 1")[0][0]
            db.execute("UPDATE job SET state = 'taken' WHERE id = $1", job)


@case("retry.serialization")
def retry_serialization(_run, db, _):
    other = db.another()
    for attempt in range(2):
        try:
            with db.transaction("REPEATABLE READ"):
                db.rows("SELECT id, name FROM account WHERE id = $1", 1)
                if attempt == 0:
                    other.execute("UPDATE account SET name = $1 WHERE id = $2", "theirs", 1)
                db.execute("UPDATE account SET name = $1 WHERE id = $2", "ours", 1)
        except db.serialization_failure:
            continue


@case("unique.check")
def unique_check(run, db, _):
    for line in lines(run.n):
        if not db.rows("SELECT id, name FROM account WHERE email = $1", line):
            db.execute("INSERT INTO account (name, email) VALUES ($1, $2)", "new", line)


@case("setup.migration")
def setup_migration(run, db, _):
    db.execute("CREATE TABLE schema_migrations (version text PRIMARY KEY)")
    db.execute("CREATE TABLE country (id serial PRIMARY KEY, name text)")
    for line in lines(run.n):
        db.execute("INSERT INTO country (name) VALUES ($1)", line)
    db.execute("ALTER TABLE country ADD COLUMN code text")
    db.rows("SELECT version FROM schema_migrations")
    db.execute("INSERT INTO schema_migrations (version) VALUES ($1)", "1")


@case("test.savepoints")
def test_savepoints(run, db, _):
    with db.transaction():
        for number in range(run.n):
            db.execute(f"SAVEPOINT test{number}")
            db.execute("INSERT INTO tag (name) VALUES ($1)", f"one {number}")
            db.execute("INSERT INTO tag (name) VALUES ($1)", f"two {number}")
            db.rows("SELECT id, name FROM tag ORDER BY id DESC LIMIT 2")
            db.execute(f"ROLLBACK TO SAVEPOINT test{number}")


def tests_apart(count, db, body):
    for number in range(count):
        db.execute("BEGIN")
        body(number)
        db.execute("ROLLBACK")


@case("test.apart")
def test_apart(run, db, _):
    def body(number):
        db.execute("INSERT INTO tag (name) VALUES ($1)", f"one {number}")
        db.execute("INSERT INTO tag (name) VALUES ($1)", f"two {number}")
        db.rows("SELECT id, name FROM tag ORDER BY id DESC LIMIT 2")
    tests_apart(run.n, db, body)


@case("test.apart_lazy")
def test_apart_lazy(run, db, rest):
    tests_apart(2, db, lambda _: CASES["forward.lazy"](run, db, rest))


@case("test.apart_reading")
def test_apart_reading(run, db, _):
    def body(number):
        db.rows("SELECT id, name FROM account WHERE id = $1", 1)
        db.rows(f"SELECT count(*) FROM {('book', 'author', 'review')[number]}")
    tests_apart(run.n, db, body)


@case("big.unbounded")
def big_unbounded(_run, db, _):
    db.rows("SELECT id, kind FROM event WHERE amount > $1", 13000)


@case("big.limited")
def big_limited(run, db, _):
    db.rows("SELECT id, kind FROM event WHERE amount > $1 ORDER BY id LIMIT $2", 13000, run.n)
    db.rows("SELECT id, kind FROM event WHERE id = $1", 5)
    db.rows("SELECT count(*) FROM event")


@case("wide.body")
def wide_body(run, db, _):
    db.rows(f"SELECT id, body FROM document {SHORT}", run.n)


@case("wide.titles")
def wide_titles(run, db, _):
    db.rows(f"SELECT id, title FROM document {SHORT}", run.n)


@case("wide.star")
def wide_star(run, db, _):
    db.rows(f"SELECT * FROM product {SHORT}", run.n)


@case("wide.some")
def wide_some(run, db, _):
    db.rows(f"SELECT id, name, sku, price FROM product {SHORT}", run.n)


@case("offset.deep")
def offset_deep(run, db, _):
    db.rows("SELECT id, kind FROM event ORDER BY id LIMIT $1 OFFSET $2", run.n, 12000)


@case("like.leading")
def like_leading(run, db, _):
    db.rows("SELECT id, kind FROM event WHERE kind LIKE $1 ORDER BY id LIMIT $2", "%nd3", run.n)


@case("like.harmless")
def like_harmless(run, db, _):
    db.rows("SELECT id, kind FROM event WHERE kind LIKE $1 ORDER BY id LIMIT $2", "kind3%", run.n)
    db.rows("SELECT id, name FROM author WHERE name LIKE $1 ORDER BY id LIMIT $2", "%or 7", run.n)


@case("random.big")
def random_big(run, db, _):
    db.rows("SELECT id, kind FROM event ORDER BY random() LIMIT $1", run.n)


@case("random.small")
def random_small(run, db, _):
    db.rows("SELECT id, name FROM genre ORDER BY random() LIMIT $1", run.n)


@case("cartesian.plain")
def cartesian_plain(run, db, _):
    db.rows("SELECT author.id, genre.id FROM author, genre WHERE author.id <= $1", run.n)


@case("cartesian.harmless")
def cartesian_harmless(run, db, _):
    db.rows("SELECT author.id, genre.id FROM author, genre WHERE author.id = $1", 1)
    db.rows("SELECT b.id, a.name FROM book b JOIN author a ON a.id = b.author_id ORDER BY b.id LIMIT $1", run.n)
    db.rows("SELECT book_id, stars FROM review JOIN book_genre USING (book_id) ORDER BY book_id LIMIT $1", run.n)


@case("write.all")
def write_all(_run, db, _):
    db.execute("UPDATE setting SET value = $1", "same")


@case("write.where")
def write_where(_run, db, _):
    db.execute("UPDATE setting SET value = $1 WHERE key = $2", "same", "key7")
    db.execute("DELETE FROM job WHERE id = $1", 1)


@case("list.large")
@case("list.small")
def list_of_ids(run, db, _):
    places = ", ".join(f"${i + 1}" for i in range(run.n))
    db.rows(f"SELECT count(*) FROM event WHERE id IN ({places})", *range(1, run.n + 1))


@case("slow.statement")
def slow_statement(_run, db, _):
    db.rows("SELECT id, name, pg_sleep(3) FROM author WHERE id = $1", 1)


def slow_reads(db):
    for table in ("author", "publisher", "book", "review", "genre", "team", "account", "event"):
        yield lambda table=table: db.rows(f"SELECT id, pg_sleep(0.7) FROM {table} WHERE id = $1", 1)


@case("long.transaction")
def long_transaction(_run, db, _):
    with db.transaction():
        for read in slow_reads(db):
            read()


@case("long.request")
def long_request(_run, db, _):
    for read in slow_reads(db):
        with db.transaction():
            read()


@case("idle.transaction")
def idle_transaction(_run, db, _):
    with db.transaction():
        db.rows("SELECT id, name FROM author WHERE id = $1", 1)
        time.sleep(1.5)


@case("fail.loop")
def fail_loop(run, db, _):
    for number in range(run.n):
        db.fails("INSERT INTO account (name, email) VALUES ($1, $2)", "again", f"user{number + 1}@example.org")


@case("unseen.eager")
def unseen_eager(run, db, _):
    db.rows("SELECT b.id, b.title, a.id, a.name FROM book b JOIN author a ON a.id = b.author_id ORDER BY b.id LIMIT $1",
            run.n)
