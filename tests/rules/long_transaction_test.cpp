#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

const std::string rule = "long-transaction";

/// Statements of 900 ms each.
Story& works(Story& story, int statements) {
  for (int i = 0; i < statements; ++i)
    story.run("UPDATE book SET title = 'x' WHERE author_id = " + std::to_string(i))
        .took(900ms)
        .of_rows(5);
  return story;
}

}  // namespace

TEST_CASE("short transactions are silent, however many follow one another") {
  Story story;
  for (int i = 0; i < 5; ++i) {
    story.run("BEGIN");
    works(story, 3);
    story.run("COMMIT");
  }
  CHECK(story.findings(rule).empty());
}

TEST_CASE("long work outside of a transaction is silent") {
  Story story;
  works(story, 10);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("a named window is a test: its transaction may be long") {
  Story story;
  story.run("SET onetrip.request = 'test_books'");
  story.run("BEGIN");
  works(story, 10);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("a transaction that mostly waits for the application is another pattern") {
  Story story;
  story.run("BEGIN");
  works(story, 1).wait(8s);
  works(story, 1);
  story.run("COMMIT");
  CHECK(story.findings(rule).empty());
}

TEST_CASE("a transaction of five seconds is a warning") {
  Story story;
  story.run("BEGIN");
  works(story, 6);
  story.run("COMMIT");
  const Finding finding = story.only(rule);
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.title == "a transaction that began with UPDATE book took 5405 ms for 6 statements");
}
