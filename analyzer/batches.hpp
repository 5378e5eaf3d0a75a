#pragma once

#include <cstdint>
#include <vector>

#include "analyzer/candidate.hpp"

namespace onetrip {

// Lists of values (IN, ANY) that a loop sends one after another: chunks of one result are as it
// should be, a batch loader that is called for each row is a loop like any other.

/// Whether three rounds or more have lists of values for this predicate.
bool may_be_batches(const Window& window, const Loop& loop, std::uint16_t predicate);

/// What the rounds ask for: of each list its first values.
std::vector<Seeker> list_seekers(const Window& window, const Loop& loop, std::uint16_t predicate);

/// `candidate` explains all of them, a child once for each value. They were made row by row when
/// each list is of another round of a loop that was itself fed, or has several keys of one row, or
/// when lists of one result overlap and are about as many as its rows.
bool are_row_by_row(const Window& window, const Candidate& candidate);

/// Each child once, with the first row that fed it.
void leave_one_row_each(Candidate& candidate);

}  // namespace onetrip
