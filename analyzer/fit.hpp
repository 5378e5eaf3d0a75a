#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/candidate.hpp"

namespace onetrip {

/// A parent that may have fed a loop through one of its predicates.
struct Fit {
  std::uint16_t predicate = 0;  ///< index into Loop::fed()
  Candidate candidate;
};

/// The best of them, the newest of those that are equal; the columns of the others that explain the
/// same children equally well are then told as its alternatives. None of none.
std::optional<Fit> best_of(std::vector<Fit> fits);

}  // namespace onetrip
