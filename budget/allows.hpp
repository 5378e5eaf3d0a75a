#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "budget/budget.hpp"
#include "budget/record.hpp"

namespace onetrip {

/// The [[allow]]s that are good today, and which of them were needed. Outlived by its budget.
class Allows {
 public:
  Allows(const Budget& budget, std::chrono::year_month_day today);

  /// The first that accepts the finding, null when none does. All that do are noted as needed.
  const BudgetAllow* accepting(const Finding& finding, const RecordEntry& entry);

  /// Those that have expired, in the order of the file.
  std::vector<std::string> expired() const;
  /// Those that are good and accepted nothing.
  std::vector<std::string> unused() const;

 private:
  struct Seat {
    const BudgetAllow* allow = nullptr;
    bool expired = false;
    bool needed = false;
  };
  std::string place(const BudgetAllow& allow) const;

  std::string file_;
  std::vector<Seat> seats_;
};

}  // namespace onetrip
