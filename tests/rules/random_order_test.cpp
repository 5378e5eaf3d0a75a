#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

const std::string rule = "random-order";

}  // namespace

TEST_CASE("other orders, small tables and those of unknown size are silent") {
  Story story;
  story.estimates("book", 1e6).estimates("author", 10'000);
  story.run("SELECT id FROM book ORDER BY id LIMIT 3").of_rows(3);
  story.run("SELECT id FROM author ORDER BY random() LIMIT 3").of_rows(3);
  story.run("SELECT id FROM genre ORDER BY random() LIMIT 3").of_rows(3);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("a key picks the rows that are shuffled") {
  Story story;
  story.estimates("book", 1e6);
  story.run("SELECT id FROM book WHERE author_id = 7 ORDER BY random() LIMIT 3").of_rows(3);
  story.run("SELECT id FROM book WHERE id = ANY($1) ORDER BY random()").lists(1, 20).of_rows(20);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("a large table in random order is a warning") {
  Story story;
  story.estimates("book", 1e6);
  story.run("SELECT id, title FROM book ORDER BY random() LIMIT 3").of_rows(3);
  const Finding finding = story.only(rule);
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.confidence == Confidence::likely);
  CHECK(finding.title == "ORDER BY random() reads and sorts book, which has about 1000000 rows");
}
