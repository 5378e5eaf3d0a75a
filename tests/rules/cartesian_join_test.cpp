#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

const std::string rule = "cartesian-join";

using Rows = std::vector<std::vector<std::int64_t>>;
const Rows two_by_two{{1, 11}, {1, 12}, {2, 11}, {2, 12}};

}  // namespace

TEST_CASE("tables that something connects are silent") {
  for (const char* sql :
       {"SELECT b.id, a.id FROM book b, author a WHERE a.id = b.author_id",
        "SELECT b.id, a.id FROM book b, author a WHERE a.id < b.author_id",
        "SELECT b.id, a.id FROM book b JOIN author a ON a.id = b.author_id",
        "SELECT b.id, a.id FROM book b NATURAL JOIN author a",
        "SELECT b.id, a.id FROM book b, LATERAL (SELECT * FROM author WHERE id = b.author_id) a",
        "SELECT b.id, a.id FROM book b, author a WHERE author_id = id"}) {
    INFO(sql);
    Story story;
    story.estimates("book", 1000).estimates("author", 1000);
    story.run(sql).gives({"book.id", "author.id"}, two_by_two);
    CHECK(story.findings(rule).empty());
  }
}

TEST_CASE("one row on a side is silent") {
  Story story;
  story.run("SELECT b.id, a.id FROM book b, author a WHERE a.name = 'x'")
      .gives({"book.id", "author.id"}, {{1, 11}, {2, 11}, {3, 11}, {4, 11}});
  story.estimates("history", 1).estimates("book", 500);
  story.run("SELECT b.id, h.note FROM book b, history h").gives({"book.id"}, {{1}, {2}, {3}, {4}});
  CHECK(story.findings(rule).empty());
}

TEST_CASE("functions and values are multiplied on purpose") {
  Story story;
  story.estimates("book", 500);
  story.run("SELECT b.id, n FROM book b, generate_series(1, 3) n")
      .gives({"book.id"}, {{1}, {1}, {1}, {2}});
  story.run("SELECT b.id, n.x FROM book b CROSS JOIN (VALUES (1), (2)) n(x)")
      .gives({"book.id"}, {{1}, {1}, {2}, {2}});
  CHECK(story.findings(rule).empty());
}

TEST_CASE("two tables of one tenant are connected by its value") {
  Story story;
  story
      .run("SELECT b.id, a.id FROM book b, award a WHERE b.author_id = $1 AND a.author_id = $2",
           {7, 7})
      .gives({"book.id", "award.id"}, two_by_two);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("without a proof, conditions leave nobody knows how many rows") {
  Story story;
  story.estimates("book", 500).estimates("author", 500);
  story.run("SELECT b.title FROM book b, author a WHERE a.name = 'x'").of_rows(500);
  story.run("SELECT b.title FROM book b, author a WHERE lower(a.name) = 'x'").of_rows(500);
  story.run("SELECT count(*) FROM book b, author a").of_rows(1);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("two keys on both sides prove a product") {
  Story story(Story::Knows::names);
  story.run("SELECT b.id, a.id FROM book b, author a WHERE b.title = 'x'")
      .gives({"book.id", "author.id"}, two_by_two);
  const Finding finding = story.only(rule);
  CHECK(finding.confidence == Confidence::proven);
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.title ==
        "each row of book was paired with each row of author: 4 rows, and no condition connects "
        "the two");
}

TEST_CASE("what the catalog estimates makes it likely") {
  Story story;
  story.estimates("book", 500).estimates("author", 20);
  story.run("SELECT b.title, a.name FROM book b CROSS JOIN author a").of_rows(999);
  CHECK(story.only(rule).confidence == Confidence::likely);
}

TEST_CASE("above ten thousand rows it is an error, and no unbounded-select beside it") {
  Story story;
  story.run("SELECT b.id, a.id FROM book b, author a")
      .gives({"book.id", "author.id"}, two_by_two)
      .of_rows(10'001);
  CHECK(story.only(rule).severity == Severity::error);
  CHECK(story.findings("unbounded-select").empty());
}
