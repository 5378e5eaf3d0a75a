#include <catch2/catch.hpp>
#include <functional>
#include <thread>

#include <pthread.h>

#include "analyzer/statement_cache.hpp"
#include "analyzer/statement_depth.hpp"

using namespace onetrip;

namespace {

Statement facts(std::string_view sql) {
  auto all = describe(sql);
  REQUIRE(all.size() == 1);
  return all[0];
}

std::string name(const Statement& statement, const ColumnUse& use) {
  if (use.table == unknown_table) return "?." + use.column;
  return statement.tables.at(use.table).name + "." + use.column;
}

/// `book.author_id = 0`: column, operator, slot; joined by blanks.
std::string predicates(std::string_view sql) {
  const char* ops[] = {"=", "in", "any", "<", ">", "<>", "like", "other"};
  const Statement statement = facts(sql);
  std::string text;
  for (const Predicate& predicate : statement.predicates) {
    if (!text.empty()) text += ", ";
    text += name(statement, predicate.column) + " " + ops[static_cast<int>(predicate.op)] + " " +
            std::to_string(predicate.slot);
    if (predicate.row_comparison != 0) text += " r" + std::to_string(predicate.row_comparison);
  }
  return text;
}

std::string outputs(std::string_view sql) {
  const Statement statement = facts(sql);
  std::string text;
  for (const OutputColumn& output : statement.outputs) {
    if (!text.empty()) text += ", ";
    text += output.star ? "*" : output.name;
    if (output.origin) text += " of " + name(statement, *output.origin);
  }
  return text;
}

std::string joins(std::string_view sql) {
  const Statement statement = facts(sql);
  std::string text;
  for (const JoinEdge& join : statement.joins) {
    if (!text.empty()) text += ", ";
    text += name(statement, join.left) + " = " + name(statement, join.right);
  }
  return text;
}

/// Runs on a stack of the worker's size.
void with_big_stack(std::function<void()> story) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 64U << 20U);
  pthread_t thread;
  const auto run = [](void* told) -> void* {
    (*static_cast<std::function<void()>*>(told))();
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, &attributes, run, &story) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

struct Chain {
  const char *before, *link, *middle, *close, *after;
};

constexpr Chain chains[] = {
    {"SELECT 1", "+1", "", "", ""},
    {"SELECT ", "-(", "1", ")", ""},
    {"SELECT ", "- ", "a", "", ""},
    {"SELECT 1", "::a", "", "", ""},
    {"SELECT 1", " COLLATE c", "", "", ""},
    {"SELECT 1", " AT TIME ZONE 'u'", "", "", ""},
    {"SELECT ", "NOT ", "true", "", ""},
    {"SELECT ", "f(", "1", ")", ""},
    {"SELECT ", "ARRAY[", "1", "]", ""},
    {"SELECT ", "(SELECT ", "1", ")", ""},
    {"SELECT * FROM ", "(SELECT * FROM ", "t", ") s", ""},
    {"SELECT * FROM a WHERE ", "x IN (SELECT y FROM b WHERE ", "1 = 1", ")", ""},
    {"SELECT 1", " UNION SELECT 1", "", "", ""},
    {"SELECT * FROM a", " NATURAL JOIN a", "", "", ""},
    {"SELECT * FROM a", " JOIN a USING (b)", "", "", ""},
    {"SELECT ", "CASE WHEN a AND b THEN 1 ELSE ", "1", " END", ""},
    {"SELECT ", "(SELECT 1 AS end, ", "1", ")", ""},
    {"SELECT x.or", " + x.or", "", "", ""},
    {"SELECT 1 WHERE ", "(a OR (b AND ", "c", "))", ""},
    {"", "WITH a AS (", "SELECT 1", ") SELECT 1", ""},
    {"SELECT ", "(", "1", ")", ""},
    {"SELECT ", "ROW(1, ", "1", ")", ""},
    {"SELECT ", "a[", "1", "]", ""},
};

std::string build(const Chain& chain, std::size_t length) {
  return chain.before + repeated(chain.link, length) + chain.middle +
         repeated(chain.close, length) + chain.after;
}

}  // namespace

TEST_CASE("conditions that not every row must meet are no predicates") {
  CHECK(predicates("SELECT * FROM t") == "");
  CHECK(predicates("SELECT * FROM t WHERE a = $1 OR b = $2") == "");
  CHECK(predicates("SELECT * FROM t WHERE NOT a = $1") == "");
  CHECK(predicates("SELECT * FROM a LEFT JOIN b ON b.x = $1") == "");
  CHECK(predicates("SELECT * FROM a LEFT JOIN (SELECT * FROM b WHERE y = 1) s ON true") == "");
  CHECK(predicates("SELECT * FROM a WHERE x IN (SELECT y FROM b WHERE z = $1)") == "");
  CHECK(predicates("SELECT x FROM a WHERE x = $1 UNION SELECT y FROM b WHERE y = $2") == "");
  CHECK(predicates("SELECT count(*) FROM a HAVING max(x) = $1") == "");
  CHECK(predicates("SELECT * FROM a FULL JOIN b ON a.x = b.x AND a.y = $1") == "");
}

TEST_CASE("what is not a plain column compares nothing") {
  CHECK(predicates("SELECT * FROM t WHERE lower(a) = $1") == "");
  CHECK(predicates("SELECT * FROM t WHERE a::text = $1") == "");
  CHECK(predicates("SELECT * FROM t WHERE a + 1 = $1") == "");
  CHECK(predicates("SELECT * FROM t WHERE a = $1 + 1") == "");
  CHECK(predicates("SELECT * FROM f($1) AS t WHERE t.a = $2") == "");
  CHECK(predicates("SELECT * FROM (SELECT count(*) AS n FROM t) s WHERE s.n = $1") == "");
}

TEST_CASE("predicates name column and slot, in either order and through aliases") {
  CHECK(predicates("SELECT * FROM book WHERE author_id = $1") == "book.author_id = 0");
  CHECK(predicates("SELECT 'x' FROM book b WHERE 7 = b.author_id") == "book.author_id = 1");
  CHECK(predicates("SELECT * FROM book WHERE id = $1::int AND $2 < id") ==
        "book.id = 0, book.id > 1");
  CHECK(predicates("SELECT * FROM a JOIN b ON b.a_id = a.id AND b.x = $1 WHERE a.y = -2") ==
        "b.x = 0, a.y = 1");
  CHECK(predicates("SELECT * FROM a, b WHERE a.x = 1 AND c = 2") == "a.x = 0, ?.c = 1");
  CHECK(predicates("DELETE FROM book WHERE id = 3") == "book.id = 0");
  CHECK(predicates("UPDATE book SET title = 'x' WHERE id = 3") == "book.id = 1");
  CHECK(predicates("SELECT * FROM t WHERE a BETWEEN 1 AND 2 AND b LIKE 'x' AND c <> 3") ==
        "t.a > 0, t.a < 1, t.b like 2, t.c <> 3");
}

TEST_CASE("one element is an equality, many are a list") {
  CHECK(predicates("SELECT * FROM t WHERE a IN ($1)") == "t.a = 0");
  CHECK(predicates("SELECT * FROM t WHERE a IN (1, 2)") == "t.a in 0");
  CHECK(predicates("SELECT * FROM t WHERE a IN ('x'::uuid, 'y'::uuid)") == "t.a in 0");
  CHECK(predicates("SELECT * FROM t WHERE a = ANY($1)") == "t.a any 0");
  CHECK(predicates("SELECT * FROM t WHERE a = ANY('{1,2}'::int[])") == "t.a any 0");
  CHECK(predicates("SELECT * FROM t WHERE a = ANY(ARRAY[$1])") == "t.a = 0");
  CHECK(predicates("SELECT * FROM t WHERE a = ANY(ARRAY[1, 2])") == "t.a any 0");
  CHECK(predicates("SELECT * FROM t WHERE a NOT IN (1, 2)") == "");
  CHECK(predicates("SELECT * FROM t WHERE (a, b) = ($1, $2)") == "t.a = 0 r1, t.b = 1 r1");
  CHECK(predicates("SELECT * FROM t WHERE (a, b) IN ((1, 2))") == "t.a = 0 r1, t.b = 1 r1");
}

TEST_CASE("predicates are found inside of what wraps a query") {
  CHECK(predicates("SELECT count(*) FROM (SELECT 1 FROM book WHERE author_id = $1 LIMIT 21) s") ==
        "book.author_id = 1");
  CHECK(predicates("SELECT EXISTS(SELECT * FROM book WHERE author_id = $1)") ==
        "book.author_id = 0");
  CHECK(predicates("WITH b AS (SELECT * FROM book WHERE id = $1) SELECT * FROM b WHERE x = 2") ==
        "book.id = 0, book.x = 1");
  CHECK(predicates("DECLARE c CURSOR FOR SELECT * FROM book WHERE id = 1") == "book.id = 0");
}

TEST_CASE("WHERE of nothing but equality with slots is known as such") {
  CHECK(facts("SELECT * FROM t WHERE a = $1 AND b IN (1, 2)").only_slot_equality);
  CHECK(facts("SELECT count(*) FROM (SELECT * FROM t WHERE a = 1) s").only_slot_equality);
  CHECK_FALSE(facts("SELECT * FROM t").only_slot_equality);
  CHECK_FALSE(facts("SELECT * FROM t WHERE a = $1 AND b > 2").only_slot_equality);
  CHECK_FALSE(facts("SELECT * FROM t WHERE a = $1 AND b IS NULL").only_slot_equality);
  CHECK_FALSE(facts("SELECT * FROM t, u WHERE t.a = $1 AND t.b = u.b").only_slot_equality);
}

TEST_CASE("joins are edges between columns") {
  CHECK(joins("SELECT * FROM a LEFT JOIN b ON a.id = b.a_id") == "a.id = b.a_id");
  CHECK(joins("SELECT * FROM a, b x WHERE a.id = x.a_id") == "a.id = b.a_id");
  CHECK(joins("SELECT * FROM a JOIN b USING (id, k)") == "a.id = b.id, a.k = b.k");
  CHECK(joins("SELECT * FROM a JOIN b ON a.id > b.a_id") == "");
}

TEST_CASE("outputs tell their origin") {
  CHECK(outputs("SELECT id, b.title AS t, 1, count(*), x::text FROM book b") ==
        "id of book.id, t of book.title, ?column?, count, x of book.x");
  CHECK(outputs("SELECT * FROM book") == "* of book.");
  CHECK(outputs("SELECT a.*, y FROM a, b") == "* of a., y of ?.y");
  CHECK(outputs("SELECT * FROM a, b") == "* of a., * of b.");
  CHECK(outputs("SELECT * FROM a JOIN b USING (id)") == "*");
  CHECK(outputs("SELECT s.z FROM (SELECT id AS z FROM book) s") == "z of book.id");
  CHECK(outputs("SELECT * FROM (SELECT id, title FROM book) s(x)") ==
        "x of book.id, title of book.title");
  CHECK(outputs("SELECT id FROM a UNION SELECT id FROM b") == "id");
  CHECK(outputs("INSERT INTO book (a) VALUES (1) RETURNING id") == "id of book.id");
  CHECK(outputs("WITH RECURSIVE r AS (SELECT id FROM t UNION SELECT r.id FROM r) TABLE r") == "id");
}

TEST_CASE("lone aggregates and existence checks give one computed row") {
  CHECK(facts("SELECT COUNT(*) FROM t WHERE a = 1").aggregate_function == "count");
  CHECK(facts("SELECT coalesce(sum(x), 0)::int FROM t").aggregate_function == "sum");
  CHECK(facts("SELECT (1) AS a FROM t WHERE b = 2 LIMIT 1").aggregate_function == "exists");
  CHECK(facts("SELECT EXISTS(SELECT 1 FROM t)").aggregate_function == "exists");
  CHECK_FALSE(facts("SELECT a, count(*) FROM t GROUP BY a").aggregate);
  CHECK_FALSE(facts("SELECT count(*) OVER () FROM t").aggregate);
  CHECK_FALSE(facts("SELECT 1 FROM t").aggregate);
  CHECK_FALSE(facts("SELECT 1 LIMIT 1").aggregate);
}

TEST_CASE("assignments of one row") {
  const Statement insert = facts("INSERT INTO t (a, b, c) VALUES ($1, now(), 'x')");
  REQUIRE(insert.assignments.size() == 2);
  CHECK(insert.assignments[1].column == "c");
  CHECK(insert.assignments[1].slot == 1);
  CHECK(insert.tables.at(0).written);
  CHECK_FALSE(insert.multi_row_values);
  CHECK(facts("INSERT INTO t (a) VALUES (1), (2)").multi_row_values);
  CHECK(facts("INSERT INTO t (a) SELECT 1").multi_row_values);
  CHECK(facts("UPDATE t SET a = 1, b = b + 1").assignments.size() == 1);
}

TEST_CASE("limits, and what a query does besides") {
  const Statement paged = facts("SELECT * FROM t ORDER BY a LIMIT 10 OFFSET $1");
  CHECK(paged.limit_slot == 0);
  CHECK(paged.offset_slot == 1);
  CHECK(paged.ordered);
  CHECK(facts("SELECT * FROM t FETCH FIRST 5 ROWS ONLY").limited);
  CHECK_FALSE(facts("SELECT * FROM t LIMIT ALL").limited);
  CHECK(facts("SELECT DISTINCT a FROM t FOR UPDATE SKIP LOCKED").locking);
  CHECK(facts("WITH x AS (DELETE FROM t RETURNING id) SELECT * FROM x").data_modifying_cte);
}

TEST_CASE("a function that is not known to change nothing makes its statement impure") {
  for (const char* sql :
       {"SELECT settle(1)", "SELECT id FROM t WHERE f(id) = 1", "SELECT * FROM t ORDER BY random()",
        "SELECT nextval('s')", "SELECT * FROM generate(5)", "SELECT shop.lower(a) FROM t",
        "WITH x AS (SELECT f(a) FROM t) SELECT * FROM x", "INSERT INTO t (a) VALUES (f(1))",
        "SELECT pg_advisory_xact_lock(1)", "SELECT * FROM a JOIN b ON f(a.x) = b.x"}) {
    INFO(sql);
    CHECK(facts(sql).impure);
  }
  for (const char* sql :
       {"SELECT count(*), lower(a), now(), coalesce(a, b), greatest(a, b) FROM t",
        "SELECT pg_catalog.lower(a), substring(a FROM 1 FOR 2), extract(year FROM b) FROM t",
        "SELECT * FROM generate_series(1, 5)", "SELECT trim(a), b AT TIME ZONE 'UTC' FROM t",
        "SELECT row_number() OVER (ORDER BY a) FROM t", "SELECT current_timestamp, a::text FROM t",
        "SELECT * FROM t WHERE a SIMILAR TO 'x' AND b LIKE 'y' ESCAPE 'z'"}) {
    INFO(sql);
    CHECK_FALSE(facts(sql).impure);
  }
}

TEST_CASE("SKIP LOCKED is seen at any level") {
  CHECK(facts("SELECT a FROM t FOR UPDATE SKIP LOCKED").skip_locked);
  CHECK(facts("UPDATE t SET a = 1 WHERE id = (SELECT id FROM t LIMIT 1 FOR UPDATE SKIP LOCKED)")
            .skip_locked);
  CHECK(facts("DELETE FROM t USING (SELECT id FROM t FOR UPDATE SKIP LOCKED) q WHERE t.id = q.id")
            .skip_locked);
  CHECK_FALSE(facts("SELECT a FROM t FOR UPDATE NOWAIT").skip_locked);
  CHECK_FALSE(facts("SELECT a FROM t FOR UPDATE").skip_locked);
}

TEST_CASE("kind is known without a parser") {
  CHECK(facts("WITH x AS (SELECT 1) INSERT INTO t SELECT").kind == StatementKind::insert);
  CHECK(facts("(SELECT 1) UNION SELECT 2").kind == StatementKind::select);
  CHECK(facts("ROLLBACK TO s").kind == StatementKind::rollback_to);
  CHECK(facts("ABORT").kind == StatementKind::rollback);
  CHECK(facts("UPDATE this is no SQL").kind == StatementKind::update);
  CHECK(facts("UPDATE this is no SQL").unparsed_reason == "syntax");
}

TEST_CASE("what sessions say to themselves is noise, and only that") {
  for (const char* sql :
       {"BEGIN", "SELECT 1", "SELECT $1", "SELECT version()", "SET a = 1", "COMMIT",
        "SELECT c.relname FROM pg_catalog.pg_class c", "SHOW search_path",
        "SELECT * FROM django_content_type WHERE id = 1", "SELECT set_config('a.b', 'c', true)"}) {
    INFO(sql);
    CHECK(facts(sql).noise);
  }
  for (const char* sql : {"SELECT * FROM book", "SELECT price_of($1)", "SELECT nextval('s')",
                          "SELECT b.id FROM book b, pg_class c", "SELECT * FROM django_session",
                          "SELECT pg_sleep(1)", "INSERT INTO django_content_type VALUES (1)",
                          "SELECT EXISTS(SELECT 1 FROM book)", "FETCH 10 FROM c"}) {
    INFO(sql);
    CHECK_FALSE(facts(sql).noise);
  }
}

TEST_CASE("pools leave marks") {
  for (const char* sql : {"SELECT 1", "ROLLBACK", "RESET ALL", "DISCARD ALL", "UNLISTEN *",
                          "CLOSE ALL", "SELECT pg_advisory_unlock_all()"}) {
    INFO(sql);
    CHECK(facts(sql).pool_marker);
  }
  for (const char* sql : {"SELECT 1, 2", "ROLLBACK TO s", "RESET role", "CLOSE c", "COMMIT",
                          "SELECT 1 FROM t", "UNLISTEN x"}) {
    INFO(sql);
    CHECK_FALSE(facts(sql).pool_marker);
  }
}

TEST_CASE("set-up is DDL and the tables of migrations") {
  CHECK(facts("CREATE TABLE t (a int)").set_up);
  CHECK(facts("TRUNCATE t").set_up);
  CHECK(facts("SELECT app FROM django_migrations").set_up);
  CHECK_FALSE(facts("CREATE TEMP TABLE t (a int)").set_up);
  CHECK_FALSE(facts("SELECT * FROM book").set_up);
}

TEST_CASE("normalized text keeps the shape and no value") {
  CHECK(facts("select  a /* secret */ from t\n where b = 'secret' and c = $1 and d in (1,2)")
            .normalized == "select a from t where b = ? and c = $1 and d in (...)");
  CHECK(facts("INSERT INTO t VALUES (1, 'secret'), (2, 'secret')").normalized ==
        "INSERT INTO t VALUES (...)");
  CHECK(facts("CREATE ROLE bob PASSWORD 'secret'").normalized == "CREATE ROLE bob PASSWORD ?");
  CHECK(facts("DO $$ secret $$").normalized == "DO ?");
  CHECK(facts("ALTER ROLE bob PASSWORD 'secret").normalized == "ALTER ROLE bob PASSWORD ?");
  CHECK(facts("SELECT " + repeated("a, ", 10000) + "b").normalized.size() == 8192);
}

TEST_CASE("an IN list of any length is parsed") {
  const Statement statement =
      facts("SELECT * FROM t WHERE a IN (1" + repeated(", 123456", 50000) + ")");
  CHECK(statement.parsed);
  CHECK(statement.predicates.size() == 1);
}

TEST_CASE("a tree just under the limit is parsed and walked on the worker's stack") {
  with_big_stack([] {
    for (const Chain& chain : chains) {
      std::size_t low = 1;
      std::size_t high = 3000;
      while (low + 1 < high) {
        const std::size_t middle = (low + high) / 2;
        (depth_bound(build(chain, middle)) <= deepest_tree ? low : high) = middle;
      }
      INFO(build(chain, 1) << " × " << low);
      CHECK(low < 1100);
      const Statement statement = facts(build(chain, low));
      CHECK(statement.unparsed_reason != "too_deep");
      CHECK_FALSE(statement.fingerprint.empty());
    }
  });
}

TEST_CASE("a tree beyond the limit is not asked for, but has kind and fingerprint") {
  for (const Chain& chain : chains) {
    const std::string sql = build(chain, 5000);
    INFO(build(chain, 1));
    const Statement statement = facts(sql);
    CHECK_FALSE(statement.parsed);
    CHECK((statement.unparsed_reason == "too_deep" || statement.unparsed_reason == "too_long"));
    CHECK(statement.kind == StatementKind::select);
    CHECK(statement.fingerprint.size() == 19);
  }
}

TEST_CASE("long flat conditions are no depth") {
  const Statement statement = facts("SELECT * FROM t WHERE a = 1" + repeated(" OR a = 1", 3000));
  CHECK(statement.parsed);
  CHECK(facts("SELECT 1" + repeated(", a + 1", 5000)).parsed);
}
