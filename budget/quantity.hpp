#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace onetrip {

/// "100ms", "2s", "1.5h"; units ns us ms s m h. None when it is not one, or too large.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);
/// The shortest whole number that says the same: "100ms", "90s".
std::string format_duration(std::chrono::nanoseconds duration);

/// Bytes: "16MiB", "64KiB", "1GB", "512B", or digits alone. None when it is not one, or too large.
std::optional<std::int64_t> parse_size(std::string_view text);
std::string format_size(std::int64_t bytes);

}  // namespace onetrip
