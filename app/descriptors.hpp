#pragma once

#include <cstdint>
#include <string>

#include "app/config.hpp"

namespace onetrip {

/// File descriptors that the configured clients take, one for each side, and all the rest; 0 when
/// limits.clients is: as many as there are.
std::uint64_t descriptors_for(const Config& config);

/// How many clients of each pair so many are enough for.
std::uint64_t clients_for(std::uint64_t descriptors, const Config& config);

/// Raises the soft limit, which is 1,024 usually, to what the configured clients take, or to the
/// hard limit when that is less. Where that is too little a sentence says so, else it is
/// empty. What we start inherits the limit, but for a COMMAND (child.hpp).
std::string allow_descriptors(const Config& config);

}  // namespace onetrip
