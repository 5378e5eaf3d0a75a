#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

const std::string rule = "slow-statement";

}  // namespace

TEST_CASE("fast statements, and slow ones of other kinds, are silent") {
  Story story;
  story.run("SELECT id FROM book WHERE title = 'x'").took(999ms).of_rows(1);
  story.run("SELECT pg_sleep(2)").took(2s).of_rows(1);
  story.run("VACUUM book").took(20s);
  story.run("SELECT id FROM book WHERE title = 'y'").took(5s).fails("57014");
  CHECK(story.findings(rule).empty());
}

TEST_CASE("a second until the first row is a warning") {
  Story story;
  story.run("SELECT author_id, sum(price) FROM book GROUP BY author_id").took(1s).of_rows(20);
  const Finding finding = story.only(rule);
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.title == "SELECT book took 1000 ms until its first row");
}

TEST_CASE("what another rule explains is said by that rule alone") {
  Story story;
  story.run("SELECT id FROM book ORDER BY id LIMIT 50 OFFSET 500000").took(2s).of_rows(50);
  CHECK(story.findings(rule).empty());
  CHECK(story.findings("deep-offset").size() == 1);
}
