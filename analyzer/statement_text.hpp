#pragma once

#include <cstdint>
#include <string>

#include "analyzer/skeleton.hpp"

namespace onetrip {

/// Longest normalized text that is kept, in bytes.
inline constexpr std::size_t longest_normalized = 8192;

/// A statement for people: as written, without comments, white space of any kind one blank,
/// literals `?`, `$n` as they are, lists of two or more `(...)`, dropped names and whatever follows
/// an unterminated quote `?`. Never a literal's text.
std::string normalized_text(const Skeleton& skeleton, const SkeletonPiece& piece);

/// The same statement for libpg_query: every value replaced by one of its kind that tells its slot
/// (slot_of_number), lists and rows shortened to two elements. So the length and the tree depend on
/// the shape alone, and no value enters libpg_query's memory.
std::string parsable_text(const Skeleton& skeleton, const SkeletonPiece& piece);

/// parsable_text writes slot 0 as `1`, `'1'`, `1.0` or `$1`, slot 1 as `2` …
constexpr std::int64_t number_of_slot(std::uint32_t slot) {
  return std::int64_t{slot} + 1;
}
constexpr std::int64_t slot_of_number(std::int64_t number) {
  return number - 1;
}

}  // namespace onetrip
