#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

const std::string rule = "failed-statement-loop";

Story& inserts(Story& story, int times, const std::string& code) {
  for (int i = 0; i < times; ++i)
    story.run("INSERT INTO author (id, name) VALUES (" + std::to_string(i) + ", 'x')").fails(code);
  return story;
}

}  // namespace

TEST_CASE("a few failures are silent") {
  Story story;
  inserts(story, 4, "23505");
  CHECK(story.findings(rule).empty());
}

TEST_CASE("failures that ask to try again are silent") {
  for (const char* code : {"40001", "40P01", "55P03", "08006", "57014", "53300"}) {
    INFO(code);
    Story story;
    inserts(story, 8, code);
    CHECK(story.findings(rule).empty());
  }
}

TEST_CASE("failures of different kinds are silent") {
  Story story;
  inserts(story, 4, "23505");
  inserts(story, 4, "23503");
  CHECK(story.findings(rule).empty());
}

TEST_CASE("five failures of one statement and one kind are a warning") {
  Story story;
  inserts(story, 3, "23503");
  inserts(story, 5, "23505");
  const Finding finding = story.only(rule);
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.evidence.count == 5);
  CHECK(finding.title ==
        "INSERT author failed 5 times in one request, each time with SQLSTATE 23505");
  CHECK(finding.advice.why.find("ON CONFLICT") != std::string::npos);
}
