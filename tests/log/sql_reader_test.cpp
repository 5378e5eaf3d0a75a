#include "analyzer/log/sql_reader.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace onetrip;

namespace {

using Statements = std::vector<std::string>;

Statements read(std::string_view text, std::size_t cut = 0) {
  Statements statements;
  SqlReader reader([&](std::string_view sql) { statements.emplace_back(sql); });
  reader.feed(text.substr(0, cut));
  reader.feed(text.substr(cut));
  reader.end();
  return statements;
}

}  // namespace

TEST_CASE("statements end at a semicolon that is nobody else's") {
  CHECK(read("SELECT 1; SELECT 2") == Statements{"SELECT 1", "SELECT 2"});
  CHECK(
      read("SELECT ';', $$;$$, $a$ ; $b$;$a$, \";\" /* ; /* ; */ ; */ -- ;\n, E'\\';' ;").size() ==
      1);
  CHECK(read("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3").size() == 2);
  CHECK(read("CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3").size() == 2);
}

TEST_CASE("empty statements and comments alone are none") {
  CHECK(read("").empty());
  CHECK(read(" ;; -- nothing\n; /* ; */").empty());
}

TEST_CASE("a comment belongs to the statement that it stands before") {
  CHECK(read("SELECT 1;\n/*route='/books'*/ SELECT 2;") ==
        Statements{"SELECT 1", "/*route='/books'*/ SELECT 2"});
}

TEST_CASE("psql's own lines are left out, and so are the rows of COPY") {
  CHECK(read("\\set ON_ERROR_STOP on\nSELECT 1;\n-- next\n\\connect shop\nSELECT 2;\\q") ==
        Statements{"SELECT 1", "SELECT 2"});
  CHECK(read("COPY t (a) FROM stdin;\n1;2\nit's\n\\.\nSELECT 1;") ==
        Statements{"COPY t (a) FROM stdin", "SELECT 1"});
  CHECK(read("COPY t TO stdout; SELECT 1").size() == 2);
}

TEST_CASE("SQL says the same wherever its pieces end") {
  const std::string text =
      "SELECT 'it''s; \\' -- x\n 'on;' ; /* ; */ SELECT $a$;$a $a$;\\c x\nSELECT E'\\';\n';"
      "COPY t FROM STDIN ;\n1\t;\n\\.\nCREATE FUNCTION f() BEGIN ATOMIC SELECT 1; END; SELECT 4";
  const Statements whole = read(text);
  CHECK(whole.size() == 6);
  for (std::size_t cut = 1; cut < text.size(); ++cut) REQUIRE(read(text, cut) == whole);
}

TEST_CASE("what nothing closes is one statement to the end") {
  CHECK(read("SELECT 1; SELECT 'open; SELECT 2; ") ==
        Statements{"SELECT 1", "SELECT 'open; SELECT 2; "});
}

TEST_CASE("a statement that is too long is counted, and the next one read") {
  Statements statements;
  SqlReader reader([&](std::string_view sql) { statements.emplace_back(sql); });
  const std::string piece(1U << 20, 'x');
  reader.feed("SELECT '");
  for (int i = 0; i < 40; ++i) reader.feed(piece);
  reader.feed("';\nSELECT 2;\n");
  reader.end();
  CHECK(reader.faults() == LogFaults{{"too_long", 1}});
  CHECK(statements == Statements{"SELECT 2"});
}
