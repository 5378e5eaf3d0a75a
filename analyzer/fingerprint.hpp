#pragma once

#include <cstdint>
#include <string>

namespace onetrip {

/// `v1:` and 16 hex digits. The v1 names the canonical bytes that Skeleton writes and their hash.
std::string fingerprint_text(std::uint64_t hash);

}  // namespace onetrip
