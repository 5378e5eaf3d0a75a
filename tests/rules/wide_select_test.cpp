#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

const std::string rule = "wide-select";

}  // namespace

TEST_CASE("named columns, few columns and small results are silent") {
  Story story;
  story.run("SELECT id, note FROM history WHERE id > 1 LIMIT 50")
      .of_rows(50)
      .of_columns(24)
      .of_bytes(2 << 20);
  story.run("SELECT * FROM history WHERE id > 2 LIMIT 50")
      .of_rows(50)
      .of_columns(19)
      .of_bytes(2 << 20);
  story.run("SELECT * FROM book WHERE id > 3 LIMIT 50").of_rows(50).of_columns(24).of_bytes(1000);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("a column that carries less, one row, one column and too few rows are silent") {
  Story story;
  story.run("SELECT id, title FROM book LIMIT 40")
      .of_rows(40)
      .of_sizes({300'000, 1'000'000}, 40)
      .of_bytes(1'300'000);
  story.run("SELECT id, title FROM book WHERE id = 4")
      .of_rows(1)
      .of_sizes({1, 2'000'000}, 1)
      .of_bytes(2'000'000);
  story.run("SELECT title FROM book LIMIT 41")
      .of_rows(41)
      .of_sizes({2'000'000}, 41)
      .of_bytes(2'000'000);
  story.run("SELECT title, id FROM book LIMIT 900")
      .of_rows(900)
      .of_sizes({9'000, 100}, 99)
      .of_bytes(2'000'000);
  story.run("SELECT author_id, title FROM book LIMIT 42")
      .of_rows(42)
      .of_sizes({1'000, 900'000}, 42)
      .of_bytes(901'000);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("a column that carries most of a mebibyte is named") {
  Story story;
  story.run("SELECT id, title FROM book LIMIT 40")
      .of_rows(40)
      .of_sizes({2'000, 1'298'000}, 40)
      .of_bytes(1'300'000);
  const Finding finding = story.only(rule);
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.confidence == Confidence::proven);
  CHECK(finding.title == "book.title carried 99 % of 40 rows of book, 1.2 MiB");
}

TEST_CASE("a share of the rows that were looked at is likely, and says of how many") {
  Story story;
  story.run("SELECT id, title FROM book LIMIT 900")
      .of_rows(900)
      .of_sizes({2'000, 98'000}, 100)
      .of_bytes(1 << 20);
  const Finding finding = story.only(rule);
  CHECK(finding.confidence == Confidence::likely);
  CHECK(finding.title ==
        "book.title carried 98 % of 900 rows of book, 1.0 MiB; 100 rows looked at");
}

TEST_CASE("what was counted of the column may prove it alone") {
  Story story;
  story.run("SELECT id, title FROM book LIMIT 40")
      .of_rows(40)
      .of_sizes({2'000, 1'200'000}, 38)
      .of_bytes(1'300'000);
  const Finding finding = story.only(rule);
  CHECK(finding.confidence == Confidence::proven);
  CHECK(finding.title == "book.title carried 99 % of 40 rows of book, 1.2 MiB; 38 rows looked at");
}

TEST_CASE("behind a star the catalog knows the column's name") {
  Story story;
  story.run("SELECT a.name, b.* FROM book b JOIN author a ON a.id = b.author_id LIMIT 40")
      .of_rows(40)
      .of_sizes({2'000, 10, 1'298'000, 10, 10}, 40)
      .of_bytes(1'300'000);
  CHECK(story.only(rule).title == "book.title carried 99 % of 40 rows of book, author, 1.2 MiB");
}

TEST_CASE("a column whose name nobody knows has its place") {
  Story story(Story::Knows::names);
  story.run("SELECT * FROM book LIMIT 40")
      .of_rows(40)
      .of_sizes({2'000, 1'298'000, 10}, 40)
      .of_bytes(1'300'000);
  CHECK(story.only(rule).title == "Column 2 of 3 carried 99 % of 40 rows of book, 1.2 MiB");
}

TEST_CASE("a catalog that knows another number of columns names none") {
  Story story;
  story.run("SELECT * FROM book LIMIT 40")
      .of_rows(40)
      .of_sizes({2'000, 1'298'000, 10}, 40)
      .of_bytes(1'300'000);
  CHECK(story.only(rule).title == "Column 2 of 3 carried 99 % of 40 rows of book, 1.2 MiB");
}

TEST_CASE("a computed column has its name, or its place") {
  Story story;
  story.run("SELECT id, upper(title) AS loud FROM book LIMIT 40")
      .of_rows(40)
      .of_sizes({2'000, 1'298'000}, 40)
      .of_bytes(1'300'000);
  CHECK(story.only(rule).title == "loud carried 99 % of 40 rows of book, 1.2 MiB");
  Story nameless;
  nameless.run("SELECT id, title || title FROM book LIMIT 40")
      .of_rows(40)
      .of_sizes({2'000, 1'298'000}, 40)
      .of_bytes(1'300'000);
  CHECK(nameless.only(rule).title == "Column 2 of 2 carried 99 % of 40 rows of book, 1.2 MiB");
}

TEST_CASE("of a star with a wide column the column is told") {
  Story story;
  std::vector<std::uint64_t> sizes(24, 10);
  sizes[5] = 1'299'000;
  story.run("SELECT * FROM history LIMIT 50").of_rows(50).of_sizes(sizes, 50).of_bytes(1'300'000);
  CHECK(story.only(rule).title == "Column 6 of 24 carried 99 % of 50 rows of history, 1.2 MiB");
}

TEST_CASE("all of twenty columns in a mebibyte are a warning") {
  Story story;
  story.run("SELECT * FROM history LIMIT 50").of_rows(50).of_columns(20).of_bytes(1 << 20);
  const Finding finding = story.only(rule);
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.title == "SELECT * of history brought 20 columns of 50 rows, 1.0 MiB");
}

TEST_CASE("where nothing limits the rows, that is said instead") {
  Story story;
  story.run("SELECT * FROM history").of_rows(5000).of_columns(24).of_bytes(2 << 20);
  CHECK(story.findings(rule).empty());
  CHECK(story.findings("unbounded-select").size() == 1);
}
