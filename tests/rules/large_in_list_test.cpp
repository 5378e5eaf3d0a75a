#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

const std::string rule = "large-in-list";

/// A result of consecutive ids.
Story& gives_ids(Story& story, const std::string& column, std::int64_t from, std::int64_t count) {
  std::vector<std::vector<std::int64_t>> rows;
  for (std::int64_t i = 0; i < count; ++i) rows.push_back({from + i});
  return story.gives({column}, rows);
}

}  // namespace

TEST_CASE("lists up to the threshold are silent, and so are rows to insert") {
  Story story;
  story.run("SELECT id FROM book WHERE author_id = ANY($1)").lists(1, 1000);
  std::string rows = "(1)";
  for (int i = 2; i <= 1500; ++i) rows += ", (" + std::to_string(i) + ")";
  story.run("INSERT INTO genre (id) VALUES " + rows).of_rows(1500);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("a list that is no condition on a column is silent") {
  Story story;
  story.run("INSERT INTO genre (id) SELECT unnest($1)").lists(1, 1500).of_rows(1500);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("more than a thousand values are a warning, bound or written") {
  Story story;
  story.run("SELECT id FROM book WHERE author_id = ANY($1)").lists(1, 1001);
  Finding finding = story.only(rule);
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.title == "book.author_id was compared with a list of 1001 values");
  CHECK_FALSE(finding.link);
  CHECK(finding.advice.why.find("ANY") == std::string::npos);
  Story written;
  std::string list = "1";
  for (int i = 2; i <= 1500; ++i) list += ", " + std::to_string(i);
  written.run("SELECT id FROM book WHERE author_id IN (" + list + ")").of_rows(1500);
  finding = written.only(rule);
  CHECK(finding.title == "book.author_id was compared with a list of 1500 values");
  CHECK(finding.advice.why.find("= ANY($1)") != std::string::npos);
}

TEST_CASE("values that came out of a result carry the link") {
  Story story;
  gives_ids(story.run("SELECT id FROM author WHERE name > 'x' LIMIT 1200"), "author.id", 1, 1000)
      .of_rows(1001);
  story.run("SELECT id FROM book WHERE author_id = ANY($1)").lists(1, 1001);
  const Finding finding = story.only(rule);
  REQUIRE(finding.link);
  CHECK(finding.link->parent_column == "author.id");
  CHECK(finding.link->child_column == "book.author_id");
  CHECK(finding.link->foreign_key == "book_author_id_fkey");
}

TEST_CASE("values that stand in a result that has nothing to do with the column are no link") {
  Story story;
  gives_ids(story.run("SELECT id FROM genre LIMIT 1000"), "genre.id", 1, 1000);
  story.run("SELECT id FROM book WHERE author_id = ANY($1)").lists(1, 1001);
  CHECK_FALSE(story.only(rule).link);
}

TEST_CASE("values of which some came from elsewhere are no link") {
  Story story;
  gives_ids(story.run("SELECT id FROM author LIMIT 1000"), "author.id", 2, 1000);
  story.run("SELECT id FROM book WHERE author_id = ANY($1)").lists(1, 1001);
  CHECK_FALSE(story.only(rule).link);
}
