#include "budget/nearest.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace onetrip {
namespace {

bool same(char a, char b) {
  const auto fold = [](char c) {
    return c == '_' ? '-' : std::tolower(static_cast<unsigned char>(c));
  };
  return fold(a) == fold(b);
}

/// Edits between two words; two neighbours swapped count as one (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = last[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, change});
      const bool swapped = i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::string nearest(std::string_view typed, const std::vector<std::string>& names) {
  constexpr std::size_t longest_typed = 100;
  if (typed.empty() || typed.size() > longest_typed) return "";
  std::string best;
  std::size_t fewest = std::max<std::size_t>(1, typed.size() / 3) + 1;
  for (const std::string& name : names) {
    const std::size_t edits = distance(typed, name);
    if (edits < fewest) {
      fewest = edits;
      best = name;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view typed, const std::vector<std::string>& names) {
  const std::string name = nearest(typed, names);
  return name.empty() ? "" : " Did you mean `" + name + "`?";
}

}  // namespace onetrip
