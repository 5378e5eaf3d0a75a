#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

const std::string rule = "leading-wildcard";

}  // namespace

TEST_CASE("patterns with a beginning are silent") {
  Story story;
  story.estimates("book", 1e6);
  story.run("SELECT id FROM book WHERE title LIKE 'garden%'").of_rows(5);
  story.run("SELECT id FROM book WHERE title ILIKE $1").binds("garden%").of_rows(5);
  story.run("SELECT id FROM book WHERE title = '%garden'").of_rows(5);
  story.run("SELECT id FROM book WHERE title NOT LIKE '%garden'").of_rows(5);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("small tables and those of unknown size are silent") {
  Story story;
  story.estimates("author", 10'000);
  story.run("SELECT id FROM author WHERE name LIKE '%x'").of_rows(5);
  story.run("SELECT id FROM book WHERE title LIKE '%x'").of_rows(5);
  CHECK(story.findings(rule).empty());
  Story names(Story::Knows::names);
  names.run("SELECT id FROM book WHERE title LIKE '%x'").of_rows(5);
  CHECK(names.findings(rule).empty());
}

TEST_CASE("a key beside it picks the rows") {
  Story story;
  story.estimates("book", 1e6);
  story.run("SELECT id FROM book WHERE author_id = 7 AND title LIKE '%x'").of_rows(5);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("a pattern that begins with a wildcard is info on a large table") {
  for (const char* sql : {"SELECT id FROM book WHERE title LIKE '%garden%'",
                          "SELECT id FROM book WHERE UPPER(title::text) LIKE UPPER('%garden%')",
                          "SELECT id FROM book WHERE title LIKE '%' || 'garden'"}) {
    INFO(sql);
    Story story;
    story.estimates("book", 1e6);
    story.run(sql).of_rows(5);
    const Finding finding = story.only(rule);
    CHECK(finding.severity == Severity::info);
    CHECK(finding.title ==
          "book.title is searched for a pattern that begins with %: no plain index helps, all of "
          "book is read");
  }
}

TEST_CASE("a bound pattern too") {
  Story story;
  story.estimates("book", 1e6);
  story.run("SELECT id FROM book WHERE title ILIKE $1").binds("%garden").of_rows(5);
  story.only(rule);
}
