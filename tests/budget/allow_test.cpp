#include "tests/budget/record_story.hpp"

using namespace onetrip;
using namespace onetrip::test;

namespace {

/// A run that shows one loop, under two labels.
RecordStory looping() {
  RecordStory story;
  story.test("test_list").request("GET /books").showed(loop("book", "author", 50));
  story.test("test_top").request("GET /top").showed(loop("book", "author", 9));
  return story;
}

std::string allow(const std::string& what) {
  return "[[allow]]\n" + what + "\nreason = \"few authors\"\n";
}

}  // namespace

TEST_CASE("what is allowed by cause, finding, fingerprint or rule breaks nothing") {
  RecordStory story = looping();
  const std::string cause = story.finding().cause;
  for (const std::string& what :
       {"cause = \"" + cause + "\"", std::string("fingerprint = \"v1:0123456789abcdef\""),
        std::string("rule = \"n-plus-one\"")}) {
    INFO(what);
    const Verdict verdict = judged(story, budget(allow(what)));
    CHECK(told(verdict).empty());
    CHECK(accepted(verdict) == Lines{"budget n-plus-one, 2 places: few authors"});
    CHECK(verdict.accepted.at(0).cause == cause);
    CHECK(verdict.warnings.empty());
    CHECK(verdict.findings == 2);
  }
}

TEST_CASE("a finding that is allowed is the one under that label") {
  RecordStory story = looping();
  const Verdict verdict = judged(story, budget(allow("finding = \"" + story.finding().id + "\"")));
  CHECK(told(verdict) == Lines{"error n-plus-one SELECT author: test_list GET /books 50"});
  CHECK(accepted(verdict) == Lines{"budget n-plus-one, 1 place: few authors"});
}

TEST_CASE("with a match it is allowed only there") {
  RecordStory story = looping();
  const std::string rule = "rule = \"n-plus-one\"\nmatch = ";
  CHECK(told(judged(story, budget(allow(rule + "{ label = \"GET /t*\" }")))) ==
        Lines{"error n-plus-one SELECT author: test_list GET /books 50"});
  CHECK(told(judged(story, budget(allow(rule + "{ name = \"test_list\" }")))) ==
        Lines{"error n-plus-one SELECT author: test_top GET /top 9"});
  CHECK(told(judged(story, budget(allow(rule + "{ database = \"shop\" }")))).empty());
}

TEST_CASE("another cause is not allowed with it") {
  RecordStory story = looping();
  story.request("GET /awards").showed(loop("author", "award", 4));
  const std::string cause = story.record().entries[0].findings[0].cause;
  CHECK(told(judged(story, budget(allow("cause = \"" + cause + "\"")))) ==
        Lines{"error n-plus-one SELECT award: test_top GET /awards 4"});
}

TEST_CASE("an allow is good on its last day, and not after it") {
  RecordStory story = looping();
  const auto until = [&](const char* day) {
    return judged(story, budget(allow("rule = \"n-plus-one\"\nexpires = " + std::string(day))));
  };
  CHECK(told(until("2027-01-31")).empty());
  CHECK(until("2027-01-31").warnings.empty());
  CHECK(told(until("2028-12-01")).empty());
  const Verdict late = until("2027-01-30");
  CHECK(late.broken());
  CHECK(late.warnings == Lines{"onetrip-budget.toml:2: [[allow]] of rule n-plus-one expired on "
                               "2027-01-30: mend it, or set a later day (reason: few authors)"});
  CHECK(accepted(late).empty());
}

TEST_CASE("an allow that is not needed is warned of where the whole suite was run") {
  RecordStory story;
  story.request("GET /books");
  const Budget by = budget(allow("cause = \"5c6ffbdd40d95560\""));
  const Verdict verdict = judged(story, by);
  CHECK(verdict.warnings ==
        Lines{"onetrip-budget.toml:2: [[allow]] of cause 5c6ffbdd40d95560 is no "
              "longer needed: take it out"});
  CHECK_FALSE(verdict.broken());
  CHECK(judged(story.part(), by).warnings.empty());
}

TEST_CASE("of two allows that both accept, both are needed") {
  RecordStory story = looping();
  const Verdict verdict = judged(story, budget(allow("rule = \"n-plus-one\"") +
                                               allow("fingerprint = \"v1:0123456789abcdef\"")));
  CHECK(verdict.warnings.empty());
}

TEST_CASE("an allow that has expired and is not needed is told once") {
  RecordStory story;
  story.request("GET /books");
  CHECK(
      judged(story, budget(allow("rule = \"tree-walk\"\nexpires = 2026-01-01"))).warnings.size() ==
      1);
}
