#pragma once

#include <string>
#include <vector>

#include "budget/shown.hpp"

namespace onetrip {

/// What one label's requests cost more or less than before.
struct LabelComparison {
  enum class Kind : std::uint8_t { worse, mixed, better, added, gone };
  std::string label;
  Kind kind = Kind::mixed;
  std::vector<std::string> lines;  ///< "statements 51 → 2", "- n-plus-one: SELECT author, …: 50"
};

/// Labels that differ, the worse first; then by name. Pure.
std::vector<LabelComparison> compare(const Shown& base, const Shown& head);

/// For people, ending with a line feed: those labels, and how many there are of each kind.
std::string comparison_text(const std::vector<LabelComparison>& labels);

/// What could not be compared, and why, ending with a line feed; empty: all was.
std::string left_out_text(const Shown& base, const Shown& head);

}  // namespace onetrip
