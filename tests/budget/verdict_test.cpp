#include "budget/verdict.hpp"

#include <algorithm>

#include "tests/budget/record_story.hpp"

using namespace onetrip;
using namespace onetrip::test;

// What must not fail.

TEST_CASE("a run without findings and limits is fine, however much it asks") {
  RecordStory story;
  story.test("test_report").request("GET /report", 5000).rows(1'000'000).bytes(1 << 30).db_ms(9e9);
  story.repeats(4000).sum(5000);
  const Verdict verdict = judged(story);
  CHECK(told(verdict).empty());
  CHECK(verdict.warnings.empty());
  CHECK_FALSE(verdict.broken());
}

TEST_CASE("a run of nothing is fine") {
  RecordStory story;
  CHECK(told(judged(story)).empty());
  CHECK(told(judged(story, budget("[defaults]\nmax_statements = 0\n"))).empty());
}

TEST_CASE("what a rule warns of breaks nothing") {
  RecordStory story;
  story.test("test_list").request("GET /books").showed(guess(5));
  const Verdict verdict = judged(story);
  CHECK(told(verdict) == Lines{"warning select-in-loop SELECT shelf: test_list GET /books 5"});
  CHECK_FALSE(verdict.broken());
}

TEST_CASE("a rule that is off is not heard of") {
  RecordStory story;
  story.test("test_list").request("GET /books").showed(loop("book", "author", 50));
  const Verdict verdict = judged(story, budget("[defaults]\nn-plus-one = \"off\"\n"));
  CHECK(told(verdict).empty());
  CHECK(accepted(verdict).empty());
  CHECK(verdict.findings == 0);
}

// What must.

TEST_CASE("a proven loop breaks the budget of a project that has none") {
  RecordStory story;
  story.test("test_list").request("GET /books", 51).showed(loop("book", "author", 50));
  const Verdict verdict = judged(story);
  CHECK(told(verdict) == Lines{"error n-plus-one SELECT author: test_list GET /books 50"});
  CHECK(verdict.broken());
  CHECK(verdict.tests == 1);
  CHECK(verdict.requests == 1);
  CHECK(verdict.findings == 1);
}

TEST_CASE("a cause in 782 places is one problem") {
  RecordStory story;
  for (int i = 0; i < 782; ++i) {
    story.test("test_" + std::to_string(i)).request("GET /books");
    story.showed(loop("book", "author", i == 400 ? 90 : 50));
  }
  const Verdict verdict = judged(story);
  REQUIRE(verdict.problems.size() == 1);
  CHECK(verdict.problems[0].places.size() == 782);
  CHECK(verdict.problems[0].places[0].test == "test_400");
  CHECK(verdict.problems[0].finding->evidence.count == 90);
  CHECK(verdict.findings == 782);
}

TEST_CASE("workers with a database each are one place") {
  RecordStory story;
  for (const char* worker : {"test_shop_gw0", "test_shop_gw1", "test_shop_gw2", "test_shop_gw3"}) {
    story.database(worker).test("test_list").request("GET /books", 51);
    story.showed(loop("book", "author", 50));
  }
  const Verdict verdict = judged(story, budget("[defaults]\nmax_statements = 20\n"));
  CHECK(told(verdict) == Lines{"error n-plus-one SELECT author: test_list GET /books 50",
                               "error statements 51 > 20: test_list GET /books 51"});
}

TEST_CASE("two statements of one cause in one request are one place, with the greater count") {
  RecordStory story;
  Finding other = loop("book", "author", 20);
  other.statement.fingerprint = "v1:fedcba9876543210";
  story.request("GET /books").showed(loop("book", "author", 50)).showed(other);
  CHECK(told(judged(story)) == Lines{"error n-plus-one SELECT author: GET /books 50"});
}

TEST_CASE("problems come worst first: level, findings before limits, statements, name") {
  RecordStory story;
  story.request("GET /shelves", 30).showed(guess(500));
  story.request("GET /books", 40).showed(loop("book", "author", 3));
  story.request("GET /authors", 40).showed(loop("author", "award", 3));
  story.request("GET /awards", 90).showed(loop("award", "jury", 70));
  const Verdict verdict = judged(story, budget("[defaults]\nmax_statements = 35\n"));
  Lines lines = told(verdict);
  const bool book_first = verdict.problems[1].finding->cause < verdict.problems[2].finding->cause;
  CHECK(book_first);
  std::sort(lines.begin() + 1, lines.begin() + 3);  // equal but for their cause
  CHECK(lines == Lines{"error n-plus-one SELECT jury: GET /awards 70",
                       "error n-plus-one SELECT author: GET /books 3",
                       "error n-plus-one SELECT award: GET /authors 3",
                       "error statements 90 > 35: GET /awards 90",
                       "error statements 40 > 35: GET /authors 40",
                       "error statements 40 > 35: GET /books 40",
                       "warning select-in-loop SELECT shelf: GET /shelves 500"});
}

TEST_CASE("the verdict does not depend on the order of entries, nor on times") {
  RecordStory story;
  for (const char* test : {"test_a", "test_b", "test_c"}) {
    for (const char* label : {"GET /books", "GET /authors"}) {
      Finding finding = loop("book", "author", 7);
      finding.evidence.saved_ms = test[5] == 'b' ? 900 : 1;
      story.test(test).request(label, 30).showed(finding).showed(guess(6));
    }
    story.sum(60);
  }
  const Budget by =
      budget("[defaults]\nmax_statements = 20\n[[budget]]\nmatch = { name = \"*\" }\n");
  const Verdict first = judged(story, by);
  std::vector<RecordEntry>& entries = story.record().entries;
  std::reverse(entries.begin(), entries.end());
  for (RecordEntry& entry : entries) std::reverse(entry.findings.begin(), entry.findings.end());
  const Verdict second = judged(story, by);
  CHECK(told(first) == told(second));
  REQUIRE(first.problems.size() == second.problems.size());
  for (std::size_t i = 0; i < first.problems.size(); ++i) {
    if (!first.problems[i].finding) continue;
    CHECK(first.problems[i].finding->id == second.problems[i].finding->id);
    CHECK(first.problems[i].finding->evidence.saved_ms ==
          second.problems[i].finding->evidence.saved_ms);
  }
}

TEST_CASE("levels: [[budget]], then [defaults], then the rule's own, each by confidence") {
  RecordStory story;
  Finding likely = loop("book", "author", 9);
  likely.confidence = Confidence::likely;
  likely.severity = Severity::warning;
  story.request("GET /books").showed(loop("book", "author", 50));
  story.request("GET /old").showed(likely);
  const auto levels = [&](const std::string& toml) { return told(judged(story, budget(toml))); };

  CHECK(levels("[defaults]\nn-plus-one = \"info\"\n") ==
        Lines{"info n-plus-one SELECT author: GET /books 50, GET /old 9"});
  CHECK(levels("[defaults]\nn-plus-one = { likely = \"off\" }\n") ==
        Lines{"error n-plus-one SELECT author: GET /books 50"});
  CHECK(
      levels("[defaults]\nn-plus-one = { proven = \"info\" }\n[[budget]]\nmatch = { label = \"GET "
             "/old\" }\nn-plus-one = { proven = \"off\" }\n") ==
      Lines{"warning n-plus-one SELECT author: GET /old 9, GET /books 50"});
  CHECK(levels("[[budget]]\nmatch = { label = \"GET /old\" }\nn-plus-one = \"error\"\n[[budget]]\n"
               "match = { label = \"*\" }\nn-plus-one = \"off\"\n") ==
        Lines{"error n-plus-one SELECT author: GET /old 9"});
}

TEST_CASE("a problem's finding is told at the level it was judged at") {
  RecordStory story;
  story.request("GET /books").showed(loop("book", "author", 50));
  const Verdict verdict = judged(story, budget("[defaults]\nn-plus-one = \"info\"\n"));
  CHECK(verdict.problems.at(0).finding->severity == Severity::info);
}

TEST_CASE("a comment that names no rule accepts nothing, and the nearest rule is told") {
  RecordStory story;
  story.request("GET /books");
  story.accepted_in_comment("n-plus-on", "cached soon", "GET /books");
  story.accepted_in_comment("n-plus-on", "", "GET /authors");
  story.accepted_in_comment("zebra", "", "");
  story.accepted_in_comment("n-plus-one", "", "GET /books");
  const Verdict verdict = judged(story, budget(""));
  CHECK(accepted(verdict) == Lines{"comment n-plus-one, 1 place"});
  CHECK(verdict.warnings ==
        Lines{"the comment onetrip='allow:n-plus-on' under GET /authors and 1 more accepts "
              "nothing: there is no such rule. Did you mean `n-plus-one`?",
              "the comment onetrip='allow:zebra' under no label accepts nothing: there is no such "
              "rule."});
}

TEST_CASE("what comments accept is listed") {
  RecordStory story;
  story.request("GET /books");
  story.accepted_in_comment("n-plus-one", "cached soon", "GET /books");
  story.accepted_in_comment("n-plus-one", "cached soon", "GET /authors");
  story.accepted_in_comment("duplicate-query", "", "GET /books");
  CHECK(accepted(judged(story)) ==
        Lines{"comment duplicate-query, 1 place", "comment n-plus-one, 2 places: cached soon"});
}

TEST_CASE("what was not looked at is warned of") {
  RecordStory story;
  story.request("GET /books");
  story.record().not_checked = {"3 sessions were encrypted"};
  story.record().lost_entries = 2;
  const Verdict verdict = judged(story);
  REQUIRE(verdict.warnings.size() == 2);
  CHECK(verdict.warnings[0] == "3 sessions were encrypted");
  CHECK_THAT(verdict.warnings[1], Catch::StartsWith("2 kinds of request"));
  CHECK_FALSE(verdict.broken());
}

TEST_CASE("coverage and set-up are passed on") {
  RecordStory story;
  story.request("GET /books");
  story.record().coverage = {{"GET /books", 3, 1}};
  story.record().set_up_windows = 17;
  const Verdict verdict = judged(story);
  CHECK(verdict.coverage.size() == 1);
  CHECK(verdict.set_up_windows == 17);
}
