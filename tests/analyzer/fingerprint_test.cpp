#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "analyzer/fingerprint.hpp"
#include "analyzer/skeleton.hpp"

using namespace onetrip;

namespace {

std::vector<std::string> fingerprints(std::string_view sql) {
  Skeleton skeleton;
  skeleton.read(sql, StringSyntax::standard);
  std::vector<std::string> result;
  for (const SkeletonPiece& piece : skeleton.pieces()) {
    result.push_back(fingerprint_text(piece.hash));
  }
  return result;
}

std::string fingerprint(std::string_view sql) {
  const auto all = fingerprints(sql);
  REQUIRE(all.size() == 1);
  return all[0];
}

bool same(std::string_view a, std::string_view b) {
  return fingerprint(a) == fingerprint(b);
}

}  // namespace

TEST_CASE("an N+1 and its fix are not one shape") {
  const char* shapes[] = {"SELECT * FROM t WHERE id = $1",
                          "SELECT * FROM t WHERE id IN ($1)",
                          "SELECT * FROM t WHERE id IN ($1, $2)",
                          "SELECT * FROM t WHERE id = ANY($1)",
                          "INSERT INTO t VALUES ($1)",
                          "INSERT INTO t VALUES ($1), ($2)"};
  std::set<std::string> all;
  for (const char* sql : shapes) all.insert(fingerprint(sql));
  CHECK(all.size() == 6);
}

TEST_CASE("names, quotes, operators and NULL tell shapes apart") {
  CHECK_FALSE(same("SELECT a FROM t", "SELECT b FROM t"));
  CHECK_FALSE(same("SELECT \"A\" FROM t", "SELECT a FROM t"));
  CHECK_FALSE(same("SELECT a < 1", "SELECT a > 1"));
  CHECK_FALSE(same("UPDATE t SET a = NULL", "UPDATE t SET a = 1"));
  CHECK_FALSE(same("SELECT true", "SELECT 1"));
  CHECK_FALSE(same("CLOSE ALL", "CLOSE c"));
  CHECK_FALSE(same("SELECT x IN ((a), (b))", "SELECT x IN (($1), ($2))"));
  CHECK_FALSE(same("SELECT a IN (1, b)", "SELECT a IN (1, 2)"));
  CHECK_FALSE(same("SELECT a IN (1::int, 2::int)", "SELECT a IN (1::text, 2::text)"));
}

TEST_CASE("values, comments, white space and case do not") {
  const std::string_view plain = "select a from t where id = 1";
  CHECK(same(plain, "SELECT A\n\tFROM t WHERE id=$7"));
  CHECK(same(plain, "select a /* x */ from t where id = -42 -- y"));
  CHECK(same(plain, "/*trace='1'*/select a from t where id = 'it''s'"));
  CHECK(same(plain, "select a from t where id = E'\\'' "));
  CHECK(same(plain, "select a from t where id = +1e5"));
}

TEST_CASE("a sign is part of a literal only where a value must follow") {
  CHECK(same("select -1", "select 1"));
  CHECK(same("select a from t limit -1", "select a from t limit 1"));
  CHECK(same("select (-1), f(a, -1)", "select (1), f(a, 1)"));
  CHECK_FALSE(same("select a -1", "select a 1"));
  CHECK_FALSE(same("select (a) -1", "select (a) 1"));
}

TEST_CASE("lists of two or more are one shape, with their casts") {
  CHECK(same("select a in (1, 2)", "select a in ($1, 'x', -3)"));
  CHECK(same("select a in ($1::int, $2::int)", "select a in (1::int, 2::int, 3::int)"));
  CHECK(same("select a in (1::numeric(10, 2), 2::numeric(10, 2))",
             "select a in (1::numeric(10, 2), 2::numeric(10, 2), 3::numeric(10, 2))"));
  CHECK(same("select a = any(array[1, 2])", "select a = any(array[1, 2, 3])"));
  CHECK(same("select (a, b) in ((1, 2), (3, 4))", "select (a, b) in ((1, 2), (3, 4), (5, 6))"));
  CHECK(same("insert into t values (1, now()), (2, null)",
             "insert into t values (1, 1), (2, default), (3, f(4))"));
}

TEST_CASE("rows that hold queries are told apart") {
  CHECK_FALSE(same("values ((select a from t)), (1)", "values ((select b from t)), (1)"));
}

TEST_CASE("names of cursors, savepoints and prepared statements do not matter") {
  CHECK(same("DECLARE \"a1\" CURSOR FOR SELECT 1", "declare b2 cursor for select 2"));
  CHECK(same("FETCH FORWARD 2000 FROM \"a1\"", "fetch forward 10 from b2"));
  CHECK(same("CLOSE \"a1\"", "close b2"));
  CHECK(same("SAVEPOINT \"s1_x1\"", "savepoint s2"));
  CHECK(same("ROLLBACK TO SAVEPOINT s1", "rollback to savepoint s2"));
  CHECK(same("RELEASE s1", "release s2"));
  CHECK(same("EXECUTE p1 (1)", "execute p2 (2)"));
  CHECK(same("DEALLOCATE PREPARE p1", "deallocate prepare p2"));
  CHECK(same("UPDATE t SET a = 1 WHERE CURRENT OF c1", "update t set a = 2 where current of c2"));
}

TEST_CASE("a text falls apart at semicolons outside of parentheses and atomic bodies") {
  CHECK(fingerprints("").empty());
  CHECK(fingerprints(" ; ;; -- x").empty());
  CHECK(fingerprints("select 1; select ';'; ; select 2").size() == 3);
  CHECK(fingerprints("create rule r as on insert to t do (select 1; select 2); select 3").size() ==
        2);
  CHECK(fingerprints("create function f() returns int begin atomic select case when a then 1 end; "
                     "select 2; end; select 3")
            .size() == 2);
  CHECK(fingerprints("begin; select 1; end").size() == 3);
}

TEST_CASE("fingerprints are what they were when people put them into files") {
  const auto path = std::filesystem::path(__FILE__).parent_path() / "fingerprints.golden";
  std::ifstream file(path);
  REQUIRE(file.is_open());
  std::size_t lines = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    const std::size_t tab = line.find('\t');
    REQUIRE(tab != std::string::npos);
    INFO(line);
    CHECK(fingerprint(line.substr(tab + 1)) == line.substr(0, tab));
  }
  CHECK(lines >= 60);
}
