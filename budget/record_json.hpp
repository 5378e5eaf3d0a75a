#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "budget/budget.hpp"
#include "budget/record.hpp"

namespace onetrip {

/// A record as a file: JSON, ending with a line feed.
std::string record_text(const Record& record);
/// Reads it back. A file of a newer version, one that is no record, and one that is cut are each
/// told.
std::variant<Record, BudgetError> parse_record(std::string_view json, const std::string& file);

}  // namespace onetrip
