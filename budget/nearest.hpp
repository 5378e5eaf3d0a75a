#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace onetrip {

/// The name that a mistyped one most likely meant; empty when none is close.
std::string nearest(std::string_view typed, const std::vector<std::string>& names);

/// " Did you mean `x`?", or nothing.
std::string did_you_mean(std::string_view typed, const std::vector<std::string>& names);

}  // namespace onetrip
