#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "analyzer/finding.hpp"

namespace onetrip {

/// A limit as it is written: `12`, `"1MiB"`, `"80ms"`, `"baseline"`, `"baseline+2"`,
/// `"baseline+10%"`.
struct Limit {
  bool of_baseline = false;
  bool percent = false;      ///< `number` is a percentage, rounded up, at least one
  std::uint64_t number = 0;  ///< absolute (of time in microseconds), or added to the baseline's
  std::string text;          ///< as written
  unsigned line = 0;         ///< in the file

  /// What it comes to; none where it rests on a baseline that has no such entry.
  std::optional<std::uint64_t> value(std::optional<std::uint64_t> baseline) const;
};

/// Globs; empty: anything.
struct BudgetMatch {
  std::string label, name, application, database;
};

/// `max_…` and levels for what it matches. The first that matches is taken; what it does not say is
/// as in [defaults].
struct BudgetLimits {
  std::optional<Limit> max_statements, max_repeats, max_rows, max_bytes, max_db_time;
  std::optional<Severity> level;  ///< of a broken limit; unless said error, and of db time warning
  std::map<std::string, RuleLevels> rules;
};

struct MatchedBudget {
  BudgetMatch match;
  BudgetLimits limits;
  unsigned line = 0;
};

/// What is accepted, and why.
struct BudgetAllow {
  std::string cause, finding, fingerprint, rule;  ///< one of them
  BudgetMatch match;
  std::string reason;
  std::optional<std::chrono::year_month_day> expires;  ///< good on that day, not after it
  unsigned line = 0;
};

/// `onetrip-budget.toml`, understood.
struct Budget {
  std::string file;  ///< where it was read; empty: the default of a project without one
  std::string edition = "2027";
  BudgetLimits defaults;
  std::vector<MatchedBudget> budgets;
  std::vector<BudgetAllow> allows;
  std::vector<std::string> rules;  ///< the names of all that there are; empty: not known
};

/// A fault of a file: where, and a sentence that says what to do.
struct BudgetError {
  std::string file;
  unsigned line = 0, column = 0;  ///< from 1; 0: of the whole file, of the whole line
  std::string message;
  std::string text() const;  ///< "onetrip-budget.toml:3:7: …"
};

/// Reads a budget; pure. `rules`: the names of all that there are. Every fault is told, not only
/// the first, in the order of the file; without any, the budget may be used.
std::variant<Budget, std::vector<BudgetError>> parse_budget(
    std::string_view toml, const std::string& file, const std::vector<std::string_view>& rules);

/// `*` any characters, `?` one; empty: anything. Brackets are themselves: names of tests have them.
bool glob_matches(std::string_view glob, std::string_view text);

}  // namespace onetrip
