#pragma once

#include <cstdint>
#include <optional>

#include "analyzer/trip.hpp"

namespace onetrip {

/// A hash over all values that a trip asked with; none when one of them is not known. Two trips of
/// one statement with the same ask the same.
std::optional<std::uint64_t> values_of(const Trip& trip);

}  // namespace onetrip
