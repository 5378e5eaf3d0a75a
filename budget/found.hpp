#pragma once

#include <vector>

#include "budget/allows.hpp"
#include "budget/verdict.hpp"

namespace onetrip {

/// What became of a record's findings.
struct FoundProblems {
  std::vector<Problem> problems;   ///< one for each cause, in no order that is promised
  std::vector<Accepted> accepted;  ///< by [[allow]] or baseline, likewise
  std::uint64_t findings = 0;      ///< that are not off
};

/// Judges findings by levels, [[allow]]s and the baseline (null: there is none), and puts together
/// those of one cause.
FoundProblems judge_findings(const Record& record, const Budget& budget, const Baseline* baseline,
                             Allows& allows);

}  // namespace onetrip
