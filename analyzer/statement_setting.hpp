#pragma once

#include <cstdint>
#include <string>

#include "analyzer/skeleton.hpp"

namespace onetrip {

/// What SET, RESET or set_config says.
struct Setting {
  std::string name;  ///< in lower case; empty when it cannot be told
  std::string value;
  bool has_value = false;       ///< false: back to the default, or only known at run time
  std::uint32_t parameter = 0;  ///< the value is `$n`
};

/// Of a piece that has a setting_token.
Setting read_setting(const Skeleton& skeleton, const SkeletonPiece& piece);

/// Its value is kept in clear: it is meant for us, `onetrip.…`.
bool is_own_setting(const std::string& name);

}  // namespace onetrip
