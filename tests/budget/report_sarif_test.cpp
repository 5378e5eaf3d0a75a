#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "tests/budget/verdict_story.hpp"

using namespace onetrip;
namespace json = boost::json;

namespace {

json::value read(const Verdict& verdict) {
  const json::value log = json::parse(write_report(ReportFormat::sarif, verdict, report_context()));
  CHECK(log.at("version") == "2.1.0");
  CHECK(log.at("runs").as_array().size() == 1);
  return log.at("runs").at(0);
}

json::value result_of(const VerdictStory& story) {
  return read(story.verdict()).at("results").at(0);
}

}  // namespace

TEST_CASE("a result names rule, level, line, request and cause") {
  VerdictStory story;
  story.loop("5c6ffbdd40d95560").at("GET /books", "test_list", 50).at("GET /home", "", 3);
  const json::value result = result_of(story);
  CHECK(result.at("ruleId") == "n-plus-one");
  CHECK(result.at("ruleIndex") == 0);
  CHECK(result.at("level") == "error");
  CHECK(result.at("occurrenceCount") == 2);
  CHECK(result.at("partialFingerprints") ==
        json::parse(R"({"onetripCause/v1": "5c6ffbdd40d95560"})"));
  CHECK(result.at("locations") == json::parse(R"([{
    "physicalLocation": {"artifactLocation": {"uri": "shop/views.py", "uriBaseId": "%SRCROOT%"},
                         "region": {"startLine": 41}},
    "logicalLocations": [{"fullyQualifiedName": "GET /books"}]}])"));
  const std::string text(result.at("message").at("text").as_string());
  CHECK_THAT(text, Catch::StartsWith("GET /books: author was fetched 50 times in one request, once "
                                     "for each row of book.\n  statement "));
  CHECK_THAT(text, Catch::Contains("\n  fix       Django: "));
}

TEST_CASE("every rule is declared once, with help from its page") {
  const json::value run = read(broken_verdict());
  const json::array& rules = run.at("tool").at("driver").at("rules").as_array();
  REQUIRE(rules.size() == 6);
  CHECK(rules[0].at("id") == "n-plus-one");
  CHECK(rules[0].at("shortDescription").at("text") ==
        "One statement gave N rows, and then one more "
        "was sent for each of them.");
  CHECK(rules[0].at("fullDescription").at("text") ==
        "One statement gave N rows, and then one more "
        "was sent for each of them: books.");
  CHECK_THAT(std::string(rules[0].at("help").at("markdown").as_string()),
             Catch::StartsWith("# n-plus-one\n"));
  CHECK(rules[1].at("id") == "max_statements");
  CHECK_FALSE(rules[1].at("help").at("text").as_string().empty());
  for (const json::value& result : run.at("results").as_array()) {
    const auto index = result.at("ruleIndex").to_number<std::size_t>();
    CHECK(rules.at(index).at("id") == result.at("ruleId"));
  }
}

TEST_CASE("a rule without a page is declared without help") {
  VerdictStory story;
  story.loop("a").last().finding->rule = "tree-walk";
  const json::value rule = read(story.verdict()).at("tool").at("driver").at("rules").at(0);
  CHECK(rule.at("shortDescription").at("text") == "tree-walk.");
  CHECK_FALSE(rule.as_object().contains("help"));
}

TEST_CASE("a result has a location always, and its path is a URI") {
  VerdictStory story;
  story.loop("a");
  const auto artifact = [&story] {
    return result_of(story).at("locations").at(0).at("physicalLocation").at("artifactLocation");
  };
  story.last().finding->location.reset();
  CHECK(artifact().at("uri") == "onetrip-budget.toml");
  story.written("", "ci/budget.toml", 14);
  CHECK(artifact().at("uri") == "ci/budget.toml");
  story.last().finding->location = Location{"./a b/ü#?.py", "", "", 0};
  CHECK(artifact().at("uri") == "a%20b/%C3%BC%23%3F.py");
  CHECK(
      result_of(story).at("locations").at(0).at("physicalLocation").at("region").at("startLine") ==
      1);
  story.last().finding->location = Location{"/app/a.py", "", "", 3};
  CHECK(artifact() == json::parse(R"({"uri": "file:///app/a.py"})"));
}

TEST_CASE("info is a note, and what is beside the problems is told of the run") {
  const json::value run = read(broken_verdict());
  CHECK(run.at("results").at(5).at("level") == "warning");
  CHECK(run.at("results").at(7).at("level") == "note");
  const json::array& said = run.at("invocations").at(0).at("toolExecutionNotifications").as_array();
  REQUIRE(said.size() == 4);
  CHECK(said[0].at("level") == "warning");
  CHECK_THAT(std::string(said[1].at("message").at("text").as_string()),
             Catch::Contains("fan-out of tenants, accepted"));
  CHECK_THAT(std::string(said[2].at("message").at("text").as_string()),
             Catch::Contains("\nGET /silent/37"));
}

TEST_CASE("a message holds no link that text from outside made") {
  const std::string text(
      read(hostile_verdict()).at("results").at(0).at("message").at("text").as_string());
  CHECK_THAT(text, Catch::Contains("[y] (https"));
  CHECK(text.find("](") == std::string::npos);
}
