#pragma once

#include <string>
#include <string_view>

#include "budget/report.hpp"
#include "budget/verdict.hpp"

namespace onetrip {

/// Verdicts as tests of reports need them.
class VerdictStory {
 public:
  /// The finding of tests/sinks/example_finding.hpp with this cause; `at` says where.
  VerdictStory& loop(std::string_view cause, Severity level = Severity::error);
  /// A limit that "GET /orders" of test_list does not keep.
  VerdictStory& over(Problem::Kind kind, double value, double limit,
                     Severity level = Severity::error);

  // Of the last problem:
  VerdictStory& at(std::string_view label, std::string_view test, std::uint64_t count);
  /// "GET /books" in test_1, test_2, …, each with fewer statements.
  VerdictStory& places(std::size_t number);
  VerdictStory& written(std::string_view text, std::string_view file, unsigned line);
  VerdictStory& baseline(double value);

  VerdictStory& accepted(Accepted::By by, std::string_view rule, std::string_view reason = "");
  VerdictStory& warning(std::string_view text);
  /// "GET /silent/1" … and "GET /covered/1" …, of 120 requests and 48 tests.
  VerdictStory& labels(std::size_t covered, std::size_t silent);

  Problem& last() { return verdict_.problems.back(); }
  const Verdict& verdict() const { return verdict_; }

 private:
  Verdict verdict_;
};

/// Nothing to mend.
Verdict kept_verdict();
/// Errors, warnings and an info, of every kind; one cause has 782 places.
Verdict broken_verdict();
/// Every text that comes from outside is hostile_text(), one statement a megabyte of it.
Verdict hostile_verdict();

/// Quotes, markup of each format, line ends, escapes of terminals, NUL, invalid UTF-8.
std::string hostile_text();

/// With a baseline, a version and a page for n-plus-one.
ReportContext report_context();

}  // namespace onetrip
