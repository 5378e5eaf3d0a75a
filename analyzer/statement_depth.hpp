#pragma once

#include <cstddef>
#include <string_view>

namespace onetrip {

/// Deepest tree that libpg_query is asked for. It recurses over it, as PostgreSQL does, but without
/// PostgreSQL's check of the stack.
inline constexpr std::size_t deepest_tree = 1000;

/// An upper bound of how deep the parse tree of a statement can be, by its tokens alone.
///
///   depth(group)   = set operations and joins in it + max over its segments of depth(segment)
///   depth(segment) = operators and operator-like keywords in it + max over its groups of
///                    depth(group) + 1
/// A group is what stands between parentheses, brackets, or CASE and END; a segment what stands
/// between commas, AND or OR, since the parser makes flat lists of those.
std::size_t depth_bound(std::string_view sql);

}  // namespace onetrip
