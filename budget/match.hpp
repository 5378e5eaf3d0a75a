#pragma once

#include "budget/budget.hpp"
#include "budget/record.hpp"

namespace onetrip {

/// All globs match what they stand for; `name` the name of the test.
bool matches(const BudgetMatch& match, const RecordEntry& entry);

/// The [[budget]] that holds for an entry, the first that matches; null. The sum of a test's
/// requests has one only where it names tests.
const MatchedBudget* budget_of(const Budget& budget, const RecordEntry& entry);

}  // namespace onetrip
