#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "budget/baseline.hpp"
#include "budget/budget.hpp"
#include "budget/record.hpp"

namespace onetrip {

/// Where something was seen.
struct ProblemPlace {
  std::string test, label;  ///< as in RecordEntry
  std::uint64_t count = 0;  ///< statements of the finding, or the figure that is over its limit
};

/// One thing to mend, with all places that show it: a cause, or a limit that one kind of request
/// does not keep.
struct Problem {
  enum class Kind : std::uint8_t { finding, statements, repeats, rows, bytes, db_time };
  /// By the baseline: none was given, or it knows nothing of it; knows the cause, not here; knows
  /// it with a lower count.
  enum class News : std::uint8_t { fresh, new_label, worsened };

  Kind kind = Kind::finding;
  Severity level = Severity::error;
  News news = News::fresh;
  std::optional<Finding> finding;    ///< the worst; of Kind::finding
  std::vector<ProblemPlace> places;  ///< worst first, at least one
  // Of a limit, and of a count that the baseline knows lower:
  double value = 0, limit = 0;     ///< statements, rows, bytes, milliseconds
  std::optional<double> baseline;  ///< what it rests on
  std::string limit_text;          ///< as written: "baseline+10%"
  std::string limit_file;          ///< where it is written; empty: the default
  unsigned limit_line = 0;
  std::optional<Repeat> repeat;  ///< the read that made it so, of Kind::repeats and statements
};

/// What was seen and is accepted.
struct Accepted {
  enum class By : std::uint8_t { budget, comment, baseline };
  By by = By::budget;
  std::string rule, cause, reason;
  std::uint64_t places = 0;
};

struct Verdict {
  std::vector<Problem> problems;  ///< worst first: level, then what it wastes, then by name
  std::vector<Accepted> accepted;
  std::vector<std::string> warnings;  ///< expired, unused or stale entries, what was not checked
  std::vector<Coverage::Row> coverage;
  std::uint64_t tests = 0, requests = 0, statements = 0, set_up_windows = 0;
  std::uint64_t findings = 0;  ///< before they were put together by cause

  bool broken() const;  ///< any problem of level error
};

/// Pure; the same record, budget and baseline give the same verdict. `today` decides what has
/// expired. `baseline` null: there is none.
Verdict judge(const Record& record, const Budget& budget, const Baseline* baseline,
              std::chrono::year_month_day today);

}  // namespace onetrip
