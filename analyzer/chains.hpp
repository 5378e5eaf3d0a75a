#pragma once

#include <cstdint>
#include <vector>

#include "analyzer/window.hpp"

namespace onetrip {

/// A lookup of one row whose value was asked for by a later lookup of one row: A by its key, then B
/// by a value of A's row. Values alone: whether the columns have to do with one another is the
/// rule's to tell. Indices into Window::trips and their lists.
struct Chain {
  std::uint32_t first = 0, second = 0;  ///< trips
  std::uint16_t key_column = 0;         ///< of the first
  std::uint16_t predicate = 0;          ///< of the second
  ValueHash value = no_value;

  /// Equal for the same two statements and columns in any window.
  std::uint64_t key(const Window& window) const;
};

/// Those of statements that run once, in windows of at most 32 trips. Pure.
std::vector<Chain> find_chains(const Window& window);

}  // namespace onetrip
