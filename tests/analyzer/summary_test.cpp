#include <catch2/catch.hpp>

#include "analyzer/statement_cache.hpp"

using namespace onetrip;

namespace {

std::string summary(std::string_view sql) {
  const auto all = describe(sql);
  REQUIRE(all.size() == 1);
  return all[0].summary;
}

}  // namespace

TEST_CASE("words that only look like a table's place name no target") {
  CHECK(summary("SELECT extract(year FROM ts) FROM t") == "SELECT t");
  CHECK(summary("SELECT a IS DISTINCT FROM b FROM t") == "SELECT t");
  CHECK(summary("SELECT * FROM f(1)") == "SELECT");
  CHECK(summary("SELECT * FROM t FOR UPDATE") == "SELECT t");
  CHECK(summary("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 1") == "INSERT t");
  CHECK(summary("WITH r AS (SELECT * FROM k) SELECT * FROM r") == "SELECT k SELECT");
}

TEST_CASE("operations and targets stand in the order of the text") {
  CHECK(summary("SELECT * FROM wuser_table WHERE username = ?1") == "SELECT wuser_table");
  CHECK(summary("INSERT INTO shipping_details (a) SELECT a FROM orders") ==
        "INSERT shipping_details SELECT orders");
  CHECK(summary("SELECT * FROM songs, artists WHERE songs.a = artists.a") ==
        "SELECT songs artists");
  CHECK(summary("SELECT * FROM a JOIN s.b x USING (id), \"C d\"") == "SELECT a s.b \"C d\"");
  CHECK(summary("UPDATE \"book\" SET a = 1 FROM x") == "UPDATE book x");
  CHECK(summary("DELETE FROM a USING b WHERE a.x IN (SELECT y FROM c)") == "DELETE a b SELECT c");
  CHECK(summary("DECLARE c CURSOR FOR SELECT * FROM t") == "DECLARE SELECT t");
}

TEST_CASE("other commands are their own words") {
  CHECK(summary("begin") == "BEGIN");
  CHECK(summary("FETCH 10 FROM c") == "FETCH");
  CHECK(summary("CREATE UNIQUE INDEX i ON books (a)") == "CREATE INDEX books");
  CHECK(summary("create table books (a int)") == "CREATE TABLE books");
}

TEST_CASE("a summary ends at 255 bytes, and is there without a parse tree") {
  std::string many = "SELECT * FROM t0";
  for (int i = 1; i < 200; ++i) many += ", a_rather_long_table_" + std::to_string(i);
  CHECK(summary(many).size() <= 255);
  CHECK(summary(many).size() > 200);
  CHECK(summary("SELECT * FROM books WHERE WHERE") == "SELECT books");
}
