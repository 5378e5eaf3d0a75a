#pragma once

#include <cstdint>
#include <vector>

#include "analyzer/link.hpp"

namespace onetrip {

/// The shapes that a window repeats, in the order in which they begin. FETCHes of one cursor are
/// one round.
std::vector<Loop> find_loops(const Window& window);

/// Whether rounds of such a statement may be fed and feed.
bool reads(const Statement& statement);
/// Whether each round writes a row that its values name: INSERT of one row, UPDATE and DELETE with
/// a condition.
bool writes_rows(const Statement& statement);
/// The table that INSERT, UPDATE, DELETE or MERGE writes; null when there is none.
const TableUse* written_table(const Statement& statement);
/// Whether the rows of a result may have fed others by themselves: several, or a piece of more.
bool may_feed(const Trip& trip);
/// Whether the condition holds for one value, or for each of a list.
bool equates(const Predicate& predicate);

/// How many of a loop's fed() are looked at: as many as a 16-bit index can name.
std::uint16_t predicates_of(const Loop& loop);

/// How many values the rounds of a loop have in a slot.
enum class Variety : std::uint8_t { none, one, several };
Variety variety(const Window& window, const Loop& loop, std::uint16_t slot);

}  // namespace onetrip
