#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <catch2/catch.hpp>
#include <sstream>

#include "tests/budget/verdict_story.hpp"

using namespace onetrip;
using Catch::Contains;
using Element = boost::property_tree::ptree;

namespace {

Element read(const Verdict& verdict) {
  std::istringstream text(write_report(ReportFormat::junit, verdict, report_context()));
  Element document;
  boost::property_tree::read_xml(text, document);
  return document.get_child("testsuites.testsuite");
}

std::vector<Element> cases_of(const Element& suite) {
  std::vector<Element> out;
  for (const auto& [name, element] : suite)
    if (name == "testcase") out.push_back(element);
  return out;
}

std::string name_of(const Element& one) {
  return one.get<std::string>("<xmlattr>.classname") + " | " +
         one.get<std::string>("<xmlattr>.name");
}

std::vector<std::string> names_of(const Element& suite) {
  std::vector<std::string> out;
  for (const Element& one : cases_of(suite)) out.push_back(name_of(one));
  return out;
}

}  // namespace

TEST_CASE("each label and budget is a test case, with everything in the failure's text") {
  VerdictStory story;
  story.loop("a").at("GET /books", "test_list", 50).at("GET /home", "test_home", 20);
  story.over(Problem::Kind::rows, 30, 20);
  const Element suite = read(story.labels(1, 0).verdict());
  CHECK(names_of(suite) ==
        std::vector<std::string>{"GET /books | n-plus-one", "GET /home | n-plus-one",
                                 "GET /orders | max_rows", "GET /covered/1 | budget"});
  CHECK(suite.get<int>("<xmlattr>.tests") == 4);
  CHECK(suite.get<int>("<xmlattr>.failures") == 3);
  const Element failed = cases_of(suite)[1];
  CHECK(failed.get<std::string>("failure.<xmlattr>.type") == "n-plus-one");
  CHECK_THAT(failed.get<std::string>("failure.<xmlattr>.message"), Contains("fetched 50 times"));
  const auto text = failed.get<std::string>("failure");
  CHECK_THAT(text, Catch::StartsWith("error[n-plus-one] GET /home: author was fetched"));
  CHECK_THAT(text, Contains("\n  fix       Django: "));
  CHECK_THAT(text, Contains("seen in   GET /home in test_home: 20 statements\n"));
  CHECK_THAT(text, !Contains("test_list"));
}

TEST_CASE("two causes of one rule under one label are one failure with both") {
  VerdictStory story;
  story.loop("aaaa").at("GET /books", "t", 50).loop("bbbb").at("GET /books", "t", 20);
  const Element suite = read(story.verdict());
  REQUIRE(cases_of(suite).size() == 1);
  const auto text = cases_of(suite)[0].get<std::string>("failure");
  CHECK_THAT(text, Contains("cause = \"aaaa\""));
  CHECK_THAT(text, Contains("cause = \"bbbb\""));
}

TEST_CASE("782 places of one label are one test case") {
  VerdictStory story;
  CHECK(cases_of(read(story.loop("a").places(782).verdict())).size() == 1);
}

TEST_CASE("warnings and infos do not fail, and are told") {
  VerdictStory story;
  story.loop("a", Severity::warning).at("GET /books", "t", 50);
  const Element suite = read(story.verdict());
  CHECK(suite.get<int>("<xmlattr>.failures") == 0);
  const Element one = cases_of(suite).at(0);
  CHECK(one.count("failure") == 0);
  CHECK_THAT(one.get<std::string>("system-out"), Catch::StartsWith("warning[n-plus-one]"));
}

TEST_CASE("a label that keeps its budget passes, and says when that proves nothing") {
  const Element suite = read(VerdictStory().labels(1, 1).verdict());
  CHECK(names_of(suite) ==
        std::vector<std::string>{"GET /silent/1 | budget", "GET /covered/1 | budget"});
  CHECK_THAT(cases_of(suite)[0].get<std::string>("system-out"), Contains("proves nothing"));
  CHECK(cases_of(suite)[1].count("system-out") == 0);
}

TEST_CASE("what belongs to no label is told of the suite") {
  const auto said = read(broken_verdict()).get<std::string>("system-out");
  CHECK_THAT(said, Catch::StartsWith("onetrip: 5 errors, 2 warnings, 1 info in 120 requests"));
  CHECK_THAT(said, Contains("fan-out of tenants, accepted"));
  CHECK_THAT(said, Contains("warning: onetrip-budget.toml:30: expired"));
  CHECK_THAT(said, Contains("  GET /silent/37\n"));
}

TEST_CASE("hostile text comes back from XML, what XML forbids made visible") {
  const Element suite = read(hostile_verdict());
  const Element one = cases_of(suite).at(0);
  CHECK_THAT(name_of(one), Catch::StartsWith("\"'<script>alert(1)</script>]]>--><!-- </details>"));
  CHECK_THAT(name_of(one), Contains("\\x1b[31mred"));
  CHECK_THAT(name_of(one), Contains("\\x00end"));
  CHECK(name_of(one).find("\xEF\xBF\xBE") == std::string::npos);
  CHECK(name_of(one).find("\xEF\xBF\xBF") == std::string::npos);
}
