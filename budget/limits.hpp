#pragma once

#include <vector>

#include "budget/verdict.hpp"

namespace onetrip {

/// The limits that a record does not keep, in no order that is promised. `baseline` null: there is
/// none, and limits that rest on one are not judged.
std::vector<Problem> judge_limits(const Record& record, const Budget& budget,
                                  const Baseline* baseline);

/// The first limit that rests on a baseline, null when none does.
const Limit* limit_of_baseline(const Budget& budget);

}  // namespace onetrip
