#include <catch2/catch.hpp>

#include "analyzer/statement_cache.hpp"

using namespace onetrip;

namespace {

Statement facts(std::string_view sql) {
  const auto all = describe(sql);
  REQUIRE(all.size() == 1);
  REQUIRE(all[0].parsed);
  return all[0];
}

/// "a0 b1": the tables of FROM and their groups; `?` for what is no table.
std::string groups(std::string_view sql) {
  const Statement statement = facts(sql);
  std::string text;
  for (const FromTable& from : statement.from) {
    if (!text.empty()) text += " ";
    text += from.table == unknown_table ? "?" : statement.tables.at(from.table).name;
    text += std::to_string(from.group);
  }
  return text;
}

/// "book.title 0": column and slot of each pattern.
std::string patterns(std::string_view sql) {
  const Statement statement = facts(sql);
  std::string text;
  for (const Pattern& pattern : statement.patterns) {
    if (!text.empty()) text += ", ";
    text += statement.tables.at(pattern.column.table).name + "." + pattern.column.column + " " +
            std::to_string(pattern.slot);
  }
  return text;
}

}  // namespace

TEST_CASE("conditions that mention two items of FROM connect them") {
  CHECK(groups("SELECT 1 FROM a, b WHERE a.x = b.y") == "a0 b0");
  CHECK(groups("SELECT 1 FROM a, b WHERE a.x < b.y + 1") == "a0 b0");
  CHECK(groups("SELECT 1 FROM a, b WHERE a.x = 1 OR b.y = 2") == "a0 b0");
  CHECK(groups("SELECT 1 FROM a JOIN b ON a.x = b.y") == "a0 b0");
  CHECK(groups("SELECT 1 FROM a JOIN b USING (x)") == "a0 b0");
  CHECK(groups("SELECT 1 FROM a NATURAL JOIN b") == "a0 b0");
  CHECK(groups("SELECT 1 FROM a LEFT JOIN b ON f(a.x, b.y)") == "a0 b0");
  CHECK(groups("SELECT 1 FROM a x, a y WHERE x.id = y.parent") == "a0 a0");
  CHECK(
      groups("SELECT 1 FROM a, b WHERE EXISTS (SELECT 1 FROM c WHERE c.a = a.id AND c.b = b.id)") ==
      "a0 b0");
  CHECK(groups("SELECT 1 FROM a, b WHERE (a.x, 1) = (b.x, 2)") == "a0 b0");
}

TEST_CASE("items are connected through others") {
  CHECK(groups("SELECT 1 FROM a, b, c WHERE a.x = b.x AND b.y = c.y") == "a0 b0 c0");
  CHECK(groups("SELECT 1 FROM a, b, c WHERE a.x = c.x AND b.y = c.y") == "a0 b0 c0");
  CHECK(groups("SELECT 1 FROM a CROSS JOIN b JOIN c ON c.a = a.id AND c.b = b.id") == "a0 b0 c0");
}

TEST_CASE("lateral references connect") {
  CHECK(groups("SELECT 1 FROM a, LATERAL (SELECT 1 FROM b WHERE b.a = a.id) x") == "a0 ?0");
  CHECK(groups("SELECT 1 FROM a, unnest(a.tags) t, b WHERE b.tag = t.x") == "a0 ?0 b0");
}

TEST_CASE("an unqualified name that several items may have connects these") {
  CHECK(groups("SELECT 1 FROM a, b WHERE x = y") == "a0 b0");
  CHECK(groups("SELECT 1 FROM a, b WHERE x = 1") == "a0 b0");
}

TEST_CASE("items that nothing connects are apart") {
  CHECK(groups("SELECT 1 FROM a, b") == "a0 b1");
  CHECK(groups("SELECT 1 FROM a CROSS JOIN b") == "a0 b1");
  CHECK(groups("SELECT 1 FROM a JOIN b ON true") == "a0 b1");
  CHECK(groups("SELECT 1 FROM a, b WHERE a.x = 1 AND b.y = 2") == "a0 b1");
  CHECK(groups("SELECT 1 FROM a JOIN b ON b.x = 1") == "a0 b1");
  CHECK(groups("SELECT 1 FROM a, b, c WHERE a.x = c.x") == "a0 b1 c0");
  CHECK(groups("SELECT 1 FROM a, b WHERE a.x = a.y") == "a0 b1");
  CHECK(groups("SELECT 1 FROM a, generate_series(1, 3)") == "a0 ?1");
}

TEST_CASE("only the outermost FROM is told") {
  CHECK(groups("SELECT 1 FROM a WHERE x IN (SELECT y FROM b, c)") == "a0");
  CHECK(groups("SELECT 1") == "");
  CHECK(groups("SELECT x FROM a UNION SELECT y FROM b") == "");
}

TEST_CASE("patterns that rows are found by") {
  CHECK(patterns("SELECT id FROM book WHERE title LIKE '%a'") == "book.title 0");
  CHECK(patterns("SELECT id FROM book WHERE title ILIKE $1 AND x = 2") == "book.title 0");
  CHECK(patterns("SELECT id FROM book WHERE UPPER(\"book\".\"title\"::text) LIKE UPPER('%a%')") ==
        "book.title 0");
  CHECK(patterns(
            "SELECT id FROM book WHERE x = 1 AND (title LIKE '%' || $2 || '%' OR note ILIKE $3)") ==
        "book.title 1, book.note 4");
  CHECK(patterns("SELECT id FROM book WHERE title LIKE concat('%', $1)") == "book.title 0");
  CHECK(patterns("SELECT count(*) FROM (SELECT id FROM book WHERE title LIKE '%a') x") ==
        "book.title 0");
}

TEST_CASE("what finds no row is no pattern") {
  CHECK(patterns("SELECT id FROM book WHERE title NOT LIKE '%a'") == "");
  CHECK(patterns("SELECT id FROM book WHERE NOT (title LIKE '%a')") == "");
  CHECK(patterns("SELECT title LIKE '%a' FROM book") == "");
  CHECK(patterns("SELECT id FROM book WHERE title LIKE f($1)") == "");
  CHECK(patterns("SELECT id FROM book WHERE f(title) LIKE '%a'") == "");
}

TEST_CASE("an order by random() is told from any other") {
  CHECK(facts("SELECT * FROM book ORDER BY random() LIMIT 1").random_order);
  CHECK(facts("SELECT * FROM book ORDER BY RANDOM(), id").random_order);
  CHECK_FALSE(facts("SELECT * FROM book ORDER BY id").random_order);
  CHECK_FALSE(facts("SELECT random() FROM book").random_order);
  CHECK_FALSE(facts("SELECT * FROM book ORDER BY random(1, 10)").random_order);
}
