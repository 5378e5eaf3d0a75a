#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "budget/baseline.hpp"
#include "budget/budget.hpp"
#include "budget/record.hpp"
#include "budget/verdict.hpp"

namespace onetrip {

/// What a limit may be set on: how it is written, and where its figure stands.
struct Figure {
  enum class Unit : std::uint8_t { count, bytes, time };

  std::string_view name;  ///< "statements"
  std::string_view key;   ///< "max_statements"
  Unit unit = Unit::count;
  Problem::Kind kind = Problem::Kind::statements;
  std::optional<Limit> BudgetLimits::*limit = nullptr;
  std::uint64_t (*of)(const RecordEntry& entry) = nullptr;  ///< of time in microseconds
  std::uint64_t Baseline::Label::*known = nullptr;          ///< null: the baseline has none
};

std::span<const Figure> figures();

}  // namespace onetrip
