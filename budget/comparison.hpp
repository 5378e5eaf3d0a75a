#pragma once

#include <string>
#include <vector>

#include "budget/baseline.hpp"

namespace onetrip {

/// What one label's requests cost more or less than before.
struct LabelComparison {
  enum class Kind : std::uint8_t { worse, mixed, better, added, gone };
  std::string label;
  Kind kind = Kind::mixed;
  std::vector<std::string> lines;  ///< "statements 51 → 2", "- n-plus-one: SELECT author, …: 50"
};

/// Labels that differ, the worse first; then by name. Pure.
std::vector<LabelComparison> compare(const Baseline& base, const Baseline& head);

/// For people, ending with a line feed: those labels, and how many there are of each kind.
std::string comparison_text(const std::vector<LabelComparison>& labels);

}  // namespace onetrip
