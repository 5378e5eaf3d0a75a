#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "analyzer/link.hpp"
#include "analyzer/value_index.hpp"

namespace onetrip {

/// Parents of one window: which result, or which run of results, a trip's rows belong to.
class Parents {
 public:
  Parents(const Window& window, const std::vector<Loop>& loops);

  /// From now on all rounds of this loop are one (virtual) parent.
  void join(std::size_t loop, const Loop& rounds);
  /// Index into all(), or none when the trip's rows cannot be a parent (fewer than two).
  std::optional<std::size_t> of(std::uint32_t trip) const;
  const Parent& at(std::size_t parent) const { return all_[parent]; }

 private:
  std::size_t add(Parent parent);

  const Window& window_;
  std::vector<Parent> all_;
  std::vector<std::size_t> of_trip_;  ///< index + 1; 0 none
};

/// A child that looks for its row: a trip and the value it asked for.
struct Seeker {
  std::uint32_t trip = 0;
  ValueHash value = no_value;
  std::vector<ValueHash> others;  ///< values of the shape's other varying predicates
};

/// One parent with the columns that could have fed some of the children, and how well that fits.
struct Candidate {
  std::size_t parent = 0;
  std::vector<FeedingColumn> columns, alternatives;
  std::vector<std::uint32_t> children;                        ///< trips
  std::vector<std::pair<std::uint32_t, std::uint32_t>> rows;  ///< trip and row that fed each child
  std::uint64_t distinct = 0, fed_rows = 0;
  bool in_row_order = true, consecutive = true, high_entropy = false;
  double coverage = 0;  ///< distinct values used / distinct values that the columns have

  Tie tie() const { return columns.empty() ? Tie::none : columns.front().relation.tie; }
};

/// Every parent that has an admissible reason (foreign key, same column, entropy, names with
/// coverage) to have fed at least two of the seekers from two of its rows.
class CandidateFinder {
 public:
  CandidateFinder(const Window& window, const Catalog* catalog, const ValueIndex& index,
                  const Parents& parents)
      : window_(window), catalog_(catalog), index_(index), parents_(parents) {}

  std::vector<Candidate> find(const std::vector<Seeker>& seekers, const Statement& child,
                              const Predicate& predicate) const;

 private:
  /// Per child (index into seekers): the cells of one parent's column that hold its value.
  using Sightings = std::map<std::size_t, std::vector<Occurrence>>;
  using ByColumn = std::map<std::uint16_t, Sightings>;

  std::map<std::size_t, ByColumn> sight(const std::vector<Seeker>& seekers,
                                        std::uint64_t child_shape) const;
  std::optional<Candidate> judge(std::size_t parent, const ByColumn& columns,
                                 const std::vector<Seeker>& seekers, const Origin& child) const;
  void choose_columns(Candidate& candidate, const ByColumn& columns, const Origin& child,
                      const std::vector<Seeker>& seekers) const;
  void assign_rows(Candidate& candidate, const ByColumn& columns,
                   const std::vector<Seeker>& seekers) const;
  void measure_coverage(Candidate& candidate) const;

  const Window& window_;
  const Catalog* catalog_;
  const ValueIndex& index_;
  const Parents& parents_;
};

}  // namespace onetrip
