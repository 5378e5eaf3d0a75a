#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "tests/budget/verdict_story.hpp"

using namespace onetrip;
using Catch::Contains;

namespace {

std::vector<std::string> lines_of(const Verdict& verdict) {
  std::istringstream text(write_report(ReportFormat::github, verdict, report_context()));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> lines_of(const VerdictStory& story) {
  return lines_of(story.verdict());
}

VerdictStory loops(int number) {
  VerdictStory story;
  for (int i = 0; i < number; ++i) story.loop(std::to_string(i)).at("GET /books", "", 50);
  return story;
}

}  // namespace

TEST_CASE("an annotation names the line of code and says everything") {
  const std::vector<std::string> lines = lines_of(loops(1));
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0], Catch::StartsWith(
                           "::error file=shop/views.py,line=41,title=n-plus-one%3A GET "
                           "/books::error[n-plus-one] GET /books: author was fetched 50 times"));
  CHECK_THAT(lines[0],
             Contains("%0A  fix       Django: Book.objects.select_related(\"author\")%0A"));
  CHECK_THAT(lines[0], Contains("%0A  accept    # onetrip-budget.toml%0A            [[allow]]%0A"));
  CHECK_THAT(lines[0], !Catch::EndsWith("%0A"));
}

TEST_CASE("without a line of code the budget's line is annotated, or its first") {
  VerdictStory story;
  story.over(Problem::Kind::rows, 30, 20).written("20", "ci/budget.toml", 14);
  story.over(Problem::Kind::rows, 30, 20);
  CHECK_THAT(lines_of(story).at(0),
             Catch::StartsWith("::error file=ci/budget.toml,line=14,title="));
  CHECK_THAT(lines_of(story).at(1),
             Catch::StartsWith("::error file=onetrip-budget.toml,line=1,title="));
}

TEST_CASE("warnings and infos are annotated as such, after the errors") {
  VerdictStory story;
  story.loop("a").loop("b", Severity::warning).loop("c", Severity::info).warning("expired: 100%");
  const std::vector<std::string> lines = lines_of(story);
  REQUIRE(lines.size() == 4);
  CHECK_THAT(lines[0], Catch::StartsWith("::error file="));
  CHECK_THAT(lines[1], Catch::StartsWith("::warning file="));
  CHECK(lines[2] == "::warning title=onetrip::expired: 100%25");
  CHECK_THAT(lines[3], Catch::StartsWith("::notice file="));
}

TEST_CASE("ten annotations are shown, of more the worst nine and their number") {
  CHECK(lines_of(loops(10)).size() == 10);
  const std::vector<std::string> lines = lines_of(loops(11));
  REQUIRE(lines.size() == 10);
  CHECK_THAT(lines[8], Catch::StartsWith("::error file=shop/views.py"));
  CHECK(lines[9] ==
        "::error title=onetrip::2 more; onetrip: 11 errors in 0 requests; budget broken");
}

TEST_CASE("silent labels have the last annotation, also where it speaks for the rest") {
  CHECK(lines_of(VerdictStory().labels(3, 1)) ==
        std::vector<std::string>{"::notice title=onetrip::1 of 4 labels never returned a parent of "
                                 "two rows; its silence proves nothing:%0A  GET /silent/1"});
  const std::vector<std::string> lines = lines_of(loops(10).labels(3, 12));
  REQUIRE(lines.size() == 10);
  CHECK_THAT(lines[9], Catch::StartsWith("::error title=onetrip::1 more; onetrip: 10 errors"));
  CHECK_THAT(lines[9],
             Catch::EndsWith("%0A  GET /silent/10%0A  GET /silent/11%0A  GET /silent/12"));
}

TEST_CASE("of many silent labels the annotation names ten where the summary has all") {
  ReportContext context = report_context();
  context.summary = true;
  const Verdict verdict = VerdictStory().labels(83, 37).verdict();
  CHECK_THAT(write_report(ReportFormat::github, verdict, context),
             Catch::EndsWith("%0A  GET /silent/10%0A  and 27 more, in the step's summary\n"));
  const std::string summary = write_report(ReportFormat::markdown, verdict, context);
  for (int i = 1; i <= 37; ++i)
    CHECK_THAT(summary, Contains("- `GET /silent/" + std::to_string(i) + "`\n"));
}

TEST_CASE("a kept budget annotates nothing") {
  CHECK(write_report(ReportFormat::github, kept_verdict(), {}) == "\n");
}

TEST_CASE("hostile text cannot end a property, a message or a line") {
  for (const std::string& line : lines_of(hostile_verdict())) {
    INFO(line.substr(0, 400));
    CHECK((line.starts_with("::error ") || line.starts_with("::warning ") ||
           line.starts_with("::notice ")));
    const std::string properties = line.substr(0, line.find("::", 2));
    const auto commas = std::count(properties.begin(), properties.end(), ',');
    CHECK(commas == (properties.find(" file=") == std::string::npos ? 0 : 2));
    CHECK(std::count(properties.begin() + 2, properties.end(), ':') == 0);
    for (std::size_t at = line.find('%'); at != std::string::npos; at = line.find('%', at + 1)) {
      const std::string code = line.substr(at, 3);
      CHECK((code == "%25" || code == "%0A" || code == "%3A" || code == "%2C"));
    }
  }
}
