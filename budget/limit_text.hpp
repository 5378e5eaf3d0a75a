#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "budget/budget.hpp"
#include "budget/figure.hpp"

namespace onetrip {

/// A limit of figures of that unit, from what was written; none when it is no such limit. Pure.
std::optional<Limit> parse_limit(const std::string& text, Figure::Unit unit);
std::optional<Limit> parse_limit(std::int64_t number, Figure::Unit unit);

/// "a whole number, …": what may be written.
std::string limits_of(Figure::Unit unit);

}  // namespace onetrip
