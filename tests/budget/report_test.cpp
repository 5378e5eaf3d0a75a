#include <algorithm>
#include <catch2/catch.hpp>

#include "analyzer/sinks/safe_text.hpp"
#include "tests/budget/verdict_story.hpp"

using namespace onetrip;

namespace {

std::vector<ReportFormat> all_formats() {
  std::vector<ReportFormat> out;
  for (const std::string_view name : report_formats()) out.push_back(*report_format(name));
  return out;
}

std::string name_of(ReportFormat format) {
  return std::string(report_formats().at(static_cast<std::size_t>(format)));
}

}  // namespace

TEST_CASE("formats are known by name, and others are not") {
  CHECK(report_formats() == std::vector<std::string_view>{"text", "json", "markdown", "junit",
                                                          "sarif", "github", "gitlab", "html"});
  CHECK(report_format("sarif") == ReportFormat::sarif);
  CHECK_FALSE(report_format("SARIF"));
  CHECK_FALSE(report_format(""));
}

TEST_CASE("every report ends with one line feed and is the same when written again") {
  for (const ReportFormat format : all_formats()) {
    INFO(name_of(format));
    for (const Verdict& verdict : {kept_verdict(), broken_verdict(), hostile_verdict()}) {
      const std::string text = write_report(format, verdict, report_context());
      CHECK(text.ends_with('\n'));
      CHECK_FALSE(text.ends_with("\n\n"));
      CHECK(text == write_report(format, verdict, report_context()));
    }
  }
}

TEST_CASE("every report names what is wrong, where, the fix, and whose silence proves nothing") {
  for (const ReportFormat format : all_formats()) {
    INFO(name_of(format));
    std::string text = write_report(format, broken_verdict(), report_context());
    for (const std::string_view said :
         {"n-plus-one", "max_statements", "GET /books", "fetched 50 times", "shop/views.py",
          "select_related", "37 of 120 labels never returned a parent of two rows",
          "GET /silent/10"}) {
      INFO(said);
      CHECK(text.find(said) != std::string::npos);
    }
  }
}

TEST_CASE("whatever statements and labels hold, reports are UTF-8 without control characters") {
  const Verdict verdict = hostile_verdict();
  for (const ReportFormat format : all_formats()) {
    INFO(name_of(format));
    const std::string text = write_report(format, verdict, report_context());
    CHECK(valid_utf8(text) == text);
    CHECK(std::none_of(text.begin(), text.end(),
                       [](char c) { return (c >= 0 && c < 0x20 && c != '\n') || c == 0x7F; }));
  }
}

TEST_CASE("a statement of a megabyte makes no report long, but the source and the page around it") {
  for (const ReportFormat format : all_formats()) {
    INFO(name_of(format));
    const std::size_t size = write_report(format, hostile_verdict(), report_context()).size();
    if (format == ReportFormat::json || format == ReportFormat::html) {
      CHECK(size > 1'000'000);
    } else {
      CHECK(size < 40'000);
    }
  }
}

TEST_CASE("a verdict without anything makes a report in every format") {
  for (const ReportFormat format : all_formats()) {
    INFO(name_of(format));
    CHECK(write_report(format, Verdict(), ReportContext()).ends_with('\n'));
  }
}

TEST_CASE("a problem without a place is reported all the same") {
  const Verdict verdict = VerdictStory().loop("5c6ffbdd40d95560").verdict();
  for (const ReportFormat format : all_formats()) {
    INFO(name_of(format));
    CHECK_THAT(write_report(format, verdict, ReportContext()), Catch::Contains("GET /books"));
  }
}
