#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

const std::string rule = "write-without-where";

}  // namespace

TEST_CASE("writes with a condition, or of a single row, are silent") {
  Story story;
  story.run("DELETE FROM review WHERE book_id = 5").of_rows(50);
  story.run("UPDATE book SET title = 'x' WHERE true").of_rows(50);
  story.run("UPDATE history SET note = 'x'").of_rows(1);
  story.run("DELETE FROM award").of_rows(0);
  story.run("INSERT INTO author (name) VALUES ('x'), ('y')").of_rows(2);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("another table may choose the rows") {
  Story story;
  story.run("UPDATE book SET title = a.name FROM author a").of_rows(50);
  story.run("DELETE FROM review USING book").of_rows(50);
  story.run("WITH old AS (SELECT id FROM book) DELETE FROM review").of_rows(50);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("set-up, failures and comments that accept it are silent") {
  Story story;
  story.run("DELETE FROM author").of_rows(50).fails("23503");
  story.run("DELETE FROM genre /* onetrip='allow:write-without-where;cleaner' */").of_rows(50);
  CHECK(story.findings(rule).empty());
  Story migration;
  migration.run("ALTER TABLE book ADD rank int");
  migration.run("UPDATE book SET rank = 0").of_rows(50);
  CHECK(migration.findings(rule).empty());
}

TEST_CASE("a DELETE of all rows is a warning") {
  Story story;
  story.run("DELETE FROM review").of_rows(50);
  const Finding finding = story.only(rule);
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.title == "DELETE removed all 50 rows of review: it has no WHERE");
}

TEST_CASE("so is an UPDATE of all rows, bound or written, with RETURNING or without") {
  Story story;
  story.run("UPDATE book SET title = $1 RETURNING id", {0}).of_rows(2);
  CHECK(story.only(rule).title == "UPDATE changed all 2 rows of book: it has no WHERE");
}
