#pragma once

#include <cstddef>

#include "analyzer/skeleton.hpp"
#include "analyzer/statement.hpp"

namespace onetrip {

/// All that is known of one shape. Costs a call to libpg_query, so once per shape.
Statement describe(const Skeleton& skeleton, const SkeletonPiece& piece,
                   std::size_t longest_parsed);

/// The statement of a text that has none.
Statement describe_nothing();

/// Bytes that it holds, about.
std::size_t footprint(const Statement& statement);

}  // namespace onetrip
