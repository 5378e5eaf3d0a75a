#include "budget/match.hpp"

#include <algorithm>

namespace onetrip {

bool matches(const BudgetMatch& match, const RecordEntry& entry) {
  return glob_matches(match.label, entry.label) && glob_matches(match.name, entry.test) &&
         glob_matches(match.application, entry.application) &&
         glob_matches(match.database, entry.database);
}

const MatchedBudget* budget_of(const Budget& budget, const RecordEntry& entry) {
  const auto found =
      std::find_if(budget.budgets.begin(), budget.budgets.end(), [&](const MatchedBudget& matched) {
        return (!entry.sum || !matched.match.name.empty()) && matches(matched.match, entry);
      });
  return found == budget.budgets.end() ? nullptr : &*found;
}

}  // namespace onetrip
