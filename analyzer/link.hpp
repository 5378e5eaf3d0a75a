#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/catalog.hpp"
#include "analyzer/finding.hpp"
#include "analyzer/origin.hpp"
#include "analyzer/window.hpp"

namespace onetrip {

/// Trips of one shape in a window, two or more: what may be a loop. Indices into Window::trips.
struct Loop {
  StatementPtr statement;
  std::vector<std::uint32_t> trips;   ///< ascending
  std::vector<Predicate> assigned{};  ///< of an INSERT: `column = slot` for what it puts where

  /// Where values of a result may have gone.
  const std::vector<Predicate>& fed() const {
    return assigned.empty() ? statement->predicates : assigned;
  }
};

/// A result that may have fed others: of one statement, of all FETCHes of one cursor, or of all
/// rounds of a loop that is itself fed (a *virtual* parent: nested loops).
struct Parent {
  StatementPtr statement;
  std::vector<std::uint32_t> trips;
  std::uint64_t rows = 0;
  std::optional<std::size_t> loop;  ///< virtual: index into the window's loops
};

/// A column of the parent that fed the child, with what ties the two.
struct FeedingColumn {
  std::size_t key_column = 0;  ///< index into Trip::key_columns of the parent's trips
  Origin origin;
  Relation relation;
};

/// Proof that rows of one statement fed the children of a loop.
struct LoopLink {
  std::size_t loop = 0;
  Parent parent;
  std::vector<FeedingColumn> columns;       ///< all that it takes
  std::vector<FeedingColumn> alternatives;  ///< explain it equally well
  std::vector<FeedingColumn> composite;     ///< the key's other columns, from the same rows
  Origin child;                             ///< the column of the predicate
  std::uint16_t predicate = 0;              ///< index into Loop::fed()
  std::vector<std::uint32_t> children;      ///< trips that were fed, ascending
  /// Trips after them, where the loop ran to the last row that was kept of a longer result: no
  /// more than there were rows beyond. Their values are not known to be the parent's.
  std::vector<std::uint32_t> beyond;
  std::uint64_t distinct = 0;  ///< distinct values
  std::uint64_t fed_rows = 0;  ///< distinct rows of the parent that fed a child
  std::uint64_t misses = 0;    ///< children amid the others with a value from elsewhere
  bool in_row_order = false;
  bool high_entropy = false;
  bool scattered = false;    ///< few of the parent's rows, and not next to one another
  bool partial = false;      ///< some of the parent's values, which may be these by chance
  bool pipelined = false;    ///< children did not wait for one another
  bool polymorphic = false;  ///< `composite` says by row which table is meant; no key does
  bool assumed = false;      ///< the parent's rows were not seen: a foreign key alone ties the two
  Direction direction = Direction::forward;
  Confidence confidence = Confidence::likely;
  std::string capped;                ///< why it is no more than likely, where more was proven
  std::vector<std::size_t> chain;    ///< loops between the outermost parent and this one
  std::optional<std::size_t> outer;  ///< index of the link that fed the virtual parent

  std::size_t rounds() const { return children.size() + beyond.size(); }
};

/// Every link of a window: of loops that read, and of those that write a row at a time. Pure; cost
/// is linear in the window's trips and cells, nothing when no shape repeats.
struct Links {
  std::vector<Loop> loops;
  std::vector<LoopLink> links;
};
Links find_links(const Window& window, const Catalog* catalog);

/// Whether find_links or Repetition would look at a catalog: a shape repeats after a result of
/// several rows, or three times.
bool needs_catalog(const Window& window);

}  // namespace onetrip
