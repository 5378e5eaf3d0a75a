#pragma once

#include <string_view>

namespace onetrip {

/// Of the project, as CMake knows it.
inline constexpr std::string_view version = ONETRIP_VERSION;

}  // namespace onetrip
