#include "tests/budget/verdict_story.hpp"

#include "tests/sinks/example_finding.hpp"

namespace onetrip {
namespace {

std::string_view page_of(std::string_view rule) {
  if (rule != "n-plus-one") return {};
  return "# n-plus-one\n\n## What it detects\nOne statement gave N rows, and then one more\nwas "
         "sent "
         "for each of them: books.\n\n## Options\nNone.\n";
}

}  // namespace

VerdictStory& VerdictStory::loop(std::string_view cause, Severity level) {
  Problem problem;
  problem.level = level;
  problem.finding = example_finding();
  problem.finding->cause = cause;
  verdict_.problems.push_back(std::move(problem));
  ++verdict_.findings;
  return *this;
}

VerdictStory& VerdictStory::over(Problem::Kind kind, double value, double limit, Severity level) {
  Problem problem;
  problem.kind = kind;
  problem.level = level;
  problem.value = value;
  problem.limit = limit;
  if (kind == Problem::Kind::repeats || kind == Problem::Kind::statements) {
    problem.repeat =
        Repeat{"v1:aa", "SELECT line_items", "SELECT * FROM line_items WHERE order_id = $1", 50};
  }
  verdict_.problems.push_back(std::move(problem));
  return at("GET /orders", "tests/test_orders.py::test_list", static_cast<std::uint64_t>(value));
}

VerdictStory& VerdictStory::at(std::string_view label, std::string_view test, std::uint64_t count) {
  last().places.push_back({std::string(test), std::string(label), count});
  return *this;
}

VerdictStory& VerdictStory::places(std::size_t number) {
  for (std::size_t i = 1; i <= number; ++i)
    at("GET /books", "tests/test_books.py::test_" + std::to_string(i), 1000 - i);
  return *this;
}

VerdictStory& VerdictStory::written(std::string_view text, std::string_view file, unsigned line) {
  last().limit_text = text;
  last().limit_file = file;
  last().limit_line = line;
  return *this;
}

VerdictStory& VerdictStory::baseline(double value) {
  last().baseline = value;
  last().news = Problem::News::worsened;
  return *this;
}

VerdictStory& VerdictStory::accepted(Accepted::By by, std::string_view rule,
                                     std::string_view reason) {
  Accepted accepted;
  accepted.by = by;
  accepted.rule = rule;
  accepted.cause = "5c6ffbdd40d95560";
  accepted.reason = reason;
  accepted.places = 3;
  verdict_.accepted.push_back(std::move(accepted));
  return *this;
}

VerdictStory& VerdictStory::warning(std::string_view text) {
  verdict_.warnings.emplace_back(text);
  return *this;
}

VerdictStory& VerdictStory::labels(std::size_t covered, std::size_t silent) {
  for (std::size_t i = 1; i <= silent; ++i)
    verdict_.coverage.push_back({"GET /silent/" + std::to_string(i), 2, 1});
  for (std::size_t i = 1; i <= covered; ++i)
    verdict_.coverage.push_back({"GET /covered/" + std::to_string(i), 2, 50});
  verdict_.tests = 48;
  verdict_.requests = 120;
  return *this;
}

Verdict kept_verdict() {
  return VerdictStory().labels(3, 0).verdict();
}

Verdict broken_verdict() {
  VerdictStory story;
  story.loop("5c6ffbdd40d95560").places(782);
  story.over(Problem::Kind::statements, 62, 13)
      .written("baseline+10%", "onetrip-budget.toml", 14)
      .baseline(11);
  story.over(Problem::Kind::repeats, 50, 5).written("5", "onetrip-budget.toml", 15);
  story.over(Problem::Kind::rows, 2400, 2000).written("2000", "onetrip-budget.toml", 16);
  story.over(Problem::Kind::bytes, 2'000'000, 1'048'576).written("1MiB", "onetrip-budget.toml", 17);
  story.loop("00000000000000aa", Severity::warning).at("GET /books", "", 50);
  story.last().news = Problem::News::new_label;
  story.last().finding->location.reset();
  story.over(Problem::Kind::db_time, 95.4, 80, Severity::warning)
      .written("80ms", "onetrip-budget.toml", 18);
  story.loop("00000000000000ab", Severity::info).at("GET /orders", "", 12).baseline(10);
  story.last().limit = 10;
  story.accepted(Accepted::By::budget, "n-plus-one", "fan-out of tenants, accepted");
  story.accepted(Accepted::By::comment, "unbounded-select", "nightly export");
  story.accepted(Accepted::By::baseline, "duplicate-query");
  story.warning("onetrip-budget.toml:30: expired on 2026-12-31: n-plus-one");
  return story.labels(83, 37).verdict();
}

std::string hostile_text() {
  std::string text =
      "\"'<script>alert(1)</script>]]>--><!-- </details></pre></style> &amp; &#0;\r\n"
      "\x1b[31mred\x07 | `x` ```` [y](https://example.com) ::error::z %0A {0} @all $(id) \\ \\| "
      "\xFF \xC3( \xED\xA0\x80 \xEF\xBF\xBE \xEF\xBF\xBF \xE2\x80\xAE \xE2\x80\xA8 \x7F \x0B ";
  text.push_back('\0');
  return text + "end\n";
}

Verdict hostile_verdict() {
  const std::string evil = hostile_text();
  VerdictStory story;
  story.loop(evil).at(evil, evil, 50).written(evil, evil, 3).baseline(7);
  story.last().limit = 8;
  Finding& finding = *story.last().finding;
  finding.rule = finding.title = finding.label = evil;
  while (finding.statement.text.size() < 1'000'000) finding.statement.text += evil;
  const std::string megabyte = finding.statement.text;
  finding.statement.summary = finding.parent->summary = finding.parent->text = evil;
  finding.link->parent_columns = finding.link->alternatives = {evil};
  finding.link->child_column = finding.link->foreign_key = evil;
  finding.chain = {*finding.parent, *finding.parent};
  finding.location = Location{evil, evil, evil, 7};
  finding.advice = {evil, evil, evil, true, evil};
  story.over(Problem::Kind::repeats, 50, 5).written(evil, evil, 3);
  story.last().places = {{evil, evil, 50}, {"", "", 40}};
  story.last().repeat = Repeat{evil, evil, megabyte, 50};
  story.accepted(Accepted::By::budget, evil, evil).warning(evil).labels(1, 0);
  Verdict verdict = story.verdict();
  verdict.accepted.front().cause = evil;
  verdict.coverage.push_back({evil, 1, 1});
  verdict.coverage.push_back({"", 1, 1});
  return verdict;
}

ReportContext report_context() {
  ReportContext context;
  context.judged_by = context.budget_file;
  context.baseline_file = "onetrip-baseline.json";
  context.version = "0.1.0";
  context.rule_page = page_of;
  return context;
}

}  // namespace onetrip
