#include "tests/budget/record_story.hpp"

using namespace onetrip;
using namespace onetrip::test;

namespace {

RecordStory of_statements(std::uint64_t statements) {
  RecordStory story;
  story.test("test_list").request("GET /books", statements);
  return story;
}

Lines judged_by(RecordStory& story, const std::string& toml) {
  return told(judged(story, budget(toml)));
}

}  // namespace

TEST_CASE("what keeps its limit to the last statement is fine") {
  RecordStory story = of_statements(12);
  CHECK(judged_by(story, "[defaults]\nmax_statements = 12\n").empty());
  CHECK(judged_by(story, "[defaults]\nmax_statements = 11\n") ==
        Lines{"error statements 12 > 11: test_list GET /books 12"});
}

TEST_CASE("each figure has a limit") {
  RecordStory story = of_statements(12);
  story.repeats(6).rows(2001).bytes((1 << 20) + 1).db_ms(80.5);
  const std::string all =
      "[defaults]\nmax_repeats = 5\nmax_rows = 2000\nmax_bytes = \"1MiB\"\nmax_db_time = "
      "\"80ms\"\n";
  CHECK(judged_by(story, all) ==
        Lines{"error repeats 6 > 5: test_list GET /books 6",
              "error rows 2001 > 2000: test_list GET /books 2001",
              "error bytes 1048577 > 1048576: test_list GET /books 1048577",
              "warning db_time 80 > 80: test_list GET /books 81"});
  story = of_statements(12).repeats(5).rows(2000).bytes(1 << 20).db_ms(80);
  CHECK(judged_by(story, all).empty());
}

TEST_CASE("time only warns, unless a level is said") {
  RecordStory story = of_statements(1);
  story.db_ms(100);
  CHECK_FALSE(judged(story, budget("[defaults]\nmax_db_time = \"80ms\"\n")).broken());
  CHECK(judged(story, budget("[defaults]\nmax_db_time = \"80ms\"\nlevel = \"error\"\n")).broken());
}

TEST_CASE("a level holds for all limits of its table, [[budget]] before [defaults]") {
  RecordStory story = of_statements(12);
  CHECK(judged_by(story, "[defaults]\nmax_statements = 1\nlevel = \"warning\"\n") ==
        Lines{"warning statements 12 > 1: test_list GET /books 12"});
  CHECK(judged_by(story,
                  "[defaults]\nmax_statements = 1\nlevel = \"warning\"\n[[budget]]\nmatch = { "
                  "label = \"GET *\" }\nlevel = \"info\"\n") ==
        Lines{"info statements 12 > 1: test_list GET /books 12"});
}

TEST_CASE("the first [[budget]] that matches is taken; what it does not say is as in [defaults]") {
  RecordStory story = of_statements(30);
  story.rows(500);
  const std::string defaults = "[defaults]\nmax_statements = 10\nmax_rows = 100\n";
  CHECK(judged_by(story, defaults +
                             "[[budget]]\nmatch = { label = \"GET /books\" }\nmax_statements = 40\n"
                             "[[budget]]\nmatch = { label = \"GET *\" }\nmax_statements = 20\n") ==
        Lines{"error rows 500 > 100: test_list GET /books 500"});
}

TEST_CASE("a match is over label, test, application and database, all of them") {
  RecordStory story;
  story.application("web").test("test_list").request("GET /books", 30);
  const auto matched = [&](const std::string& match) {
    return !judged_by(story, "[[budget]]\nmatch = { " + match + " }\nmax_statements = 1\n").empty();
  };
  CHECK(matched("label = \"GET /*\""));
  CHECK(matched("name = \"test_*\""));
  CHECK(matched("application = \"web\""));
  CHECK(matched("database = \"sho?\""));
  CHECK(matched("label = \"*books\", database = \"shop\""));
  CHECK_FALSE(matched("label = \"*books\", database = \"other\""));
  CHECK_FALSE(matched("name = \"list\""));
  CHECK_FALSE(matched("application = \"we\""));
}

TEST_CASE("one label over its limit in many tests is one problem") {
  RecordStory story;
  story.test("test_a").request("GET /books", 30).test("test_b").request("GET /books", 40);
  story.request("GET /top", 50);
  CHECK(judged_by(story, "[defaults]\nmax_statements = 20\n") ==
        Lines{"error statements 40 > 20: test_b GET /books 40, test_a GET /books 30",
              "error statements 50 > 20: test_b GET /top 50"});
}

TEST_CASE("a problem says where its limit is written, and what is repeated") {
  RecordStory story = of_statements(30);
  story.repeats(25);
  const Verdict verdict = judged(
      story, budget("[defaults]\nmax_statements = 20\n[[budget]]\nmatch = { label = \"GET *\" }\n"
                    "max_repeats = 5\n"));
  REQUIRE(verdict.problems.size() == 2);
  CHECK(verdict.problems[0].limit_file == "onetrip-budget.toml");
  CHECK(verdict.problems[0].limit_line == 3);
  CHECK(verdict.problems[0].limit_text == "20");
  CHECK(verdict.problems[0].repeat->count == 25);
  CHECK(verdict.problems[1].limit_line == 6);
  CHECK(verdict.problems[1].value == 25);
  CHECK(verdict.problems[1].limit == 5);
  CHECK_FALSE(verdict.problems[1].baseline);
}

TEST_CASE("the sum of a test is not judged by what holds for a request") {
  RecordStory story;
  story.test("test_cart").request("GET /cart", 8).request("POST /cart", 9).sum(17);
  CHECK(judged_by(story, "[defaults]\nmax_statements = 10\n").empty());
  CHECK(judged_by(story, "[[budget]]\nmatch = { label = \"*\" }\nmax_statements = 10\n").empty());
}

TEST_CASE("the sum of a test is judged by a [[budget]] that names tests") {
  RecordStory story;
  story.test("test_cart").request("GET /cart", 8).request("POST /cart", 9).sum(17);
  CHECK(judged_by(story, "[[budget]]\nmatch = { name = \"test_*\" }\nmax_statements = 10\n") ==
        Lines{"error statements in all 17 > 10: test_cart 17"});
  CHECK(
      judged_by(story, "[[budget]]\nmatch = { name = \"test_*\" }\nmax_statements = 17\n").empty());
}

TEST_CASE("a sum says nothing where a request of the test broke the limit already") {
  RecordStory story;
  story.test("test_list").request("GET /books", 51).sum(51);
  CHECK(judged_by(story, "[[budget]]\nmatch = { name = \"test_*\" }\nmax_statements = 10\n") ==
        Lines{"error statements 51 > 10: test_list GET /books 51"});
}

TEST_CASE("a [[budget]] that is the first for nothing is warned of after a whole suite") {
  RecordStory story = of_statements(3);
  const Budget by = budget(
      "[[budget]]\nmatch = { label = \"GET /bokos\" }\nmax_statements = 4\n[[budget]]\n"
      "match = { label = \"GET *\" }\nmax_statements = 9\n");
  const Verdict verdict = judged(story, by);
  REQUIRE(verdict.warnings.size() == 1);
  CHECK_THAT(verdict.warnings[0], Catch::StartsWith("onetrip-budget.toml:2: [[budget]]"));
  CHECK_FALSE(verdict.broken());
  CHECK(judged(story.part(), by).warnings.empty());
}
