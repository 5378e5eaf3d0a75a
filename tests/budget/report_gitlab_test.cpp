#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <set>

#include "tests/budget/verdict_story.hpp"

using namespace onetrip;
namespace json = boost::json;

namespace {

json::array read(const Verdict& verdict) {
  return json::parse(write_report(ReportFormat::gitlab, verdict, report_context())).as_array();
}

}  // namespace

TEST_CASE("an entry of code quality names rule, line and fix") {
  VerdictStory story;
  story.loop("5c6ffbdd40d95560").at("GET /books", "test_list", 50);
  CHECK(read(story.verdict()) == json::parse(R"j([{
    "description": "GET /books: author was fetched 50 times in one request, once for each row of book; fix: Django: Book.objects.select_related(\"author\")",
    "check_name": "n-plus-one", "fingerprint": "5c6ffbdd40d95560", "severity": "major",
    "location": {"path": "shop/views.py", "lines": {"begin": 41}}}])j"));
}

TEST_CASE("levels are GitLab's severities") {
  const json::array entries = read(broken_verdict());
  REQUIRE(entries.size() == 10);
  CHECK(entries[0].at("severity") == "major");
  CHECK(entries[5].at("severity") == "minor");
  CHECK(entries[7].at("severity") == "info");
  CHECK(entries[8].at("check_name") == "onetrip-warning");
  CHECK(entries[9].at("check_name") == "onetrip-coverage");
}

TEST_CASE("every label whose silence proves nothing is named, in one entry") {
  const json::array entries = read(VerdictStory().labels(83, 37).verdict());
  REQUIRE(entries.size() == 1);
  std::string all =
      "37 of 120 labels never returned a parent of two rows; their silence proves nothing";
  for (int i = 1; i <= 37; ++i)
    all += std::string(i == 1 ? ": " : ", ") + "GET /silent/" + std::to_string(i);
  CHECK(entries[0].at("description").as_string() == json::string(all));
  CHECK(entries[0].at("fingerprint") == "coverage");
  CHECK(entries[0].at("severity") == "info");
}

TEST_CASE("no two entries share a fingerprint, and it does not move with lines and counts") {
  VerdictStory story;
  story.loop("a").loop("a").loop("a 2");
  story.over(Problem::Kind::rows, 30, 20).over(Problem::Kind::rows, 40, 20);
  std::set<std::string> first;
  for (const json::value& entry : read(story.verdict()))
    first.insert(std::string(entry.at("fingerprint").as_string()));
  CHECK(first == std::set<std::string>{"a", "a 2", "a 2 2", "max_rows GET /orders",
                                       "max_rows GET /orders 2"});
  VerdictStory later;
  later.loop("a").written("", "b.toml", 99).over(Problem::Kind::rows, 31, 20);
  later.last().places.front().test = "test_other";
  const json::array entries = read(later.verdict());
  CHECK(entries[0].at("fingerprint") == "a");
  CHECK(entries[1].at("fingerprint") == "max_rows GET /orders");
}

TEST_CASE("a kept budget is an empty list") {
  CHECK(read(kept_verdict()).empty());
}
