#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "analyzer/arena.hpp"
#include "analyzer/window.hpp"

namespace onetrip {

/// A cell of a result in a window.
struct Occurrence {
  std::uint32_t trip = 0, row = 0;
  std::uint16_t column = 0;  ///< index into the trip's key columns
};

/// Where the values that children use stand in the results of a window. Made for one judgement:
/// first every wanted value, then one pass over the cells.
class ValueIndex {
 public:
  static constexpr std::size_t max_spots_of_value = 4096;

  ValueIndex() = default;
  ValueIndex(const ValueIndex&) = delete;
  ValueIndex& operator=(const ValueIndex&) = delete;

  void want(ValueHash value) { spots_.try_emplace(value); }
  bool empty() const { return spots_.empty(); }
  void scan(const Window& window);
  /// In the order of trips, rows, columns.
  std::span<const Occurrence> find(ValueHash value) const;

 private:
  Arena<(16U << 10)> arena_;
  std::pmr::unordered_map<ValueHash, std::pmr::vector<Occurrence>> spots_{arena_.memory()};
};

/// The value that a trip's slot carries, if it carries just one: a scalar, or a list of one element
/// (which is `=`).
ValueHash single_value(const Trip& trip, std::uint16_t slot);

}  // namespace onetrip
