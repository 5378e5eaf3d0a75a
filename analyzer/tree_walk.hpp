#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/link.hpp"

namespace onetrip {

/// A loop whose values come from its own earlier results, level by level: the parent of each row,
/// or the children of each.
struct Walk {
  static constexpr std::uint32_t fewest_levels = 3;

  std::size_t loop = 0;
  std::uint16_t predicate = 0;       ///< index into Loop::fed()
  FeedingColumn column;              ///< of its own results
  Origin child;                      ///< the column of the predicate
  std::vector<std::uint32_t> trips;  ///< ascending
  std::uint32_t levels = 0;
  std::uint64_t distinct = 0;  ///< values
  bool high_entropy = false;
};

/// `linked`: by trip, those that another statement fed. They may begin a walk, and take no part in
/// it. Only a foreign key, values that nobody guesses, or the name of the column (parent_id) make
/// one: in a table with ids from 1 to N any number is the id of some row.
std::optional<Walk> find_walk(const Window& window, const Links& links, std::size_t loop,
                              const std::vector<bool>& linked, const Catalog* catalog);

}  // namespace onetrip
