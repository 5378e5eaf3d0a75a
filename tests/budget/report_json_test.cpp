#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "analyzer/sinks/finding_json.hpp"
#include "analyzer/sinks/json_text.hpp"
#include "tests/budget/verdict_story.hpp"

using namespace onetrip;
namespace json = boost::json;

namespace {

json::object read(const Verdict& verdict) {
  return json::parse(write_report(ReportFormat::json, verdict, report_context())).as_object();
}

}  // namespace

TEST_CASE("the JSON report says all that the verdict knows") {
  Verdict verdict = broken_verdict();
  verdict.set_up_windows = 14;
  const json::object report = read(verdict);
  CHECK(report.at("schema_version") == 1);
  CHECK(report.at("verdict") == "broken");
  CHECK(report.at("version") == "0.1.0");
  CHECK(report.at("budget") == "onetrip-budget.toml");
  CHECK(report.at("baseline") == "onetrip-baseline.json");
  CHECK(report.at("totals") == json::parse(R"({"tests": 48, "requests": 120, "set_up_windows": 14,
                        "findings": 3, "errors": 5, "warnings": 2, "infos": 1})"));
  CHECK(report.at("warnings").as_array().size() == 1);
  CHECK(report.at("accepted").at(0) ==
        json::parse(R"({"by": "budget", "rule": "n-plus-one", "cause": "5c6ffbdd40d95560",
                        "reason": "fan-out of tenants, accepted", "places": 3})"));
  CHECK(report.at("accepted").at(2).at("reason").is_null());
}

TEST_CASE("where no budget was read, the defaults judge, and no file is named") {
  ReportContext context = report_context();
  context.judged_by = "";
  const std::string text = write_report(ReportFormat::json, broken_verdict(), context);
  CHECK(json::parse(text).at("budget").is_null());
}

TEST_CASE("a problem of JSON carries its finding, and every place") {
  const json::object report = read(broken_verdict());
  const json::value& problem = report.at("problems").at(0);
  CHECK(problem.at("kind") == "finding");
  CHECK(problem.at("rule") == "n-plus-one");
  CHECK(problem.at("level") == "error");
  CHECK(problem.at("news") == "fresh");
  CHECK(problem.at("value") == 999);
  CHECK(problem.at("limit").is_null());
  CHECK(problem.at("baseline").is_null());
  CHECK(problem.at("places").as_array().size() == 782);
  CHECK(problem.at("places").at(781) ==
        json::parse(
            R"({"test": "tests/test_books.py::test_782", "label": "GET /books", "count": 218})"));
  CHECK(
      to_json_text(problem.at("finding")) ==
      to_json_text(json::parse(to_json_text(finding_json(*broken_verdict().problems[0].finding)))));
}

TEST_CASE("a limit of JSON is told as a number, as written, and where") {
  const json::object report = read(broken_verdict());
  const json::value& problem = report.at("problems").at(1);
  CHECK(problem.at("kind") == "statements");
  CHECK(problem.at("news") == "worsened");
  CHECK(problem.at("value") == 62);
  CHECK(problem.at("baseline") == 11);
  CHECK(problem.at("finding").is_null());
  CHECK(problem.at("repeat").at("count") == 50);
  CHECK(problem.at("limit") ==
        json::parse(
            R"({"value": 13, "text": "baseline+10%", "file": "onetrip-budget.toml", "line": 14})"));
  CHECK(report.at("problems").at(6).at("value").as_double() == Approx(95.4));
}

TEST_CASE("all silent labels stand in JSON, and a kept budget says so") {
  const json::object report = read(broken_verdict());
  CHECK(report.at("coverage").at("summary") ==
        "37 of 120 labels never returned a parent of two rows; their silence proves nothing");
  CHECK(report.at("coverage").at("labels") == 120);
  CHECK(report.at("coverage").at("covered") == 83);
  CHECK(report.at("coverage").at("uncovered").as_array().size() == 37);
  CHECK(report.at("coverage").at("uncovered").at(36) ==
        json::parse(R"({"label": "GET /silent/37", "windows": 2, "most_rows": 1})"));
  CHECK(read(kept_verdict()).at("verdict") == "kept");
}

TEST_CASE("hostile text comes back from JSON with every valid character") {
  const json::object report = read(hostile_verdict());
  const json::value& finding = report.at("problems").at(0).at("finding");
  CHECK(finding.at("statement").at("text").as_string().size() > 1'000'000);
  const std::string label(finding.at("label").as_string());
  CHECK_THAT(label, Catch::StartsWith("\"'<script>alert(1)</script>]]>--><!-- </details>"));
  CHECK(label.find('\0') != std::string::npos);
}
