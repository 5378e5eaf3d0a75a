#include "budget/quantity.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>

namespace onetrip {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor = 1;
};

constexpr std::array<Unit, 6> times{{{"h", 3'600'000'000'000},
                                     {"m", 60'000'000'000},
                                     {"s", 1'000'000'000},
                                     {"ms", 1'000'000},
                                     {"us", 1'000},
                                     {"ns", 1}}};

constexpr std::array<Unit, 7> sizes{{{"GiB", std::int64_t{1} << 30},
                                     {"MiB", std::int64_t{1} << 20},
                                     {"KiB", std::int64_t{1} << 10},
                                     {"GB", 1'000'000'000},
                                     {"MB", 1'000'000},
                                     {"kB", 1'000},
                                     {"B", 1}}};

/// number [ "." digits ] [ " " ] unit
std::optional<std::int64_t> parse(std::string_view text, std::span<const Unit> units) {
  const std::size_t split = text.find_first_not_of("0123456789.");
  const std::string_view digits = text.substr(0, split);
  std::string_view name = split == std::string_view::npos ? "" : text.substr(split);
  if (name.starts_with(' ')) name.remove_prefix(1);
  const auto unit =
      std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == name; });
  if (unit == units.end()) return std::nullopt;
  double number = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || end.ec != std::errc() || end.ptr != digits.data() + digits.size()) {
    return std::nullopt;
  }
  const double value = std::round(number * static_cast<double>(unit->factor));
  constexpr double most = 9.0e18;
  if (!(value <= most)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::string format(std::int64_t value, std::span<const Unit> units) {
  for (const Unit& unit : units) {
    if (value % unit.factor == 0 && (value != 0 || unit.factor == 1)) {
      return std::to_string(value / unit.factor) + std::string(unit.name);
    }
  }
  return std::to_string(value);
}

}  // namespace

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  const auto value = parse(text, times);
  if (!value) return std::nullopt;
  return std::chrono::nanoseconds(*value);
}

std::string format_duration(std::chrono::nanoseconds duration) {
  return duration.count() == 0 ? "0s" : format(duration.count(), times);
}

std::optional<std::int64_t> parse_size(std::string_view text) {
  const bool digits_only =
      !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  return parse(digits_only ? std::string(text) + "B" : std::string(text), sizes);
}

std::string format_size(std::int64_t bytes) {
  return format(bytes, std::span(sizes).first(3)) == std::to_string(bytes)
             ? std::to_string(bytes) + "B"
             : format(bytes, std::span(sizes).first(3));
}

}  // namespace onetrip
