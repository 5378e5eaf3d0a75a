#pragma once

#include <cstdint>

#include "analyzer/catalog.hpp"
#include "analyzer/finding.hpp"
#include "analyzer/link.hpp"
#include "analyzer/tree_walk.hpp"

namespace onetrip {

// How to make one trip of what repeats without a parent that fed it: SQL first, then the ORM's
// words. `loop` and `predicate` index Links::loops and the loop's fed(). What is not surely right
// stays empty.

/// Lookups one value at a time → all values at once.
Advice advise_lookups(std::size_t loop, std::uint16_t predicate, const Links& links,
                      const Window& window, const Catalog* catalog);

/// Writes a row at a time → all rows at once. `predicate`: that names the row; ignored of INSERT.
Advice advise_writes(std::size_t loop, std::uint16_t predicate, const Links& links,
                     const Window& window, const Catalog* catalog);

/// A tree read level by level → a recursive query.
Advice advise_walk(const Walk& walk, const Links& links, const Window& window,
                   const Catalog* catalog);

/// The same question again → the answer is kept.
Advice advise_duplicates(std::size_t loop, const Links& links, const Window& window,
                         const Catalog* catalog);

}  // namespace onetrip
