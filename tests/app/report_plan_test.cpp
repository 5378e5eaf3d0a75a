#include "app/report_plan.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;

namespace {

constexpr const char* formats[] = {"text",  "json",   "markdown", "junit",
                                   "sarif", "github", "gitlab",   "html"};

std::string told(const std::vector<std::string>& wanted, const Environment& environment = {},
                 TextPlace text = TextPlace::standard_error) {
  const auto planned = plan_reports(wanted, environment, text);
  if (const auto* error = std::get_if<ReportError>(&planned)) return "wrong: " + error->message;
  std::string out;
  for (const WantedReport& report : std::get<ReportPlan>(planned).reports) {
    const char* places[] = {"", "stdout", "stderr", "+"};
    out += std::string(out.empty() ? "" : " ") + formats[static_cast<int>(report.format)] + "=" +
           places[static_cast<int>(report.place)] + report.path;
  }
  return out;
}

}  // namespace

TEST_CASE("without a wish there is the text, after a command's own words on standard error") {
  CHECK(told({}) == "text=stderr");
  CHECK(told({}, {}, TextPlace::standard_output) == "text=stdout");
  CHECK(told({"json"}, {}, TextPlace::standard_output) == "json=stdout text=stderr");
  CHECK(told({"json"}, {}, TextPlace::nowhere) == "json=stdout");
}

TEST_CASE("several reports are written at once, and the text last") {
  CHECK(told({"junit=a.xml", "sarif=b=c.sarif"}) == "junit=a.xml sarif=b=c.sarif text=stderr");
  CHECK(told({"text"}) == "text=stdout");
  CHECK(told({"text=verdict.txt"}) == "text=verdict.txt");
}

TEST_CASE("reports that cannot be told apart are refused") {
  CHECK_THAT(told({"junut=a"}), Catch::Contains("no report format `junut`") &&
                                    Catch::Contains("`junit`?") && Catch::Contains("gitlab"));
  CHECK_THAT(told({"json", "sarif"}),
             Catch::Contains("only one report") && Catch::Contains("sarif=PATH"));
  CHECK_THAT(told({"json=a", "sarif=a"}), Catch::Contains("two reports would go to a"));
  CHECK_THAT(told({"json="}), Catch::Contains("names no file"));
}

TEST_CASE("GitHub's pipeline gets annotations and a summary") {
  const Environment github{{"GITHUB_ACTIONS", "true"}, {"GITHUB_STEP_SUMMARY", "/s.md"}};
  CHECK(told({}, github) == "github=stdout markdown=+/s.md text=stderr");
  CHECK(told({"github=a"}, github) == "github=a markdown=+/s.md text=stderr");
  CHECK(told({"json"}, github) == "json=stdout markdown=+/s.md text=stderr");
  CHECK(told({"json"}, github, TextPlace::nowhere) == "json=stdout");
  CHECK(told({}, {{"GITHUB_ACTIONS", "false"}}) == "text=stderr");
}

TEST_CASE("GitLab's pipeline is told what it shows, and gets no file that nobody asked for") {
  const Environment gitlab{{"GITLAB_CI", "true"}};
  const auto hints = [&](const std::vector<std::string>& wanted) {
    return std::get<ReportPlan>(plan_reports(wanted, gitlab, TextPlace::standard_error)).hints;
  };
  CHECK(told({}, gitlab) == "text=stderr");
  REQUIRE(hints({}).size() == 1);
  CHECK_THAT(hints({})[0], Catch::Contains("gl-code-quality-report.json"));
  CHECK(hints({"gitlab=a.json"}).empty());
}
