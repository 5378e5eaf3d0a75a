#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "budget/verdict.hpp"

namespace onetrip {

// What a verdict says beside its problems, for every format: safe on a terminal, one line each.

struct LevelCounts {
  std::size_t errors = 0, warnings = 0, infos = 0;
};
LevelCounts level_counts(const Verdict& verdict);

/// "onetrip: 2 errors, 1 warning in 120 requests of 48 tests; budget broken"
std::string verdict_line(const Verdict& verdict);
/// "3 by the budget, 400 by the baseline"; empty: nothing is accepted.
std::string accepted_line(const Verdict& verdict);
/// What the budget or comments accept, with the reason, one line each. What the baseline does is
/// only counted.
std::vector<std::string> accepted_reasons(const Verdict& verdict);
/// "37 of 120 labels never returned a parent of two rows; their silence proves nothing"; empty: no
/// request was seen.
std::string coverage_line(const Verdict& verdict);
/// Those whose silence proves nothing.
std::vector<std::string> uncovered_labels(const Verdict& verdict);
/// "14 windows of set-up were left out"; empty: none.
std::string set_up_line(const Verdict& verdict);
/// The warnings, one line each.
std::vector<std::string> warning_lines(const Verdict& verdict);

}  // namespace onetrip
