#include "app/analyze_report.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "app/options.hpp"
#include "tests/sinks/example_finding.hpp"

using namespace onetrip;

namespace {

Analysis of_log() {
  Analysis analysis;
  analysis.file = "server.csv";
  analysis.format = InputFormat::csvlog;
  analysis.log.entries = 9;
  analysis.log.statements = analysis.log.timed = 4;
  analysis.log.sessions = 1;
  analysis.databases = {"shop"};
  analysis.catalog = "shop";
  return analysis;
}

std::string missing(const Analysis& analysis) {
  std::string all;
  for (const std::string& sentence : missing_facts(analysis)) all += sentence + "\n";
  return all;
}

}  // namespace

TEST_CASE("a log with all that it can hold lacks the results alone") {
  CHECK(missing_facts(of_log()).size() == 1);
  CHECK_THAT(missing(of_log()), Catch::StartsWith("A log holds no result rows"));
}

TEST_CASE("what a log lacks is told with the setting that mends it") {
  Analysis analysis = of_log();
  analysis.log.timed = 0;
  CHECK_THAT(missing(analysis), Catch::Contains("log_min_duration_statement = 0"));
  analysis.log.without_values = 3;
  CHECK_THAT(missing(analysis), Catch::Contains("no parameters of 3 statements"));
  analysis.catalog = "";
  CHECK_THAT(missing(analysis), Catch::Contains("onetrip catalog export"));
  analysis.catalog = "other";
  CHECK_THAT(missing(analysis), Catch::Contains("describes database other"));
}

TEST_CASE("SQL text is told to have no times and sessions") {
  Analysis analysis = of_log();
  analysis.format = InputFormat::sql;
  CHECK_THAT(missing(analysis), Catch::StartsWith("SQL text holds no result rows"));
  CHECK_THAT(missing(analysis), Catch::Contains("no times and no sessions"));
  CHECK_THAT(analysis_text(analysis, Colour::off), !Catch::Contains("1970"));
}

TEST_CASE("totals tell what was left out, by reason, and only what there was") {
  Analysis analysis = of_log();
  CHECK_THAT(analysis_text(analysis, Colour::off),
             Catch::EndsWith("\n4 statements of 1 session in 0 windows: 0 findings\n"));
  analysis.faults = {{"cut", 1}, {"not_csv", 2}};
  analysis.engine.unparsable["syntax"] = 1;
  analysis.engine.set_up_windows = 1;
  analysis.engine.ignored_executions = 5;
  analysis.engine.windows.saturated = 2;
  const std::string text = analysis_text(analysis, Colour::off);
  for (const char* line : {"entries not understood: 3 (1 cut, 2 not_csv)\n",
                           "statements not understood: 1 (1 syntax)\n", "1 window with DDL",
                           "5 statements of sessions that [ignore] names", "2 windows may hold"})
    CHECK_THAT(text, Catch::Contains(line));
}

TEST_CASE("findings stand between what is missing and the totals") {
  Analysis analysis = of_log();
  analysis.findings = {example_finding()};
  const std::string text = analysis_text(analysis, Colour::off);
  const std::size_t finding = text.find("[n-plus-one]");
  REQUIRE(finding != std::string::npos);
  CHECK(text.find("A log holds") < finding);
  CHECK(finding < text.find("1 finding\n"));
}

TEST_CASE("the report as JSON has missing, totals and findings") {
  Analysis analysis = of_log();
  analysis.faults = {{"cut", 1}};
  analysis.findings = {example_finding()};
  const auto json = boost::json::parse(analysis_json(analysis)).as_object();
  CHECK(json.at("schema_version") == 1);
  CHECK(json.at("format") == "csvlog");
  CHECK(json.at("missing").as_array().size() == 1);
  CHECK(json.at("findings").as_array().size() == 1);
  const auto& totals = json.at("totals").as_object();
  CHECK(totals.at("entries") == 9);
  CHECK(totals.at("entries_not_understood").as_object().at("cut") == 1);
}

TEST_CASE("analyze takes a file and what it is") {
  const auto parsed = parse_options({"analyze", "a.csv", "--catalog", "c", "--format", "csvlog"});
  const auto& options = std::get<Options>(parsed);
  CHECK(options.verb == Verb::analyze);
  CHECK(options.argument == "a.csv");
  CHECK(options.catalog == "c");
  CHECK(options.format == "csvlog");
  CHECK(std::get<Options>(parse_options({"analyze", "-"})).argument == "-");
  CHECK(std::holds_alternative<UsageError>(parse_options({"analyze"})));
  CHECK(std::holds_alternative<UsageError>(parse_options({"analyze", "a", "--format", "xml"})));
}
