#include "budget/limit_text.hpp"

#include <charconv>
#include <chrono>
#include <string_view>

#include "budget/quantity.hpp"

namespace onetrip {
namespace {

constexpr std::uint64_t most = 1'000'000'000'000'000;

std::optional<Limit> absolute(std::int64_t number) {
  if (number < 0 || static_cast<std::uint64_t>(number) > most) return std::nullopt;
  Limit limit;
  limit.number = static_cast<std::uint64_t>(number);
  return limit;
}

/// What follows "baseline": [ "+" digits [ "%" ] ]
std::optional<Limit> of_baseline(std::string_view text) {
  Limit limit;
  limit.of_baseline = true;
  if (text.empty()) return limit;
  if (!text.starts_with('+')) return std::nullopt;
  text.remove_prefix(1);
  if (text.ends_with('%')) {
    limit.percent = true;
    text.remove_suffix(1);
  }
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, limit.number);
  const bool whole = read.ec == std::errc() && read.ptr == end;
  return whole && limit.number <= most ? std::optional(limit) : std::nullopt;
}

std::optional<Limit> read(const std::string& text, Figure::Unit unit) {
  constexpr std::string_view baseline = "baseline";
  if (unit == Figure::Unit::time) {
    const auto duration = parse_duration(text);
    if (!duration) return std::nullopt;
    return absolute(std::chrono::ceil<std::chrono::microseconds>(*duration).count());
  }
  if (text.starts_with(baseline))
    return of_baseline(std::string_view(text).substr(baseline.size()));
  const auto size = unit == Figure::Unit::bytes ? parse_size(text) : std::nullopt;
  return size ? absolute(*size) : std::nullopt;
}

}  // namespace

std::optional<Limit> parse_limit(const std::string& text, Figure::Unit unit) {
  std::optional<Limit> limit = read(text, unit);
  if (limit) limit->text = text;
  return limit;
}

std::optional<Limit> parse_limit(std::int64_t number, Figure::Unit unit) {
  std::optional<Limit> limit = unit == Figure::Unit::time ? std::nullopt : absolute(number);
  if (limit) limit->text = std::to_string(number);
  return limit;
}

std::string limits_of(Figure::Unit unit) {
  const std::string baseline = ", \"baseline\", \"baseline+2\" or \"baseline+10%\"";
  switch (unit) {
    case Figure::Unit::count:
      return "a whole number" + baseline;
    case Figure::Unit::bytes:
      return "a size such as \"1MiB\"" + baseline;
    case Figure::Unit::time:
      break;
  }
  return "a duration such as \"80ms\"; a baseline keeps no times";
}

}  // namespace onetrip
