#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "budget/baseline.hpp"

namespace onetrip {

/// What a run showed, whatever was said to it: by this two runs are compared.
struct Shown {
  Baseline baseline;    ///< of that run alone
  bool counted = true;  ///< its figures are known; of a running onetrip the findings alone are
};

/// Of a recording or a report in JSON, which the content tells. What is neither, one of a newer
/// version, and one that is cut are each told.
std::variant<Shown, BudgetError> parse_shown(std::string_view json, const std::string& file);

}  // namespace onetrip
