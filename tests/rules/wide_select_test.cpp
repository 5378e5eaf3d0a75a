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
