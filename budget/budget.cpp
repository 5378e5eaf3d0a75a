#include "budget/budget.hpp"

#include <algorithm>
#include <limits>

namespace onetrip {
namespace {

std::uint64_t sum(std::uint64_t a, std::uint64_t b) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  return a > most - b ? most : a + b;
}

/// Rounded up, at least one.
std::uint64_t percentage(std::uint64_t of, std::uint64_t percent) {
  const std::uint64_t whole = of / 100, rest = of % 100;
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  if (percent > most / 100 || (percent != 0 && whole > most / percent)) return most;
  return std::max<std::uint64_t>(1, sum(whole * percent, (rest * percent + 99) / 100));
}

/// The bytes of the character that starts at `at`.
std::size_t character(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
  return end - at;
}

}  // namespace

std::optional<std::uint64_t> Limit::value(std::optional<std::uint64_t> baseline) const {
  if (!of_baseline) return number;
  if (!baseline) return std::nullopt;
  return sum(*baseline, percent ? percentage(*baseline, number) : number);
}

std::string BudgetError::text() const {
  std::string out = file;
  if (line != 0) out += ":" + std::to_string(line);
  if (line != 0 && column != 0) out += ":" + std::to_string(column);
  return out + ": " + message;
}

bool glob_matches(std::string_view glob, std::string_view text) {
  if (glob.empty()) return true;
  constexpr auto none = std::string_view::npos;
  std::size_t at = 0, in = 0;                // the next of text, of glob
  std::size_t star = none, star_begins = 0;  // the last star, and where what follows it is tried
  while (at < text.size()) {
    if (in < glob.size() && glob[in] == '*') {
      star = ++in;
      star_begins = at;
    } else if (in < glob.size() && glob[in] == '?') {
      at += character(text, at);
      ++in;
    } else if (in < glob.size() && glob[in] == text[at]) {
      ++at;
      ++in;
    } else if (star != none) {
      in = star;
      at = ++star_begins;
    } else {
      return false;
    }
  }
  return glob.find_first_not_of('*', in) == none;
}

}  // namespace onetrip
