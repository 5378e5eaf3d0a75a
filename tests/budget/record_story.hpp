#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "budget/baseline.hpp"
#include "budget/budget.hpp"
#include "budget/record.hpp"
#include "budget/verdict.hpp"
#include "rules/rule.hpp"

namespace onetrip::test {

/// `child` was fetched `count` times for the rows of `parent`: proven, an error.
inline Finding loop(const std::string& parent, const std::string& child, std::uint64_t count) {
  Finding finding;
  finding.rule = "n-plus-one";
  finding.severity = Severity::error;
  finding.confidence = Confidence::proven;
  finding.title = child + " was fetched " + std::to_string(count) + " times in one request";
  finding.shape = child + ".id = $";
  finding.statement = {"v1:0123456789abcdef", "SELECT " + child, "SELECT * FROM " + child, count};
  Link link;
  link.parent_columns = {parent + "." + child + "_id"};
  link.child_column = child + ".id";
  link.direction = Direction::forward;
  finding.link = link;
  finding.evidence.count = count;
  return finding;
}

/// Shelves were read `count` times, nobody knows for what: a warning.
inline Finding guess(std::uint64_t count) {
  Finding finding = loop("book", "shelf", count);
  finding.link.reset();
  finding.rule = "select-in-loop";
  finding.severity = Severity::warning;
  finding.confidence = Confidence::possible;
  return finding;
}

/// Tells what a run did: tests, the requests that they made, what these took and showed.
///
///   RecordStory story;
///   story.test("test_list").request("GET /books", 51).showed(loop("book", "author", 50)).sum(51);
class RecordStory {
 public:
  /// What follows lies in that test; empty: in none.
  RecordStory& test(std::string name) {
    test_ = std::move(name);
    return *this;
  }
  RecordStory& database(std::string name) {
    database_ = std::move(name);
    return *this;
  }
  RecordStory& application(std::string name) {
    application_ = std::move(name);
    return *this;
  }
  RecordStory& request(const std::string& label, std::uint64_t statements = 1) {
    RecordEntry& entry = record_.entries.emplace_back();
    entry.test = test_;
    entry.label = label;
    entry.application = application_;
    entry.database = database_;
    entry.windows = 1;
    entry.statements = statements;
    return *this;
  }
  /// What the requests of the test took in all.
  RecordStory& sum(std::uint64_t statements) {
    request(test_, statements);
    last().sum = true;
    return *this;
  }
  RecordStory& rows(std::uint64_t rows) {
    last().rows = rows;
    return *this;
  }
  RecordStory& bytes(std::uint64_t bytes) {
    last().bytes = bytes;
    return *this;
  }
  RecordStory& db_ms(double ms) {
    last().db_ms = ms;
    return *this;
  }
  RecordStory& repeats(std::uint64_t count) {
    last().repeat = Repeat{"v1:0123456789abcdef", "SELECT author", "SELECT * FROM author", count};
    return *this;
  }
  RecordStory& showed(Finding finding) {
    finding.label = last().label;
    identify(finding);
    last().findings.push_back(std::move(finding));
    return *this;
  }
  RecordStory& accepted_in_comment(std::string rule, std::string reason, std::string label) {
    record_.allowed.push_back({std::move(rule), std::move(reason), std::move(label), 1});
    return *this;
  }
  /// Only a part of the suite was run.
  RecordStory& part() {
    record_.full = false;
    return *this;
  }

  Record& record() { return record_; }
  const Finding& finding() { return last().findings.back(); }

 private:
  RecordEntry& last() { return record_.entries.back(); }

  Record record_;
  std::string test_, application_, database_ = "shop";
};

/// A budget without faults; its version is put before it, so that `toml` begins with line 2.
inline Budget budget(const std::string& toml) {
  auto parsed = parse_budget("version = 1\n" + toml, "onetrip-budget.toml", rule_names());
  if (auto* errors = std::get_if<std::vector<BudgetError>>(&parsed)) FAIL(errors->front().text());
  return std::get<Budget>(std::move(parsed));
}

inline Baseline baseline(RecordStory& story) {
  return baseline_of(story.record());
}

inline constexpr std::chrono::year_month_day today{std::chrono::year{2027}, std::chrono::month{1},
                                                   std::chrono::day{31}};

inline Verdict judged(RecordStory& story, const Budget& by = {}) {
  return judge(story.record(), by, nullptr, today);
}
inline Verdict judged(RecordStory& story, const Budget& by, const Baseline& known) {
  return judge(story.record(), by, &known, today);
}
inline Verdict judged(RecordStory& story, const Baseline& known) {
  return judge(story.record(), {}, &known, today);
}

inline std::string told(const Problem& problem) {
  static const char* const kinds[] = {"", "statements", "repeats", "rows", "bytes", "db_time"};
  static const char* const news[] = {"", " under a new label", " worse than known"};
  const auto number = [](double value) { return std::to_string(static_cast<long>(value)); };
  std::string line(to_string(problem.level));
  if (problem.finding) {
    line += " " + problem.finding->rule + " " + problem.finding->statement.summary +
            news[static_cast<int>(problem.news)];
  } else {
    line +=
        std::string(" ") + kinds[static_cast<int>(problem.kind)] + (problem.sum ? " in all" : "");
  }
  const bool compared = !problem.finding || problem.news == Problem::News::worsened;
  if (compared) line += " " + number(problem.value) + " > " + number(problem.limit);
  const char* separator = ": ";
  for (const ProblemPlace& place : problem.places) {
    line += separator;
    if (!place.test.empty() && place.test != place.label) line += place.test + " ";
    line += place.label + " " + std::to_string(place.count);
    separator = ", ";
  }
  return line;
}

using Lines = std::vector<std::string>;

/// "error n-plus-one SELECT author: test_list GET /books 50", a line for each problem.
inline Lines told(const Verdict& verdict) {
  Lines lines;
  for (const Problem& problem : verdict.problems) lines.push_back(told(problem));
  return lines;
}

/// "baseline n-plus-one, 2 places", "budget n-plus-one, 1 place: reason".
inline Lines accepted(const Verdict& verdict) {
  static const char* const by[] = {"budget", "comment", "baseline"};
  Lines lines;
  for (const Accepted& one : verdict.accepted) {
    lines.push_back(std::string(by[static_cast<int>(one.by)]) + " " + one.rule + ", " +
                    std::to_string(one.places) + (one.places == 1 ? " place" : " places") +
                    (one.reason.empty() ? "" : ": " + one.reason));
  }
  return lines;
}

}  // namespace onetrip::test
