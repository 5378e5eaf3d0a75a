#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "budget/problem_text.hpp"
#include "rules/rule.hpp"
#include "tests/budget/record_story.hpp"
#include "tests/budget/verdict_story.hpp"

using namespace onetrip;

namespace {

/// What a report prints beside "accept", as somebody copies it: indented, to its last line.
std::string copied(const Verdict& verdict) {
  const std::string text = write_report(ReportFormat::text, verdict, report_context());
  const std::string key = "\n  accept    ";
  const std::size_t begin = text.find(key) + key.size();
  return text.substr(begin, text.find("\n\n", begin) - begin) + "\n";
}

/// Pasted to the end of a budget; the faults, if any.
std::string pasted(const std::string& before, const std::string& toml) {
  const auto parsed = parse_budget("version = 1\n" + before + toml, "b.toml", rule_names());
  const auto* errors = std::get_if<std::vector<BudgetError>>(&parsed);
  return errors == nullptr ? "" : errors->front().text();
}

VerdictStory over_without_line(const std::string& label) {
  VerdictStory story;
  story.over(Problem::Kind::rows, 2400, 2000);
  story.last().places.front().label = label;
  return story;
}

}  // namespace

TEST_CASE("what accepts a cause is pasted as it stands, and accepts it") {
  test::RecordStory run;
  run.request("GET /books").showed(test::loop("book", "author", 50));
  const Verdict broken = test::judged(run);
  REQUIRE(broken.broken());
  const std::string toml = copied(broken);
  CAPTURE(toml);
  const Verdict kept = test::judged(run, test::budget("[defaults]\nmax_rows = 9\n" + toml));
  CHECK_FALSE(kept.broken());
  CHECK(test::accepted(kept) == test::Lines{"budget n-plus-one, 1 place: say why"});
}

TEST_CASE("what accepts a limit that stands in no file is pasted as it stands, and accepts it") {
  for (const char* label : {"GET /orders", "GET /a\"b\\c", "GET /größe 'x' # no comment"}) {
    test::RecordStory run;
    run.request(label).rows(2400);
    REQUIRE(test::judged(run, test::budget("[defaults]\nmax_rows = 2000\n")).broken());
    const std::string toml = copied(over_without_line(label).verdict());
    CAPTURE(toml);
    CHECK_FALSE(test::judged(run, test::budget("[defaults]\nmax_rows = 2000\n" + toml)).broken());
  }
}

TEST_CASE("what accepts a limit takes its line's place") {
  for (const auto kind : {Problem::Kind::statements, Problem::Kind::repeats, Problem::Kind::rows,
                          Problem::Kind::bytes, Problem::Kind::db_time}) {
    VerdictStory story;
    story.over(kind, 62.5, 13).written("13", "b.toml", 3).baseline(11);
    CHECK(pasted("[defaults]\n", copied(story.verdict())) == "");
  }
}

TEST_CASE("what accepts a hostile label is TOML too") {
  CHECK(pasted("", copied(over_without_line(hostile_text()).verdict())) == "");
  for (const Problem& problem : hostile_verdict().problems) {
    const std::string toml = problem_accept(problem, report_context());
    CAPTURE(toml);
    const std::string fault = pasted("[defaults]\n", toml);
    CHECK((fault.empty() || fault.find("`cause` is 16 hex digits") != std::string::npos));
  }
}

TEST_CASE("the report in JSON has the same TOML") {
  VerdictStory story;
  story.loop("5c6ffbdd40d95560").at("GET /books", "", 50);
  const std::string text = write_report(ReportFormat::json, story.verdict(), report_context());
  CHECK(boost::json::parse(text).at("problems").at(0).at("accept") ==
        "# onetrip-budget.toml\n[[allow]]\ncause = \"5c6ffbdd40d95560\"\nreason = \"say why\"");
}
