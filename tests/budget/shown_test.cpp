#include "budget/shown.hpp"

#include <catch2/catch.hpp>

#include "budget/record_json.hpp"
#include "budget/report.hpp"
#include "tests/budget/record_story.hpp"
#include "tests/budget/verdict_story.hpp"

using namespace onetrip;
using namespace onetrip::test;

namespace {

RecordStory run() {
  RecordStory story;
  story.test("test_list").request("GET /books", 51).rows(60).bytes(900).repeats(50);
  story.showed(loop("book", "author", 50)).showed(guess(4)).sum(53);
  story.test("test_top").request("GET /top", 3);
  return story;
}

Shown shown(const std::string& text) {
  const auto parsed = parse_shown(text, "run.json");
  if (const auto* error = std::get_if<BudgetError>(&parsed)) FAIL(error->text());
  return std::get<Shown>(parsed);
}

std::string fault(const std::string& text) {
  const auto parsed = parse_shown(text, "run.json");
  REQUIRE(std::holds_alternative<BudgetError>(parsed));
  return std::get<BudgetError>(parsed).text();
}

std::string report(const Verdict& verdict) {
  return write_report(ReportFormat::json, verdict, report_context());
}

}  // namespace

TEST_CASE("a recording and the report of it show the same") {
  RecordStory story = run();
  const Baseline all = baseline_of(story.record());
  CHECK(all.causes.size() == 2);
  CHECK(shown(record_text(story.record())).baseline == all);
  CHECK(shown(report(judged(story))).baseline == all);
  CHECK(shown(report(judged(story))).counted);
}

TEST_CASE("what the budget or the baseline accepts, or has switched off, is shown too") {
  RecordStory story = run();
  const Baseline all = baseline_of(story.record());
  const Budget off = budget(
      "[defaults]\nselect-in-loop = \"off\"\n[[allow]]\nrule = \"n-plus-one\"\nreason = \"x\"\n");
  CHECK(shown(report(judged(story, off))).baseline == all);
  CHECK(shown(report(judged(story, all))).baseline == all);
}

TEST_CASE("a running onetrip's report says that its figures are not known") {
  RecordStory story = run();
  story.record().counted = false;
  CHECK_FALSE(shown(report(judged(story))).counted);
}

TEST_CASE("hostile labels and causes come back from a report") {
  RecordStory story;
  Finding finding = loop("book", "author", 50);
  finding.statement.summary = hostile_text();
  story.request(hostile_text()).showed(finding);
  CHECK(shown(report(judged(story))).baseline == baseline_of(story.record()));
}

TEST_CASE("what is neither a recording nor a report is told") {
  const std::string neither =
      "run.json: the file is neither a recording of `onetrip exec --save` nor a report of "
      "`--report json`";
  for (const char* text : {"{}", "[]", "3", R"({"schema_version": 1, "findings": []})",
                           R"({"onetrip_baseline": 1, "causes": {}, "labels": {}, "sums": {}})"})
    CHECK(fault(text) == neither);
  CHECK_THAT(fault("<html>"), Catch::Contains("run.json: line 1 is no JSON"));
  CHECK_THAT(fault(""), Catch::Contains("no JSON"));
}

TEST_CASE("a newer, an older and a damaged report are told") {
  CHECK(fault(R"({"schema_version": 2, "verdict": "kept"})") ==
        "run.json: schema_version is not 1: a newer onetrip wrote this report; upgrade onetrip");
  CHECK_THAT(fault(R"({"schema_version": 1, "verdict": "kept"})"),
             Catch::Contains("write it again with this onetrip"));
  CHECK_THAT(fault(R"({"schema_version": 1, "verdict": "kept", "shown": {"counted": true}})"),
             Catch::Contains("shown.baseline is missing"));
  CHECK_THAT(fault(R"({"schema_version": 1, "verdict": "kept", "shown": {"counted": true,
                       "baseline": {"onetrip_baseline": 2}}})"),
             Catch::Contains("is of version 2, and this onetrip knows version 1"));
  CHECK_THAT(fault(R"({"onetrip_record": 2})"), Catch::Contains("onetrip_record is not 1"));
  RecordStory story = run();
  const std::string whole = report(judged(story));
  CHECK_THAT(fault(whole.substr(0, whole.size() / 2)), Catch::Contains("no JSON"));
}
