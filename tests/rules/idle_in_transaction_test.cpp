#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

const std::string rule = "idle-in-transaction";

Story& update(Story& story) {
  return story.run("UPDATE book SET title = 'x' WHERE id = 1").of_rows(1);
}

}  // namespace

TEST_CASE("short pauses in a transaction are silent") {
  Story story;
  story.run("BEGIN");
  update(story).wait(990ms);
  update(story);
  story.run("COMMIT");
  CHECK(story.findings(rule).empty());
}

TEST_CASE("pauses outside of transactions are silent") {
  Story story;
  update(story).wait(5s);
  story.run("BEGIN").wait(5s);
  update(story);
  story.run("COMMIT").wait(5s);
  update(story);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("tests in savepoints of one transaction think as long as they like") {
  Story story;
  story.run("BEGIN");
  for (int test = 0; test < 4; ++test) {
    story.run("SAVEPOINT s");
    update(story).wait(2s);
    story.run("ROLLBACK TO SAVEPOINT s");
  }
  story.run("ROLLBACK");
  CHECK(story.findings(rule).empty());
}

TEST_CASE("a named window is a test: silent") {
  Story story;
  story.run("SET onetrip.request = 'test_books'");
  story.run("BEGIN");
  update(story).wait(3s);
  story.run("ROLLBACK");
  CHECK(story.findings(rule).empty());
}

TEST_CASE("a transaction that is held while the application thinks is a warning") {
  Story story;
  story.run("BEGIN");
  update(story).wait(2s);
  story.run("SELECT id FROM author WHERE id = 5").of_rows(1);
  story.run("COMMIT");
  const Finding finding = story.only(rule);
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.title ==
        "after UPDATE book the transaction was held open for 2001 ms while the application did "
        "something else");
}

TEST_CASE("the pause before COMMIT counts as well") {
  Story story;
  story.run("BEGIN");
  update(story).wait(2s);
  story.run("COMMIT");
  story.only(rule);
}

TEST_CASE("the window of a tagged request, which had closed, is judged again") {
  Story story;
  story.run("BEGIN");
  story.run("UPDATE book SET title = 'x' WHERE id = 1 /* request_id='r1' */").of_rows(1).wait(4s);
  story.engine().tick(story.now());
  CHECK(story.findings(rule).empty());
  story.run("COMMIT");
  story.only(rule);
}
