#include "proxy/session/sql_names.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;

TEST_CASE("the name of a DEALLOCATE is found", "[trap:sql-changes-names]") {
  CHECK(deallocated_name("DEALLOCATE s1", 0) == "s1");
  CHECK(deallocated_name("deallocate prepare S1;", 0) == "s1");
  CHECK(deallocated_name("/* a /* b */ */ -- c\n deallocate \"Odd \"\"one\"", 0) == "Odd \"one");
  CHECK(deallocated_name("deallocate prepare", 0) == "prepare");
  CHECK(deallocated_name("deallocate prepare; select 1", 0) == "prepare");
  CHECK(deallocated_name("select 1", 0) == std::nullopt);
  CHECK(deallocated_name("deallocate", 0) == std::nullopt);
  CHECK(deallocated_name("", 0) == std::nullopt);
}

TEST_CASE("the nth of several statements is meant") {
  const auto text = "deallocate a; select 'deallocate x; deallocate y'; deallocate b";
  CHECK(deallocated_name(text, 0) == "a");
  CHECK(deallocated_name(text, 1) == "b");
  CHECK(deallocated_name(text, 2) == std::nullopt);
}

TEST_CASE("what looks like a statement inside a literal is none") {
  CHECK(deallocated_name("select $$; deallocate x$$; deallocate a", 0) == "a");
  CHECK(deallocated_name("select $q$; deallocate x $$ $q$; deallocate a", 0) == "a");
  CHECK(deallocated_name("select E'\\'; deallocate x'; deallocate a", 0) == "a");
  CHECK(deallocated_name("select ''';deallocate x'; deallocate a", 0) == "a");
  CHECK(deallocated_name("select \";deallocate x\" ; deallocate a", 0) == "a");
  CHECK(deallocated_name("select $1;deallocate a", 0) == "a");
  CHECK(deallocated_name("select deallocate b", 0) == std::nullopt);
}

TEST_CASE("a PREPARE gives its name and statement", "[trap:sql-changes-names]") {
  const auto plain = sql_prepare("prepare s as select 1", 0);
  REQUIRE(plain);
  CHECK(plain->name == "s");
  CHECK(plain->statement == "select 1");
  const auto typed =
      sql_prepare("select 1; PREPARE \"S\" (int, text) AS select $1 as x; select 2", 0);
  REQUIRE(typed);
  CHECK(typed->name == "S");
  CHECK(typed->statement == "select $1 as x");
  CHECK_FALSE(sql_prepare("prepare s", 0));
  CHECK_FALSE(sql_prepare("prepare transaction 'x'", 0));
}

TEST_CASE("text that ends anywhere is no trouble") {
  const std::string text =
      "/* c */ prepare \"a\"\"b\" (t) as select $q$ x $q$, E'\\n', 'y' -- end\n; deallocate a";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::string cut = text.substr(0, size);
    sql_prepare(cut, 0);
    deallocated_name(cut, 0);
  }
  CHECK(sql_prepare(text, 0)->name == "a\"b");
}
