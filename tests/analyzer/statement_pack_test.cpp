#include "analyzer/statement_pack.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "analyzer/statement_cache.hpp"

using namespace onetrip;

TEST_CASE("a statement comes out of its pack as it went in") {
  const std::vector<std::string> texts = {
      "SELECT 1",
      "SELECT b.id, a.name AS author, count(*) FROM shop.book b JOIN author a ON a.id = "
      "b.author_id WHERE (b.x, b.y) = ($1, $2) AND b.title LIKE 'a%' AND b.z IN (1, 2) GROUP BY 1, "
      "2 ORDER BY 1 LIMIT 5 OFFSET $3",
      "SELECT DISTINCT * FROM t, LATERAL (SELECT * FROM u WHERE u.id = t.id) x FOR UPDATE SKIP "
      "LOCKED",
      "SELECT * FROM a, b WHERE a.title ILIKE '%' || $1 ORDER BY random() OFFSET 5",
      "SELECT EXISTS (SELECT 1 FROM t WHERE a = f(1))",
      "INSERT INTO t (a, b) VALUES ($1, 'x') RETURNING id",
      "INSERT INTO t (a) VALUES (1), (2)",
      "UPDATE t SET a = 1, b = $2 WHERE c = ANY($3)",
      "WITH d AS (DELETE FROM t WHERE a < 5 RETURNING *) SELECT * FROM d UNION SELECT * FROM e",
      "CREATE TABLE \"Überlänge\" (a int)",
      "BEGIN",
      "RESET ALL",
      "SELECT FROM WHERE",
      "SELECT 'open"};
  for (const std::string& text : texts) {
    INFO(text);
    for (const Statement& statement : describe(text))
      CHECK(PackedStatement(statement).unpack() == statement);
  }
}

TEST_CASE("a pack has no room for more than it says") {
  Statement wide;
  wide.id = 0xFFFFFFFFFFFFFFFF;
  wide.fingerprint = "v1:ffffffffffffffff";
  wide.normalized = std::string(70'000, 'x');
  wide.slots = 65535;
  wide.limit_slot = 65535;
  wide.outputs.resize(1600);
  wide.outputs[1599].name = "not in the text";
  wide.predicates.push_back({Predicate::Op::other, {unknown_table, "x"}, 65535, 65535});
  const PackedStatement packed(wide);
  CHECK(packed.unpack() == wide);
  CHECK(packed.footprint() < 80'000);
}
