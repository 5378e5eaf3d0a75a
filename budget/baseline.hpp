#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "budget/budget.hpp"
#include "budget/record.hpp"

namespace onetrip {

/// What a project had when it began to look: known causes, and statements by label. Keyed so that
/// line numbers, times, databases and the order of tests do not matter; sorted, one key on a line,
/// so that two branches merge. Only `baseline update` writes it.
struct Baseline {
  struct Cause {
    std::string rule, title;                      ///< for people who read the file; no figures
    std::map<std::string, std::uint64_t> labels;  ///< the most that one request of it repeated
    bool operator==(const Cause&) const = default;
  };
  struct Label {
    std::uint64_t statements = 0, repeats = 0, rows = 0, bytes = 0;  ///< of one window, at most
    bool operator==(const Label&) const = default;
  };
  std::map<std::string, Cause> causes;
  std::map<std::string, Label> labels;
  /// Of what tests took in all, by the test's label: apart, as the two may share a label.
  std::map<std::string, Label> sums;
  bool operator==(const Baseline&) const = default;
};

/// The label under which a baseline knows an entry: its own, made valid UTF-8.
std::string baseline_label(const RecordEntry& entry);
/// What a baseline knows of the figures of an entry's kind; null: nothing.
const Baseline::Label* known_of(const Baseline& baseline, const RecordEntry& entry);

/// The baseline of a record alone.
Baseline baseline_of(const Record& record);

/// `baseline update`: what the record shows takes the place of what was known of its labels and
/// causes, so counts go down and up; of a record of a whole suite, what it does not show goes.
Baseline updated(const Baseline& old, const Record& record);

/// `baseline prune`: without what the record, of a whole suite, no longer shows. Counts stay. A
/// record of a part of a suite tells nothing of the rest, and nothing goes.
Baseline pruned(const Baseline& old, const Record& record);

/// One line for each difference, "+ cause …", "- …", "~ … 50 → 12", sorted: `baseline diff`.
std::vector<std::string> differences(const Baseline& old, const Baseline& now);

std::string baseline_text(const Baseline& baseline);  ///< JSON, ending with a line feed
std::variant<Baseline, BudgetError> parse_baseline(std::string_view json, const std::string& file);

}  // namespace onetrip
