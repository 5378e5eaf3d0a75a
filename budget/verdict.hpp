#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "budget/baseline.hpp"
#include "budget/budget.hpp"
#include "budget/record.hpp"
#include "budget/shown.hpp"

namespace onetrip {

/// Where something was seen.
struct ProblemPlace {
  std::string test, label;  ///< as in RecordEntry
  /// Statements of the finding, or the figure that is over its limit (of time in milliseconds).
  std::uint64_t count = 0;
};

/// One thing to mend, with all places that show it: a cause; a limit that one kind of request does
/// not keep; or one that the requests of tests, added up, do not keep, though each request does.
struct Problem {
  enum class Kind : std::uint8_t { finding, statements, repeats, rows, bytes, db_time };
  /// By the baseline: none was given, or it knows nothing of it; knows the cause, not here; knows
  /// it with a lower count.
  enum class News : std::uint8_t { fresh, new_label, worsened };

  Kind kind = Kind::finding;
  Severity level = Severity::error;
  News news = News::fresh;
  std::optional<Finding> finding;    ///< the worst, at this level; of Kind::finding
  std::vector<ProblemPlace> places;  ///< worst first, at least one; each test and label once
  bool sum = false;                  ///< a limit on the sums of tests
  // Of a limit, and of a count that the baseline knows lower, in the first place:
  double value = 0, limit = 0;     ///< statements, reads, rows, bytes, milliseconds
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
  std::string rule, cause, reason;  ///< no cause of a comment, no reason of a baseline
  std::uint64_t places = 0;         ///< tests and labels; of a comment labels
};

struct Verdict {
  /// Worst first: level; findings before limits; statements in all places; then by name. Times
  /// take no part, so that the order is the same in each run.
  std::vector<Problem> problems;
  std::vector<Accepted> accepted;     ///< by whom, then by rule, cause and reason
  std::vector<std::string> warnings;  ///< entries that hold for nothing; what was not checked
  std::vector<Coverage::Row> coverage;
  Shown shown;  ///< what was judged, accepted or not
  std::uint64_t tests = 0, requests = 0, set_up_windows = 0;
  std::uint64_t findings = 0;  ///< before they were put together by cause; those that are off not

  bool broken() const;  ///< any problem of level error
};

/// Pure; the same record, budget and baseline give the same verdict. `today` decides what has
/// expired. `baseline` null: there is none.
Verdict judge(const Record& record, const Budget& budget, const Baseline* baseline,
              std::chrono::year_month_day today);

}  // namespace onetrip
