#pragma once

#include <cstdint>
#include <map>
#include <memory_resource>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/link.hpp"
#include "analyzer/value_index.hpp"

namespace onetrip {

/// Parents of one window: which result, or which run of results, a trip's rows belong to.
class Parents {
 public:
  Parents(const Window& window, const std::vector<Loop>& loops);

  /// From now on all rounds of this loop are one (virtual) parent. False when they were already.
  bool join(std::size_t loop, const Loop& rounds);
  /// Index for at(), or none when the trip's rows cannot be a parent (fewer than two).
  std::optional<std::size_t> of(std::uint32_t trip) const;
  const Parent& at(std::size_t parent) const { return all_[parent]; }

 private:
  std::size_t add(Parent parent);

  const Window& window_;
  std::vector<Parent> all_;
  std::vector<std::size_t> of_trip_;  ///< index + 1; 0: it may not feed by itself
  std::vector<bool> joined_;          ///< by loop
};

/// A child that looks for its row: a trip and the value it asked for.
struct Seeker {
  std::uint32_t trip = 0;
  ValueHash value = no_value;
  std::vector<ValueHash> others;  ///< values of the shape's other varying predicates
};

/// A row of a parent: trip and row, in the order in which the application saw them.
using Row = std::pair<std::uint32_t, std::uint32_t>;

/// The results of one statement that fed children, taken as one parent, with the columns that did,
/// and how well that fits.
struct Candidate {
  Parent parent;
  Origin child;  ///< the column that was fed
  std::vector<FeedingColumn> columns, alternatives;
  std::vector<std::uint32_t> children;  ///< trips
  std::vector<Row> rows;                ///< the one that fed each child
  std::uint64_t distinct = 0, fed_rows = 0;
  bool in_row_order = true, consecutive = true, high_entropy = false;
  bool in_first_order = true;  ///< new values were asked for in the order of their first rows
  bool scattered = false;      ///< few of the rows, and not next to one another
  double coverage = 0;         ///< distinct values used / distinct values that the columns have
  bool shared = false;         ///< two rows or more have each value, in the mean
  bool every_row = false;      ///< at least half of the rows fed a child
  bool partial = false;  ///< too few of the values, or in no order: any list of them may hold these

  Tie tie() const { return columns.empty() ? Tie::none : columns.front().relation.tie; }
  Direction direction() const { return columns.front().relation.direction; }
};

/// Every statement whose results have an admissible reason (foreign key, same column, entropy,
/// names with coverage) to have fed at least two of the seekers from two rows of one result.
class CandidateFinder {
 public:
  CandidateFinder(const Window& window, const Catalog* catalog, const ValueIndex& index,
                  const Parents& parents)
      : window_(window), catalog_(catalog), index_(index), parents_(parents) {}

  /// `seekers` in the order of their trips.
  std::vector<Candidate> find(const std::vector<Seeker>& seekers, const Statement& child,
                              const Predicate& predicate) const;

 private:
  struct Cells {
    explicit Cells(std::pmr::memory_resource* memory) : spots(memory) {}
    std::pmr::vector<Occurrence> spots;  ///< in the order of trips and rows
    Time first = Time::max();            ///< when the first of them had arrived
  };
  /// Another column of a key, and the slot that it has to feed from the very same row.
  struct Together {
    std::uint16_t slot = 0;
    std::size_t key_column = 0;
  };
  /// A column of a statement's results that may feed the child, and where the wanted values stand.
  struct Source {
    explicit Source(std::pmr::memory_resource* memory) : cells(memory), fed(memory) {}
    FeedingColumn column;
    ResultColumn described;
    Origin child;
    std::vector<Together> together;
    std::pmr::unordered_map<ValueHash, Cells> cells;
    std::pmr::vector<std::uint32_t> fed;  ///< seekers that it could have fed
  };
  /// A source that may be one of the link's columns, and what speaks for it.
  struct Admitted {
    const Source* source = nullptr;
    std::set<ValueHash> values;  ///< all that the column has, where there are several sources
    std::size_t used = 0;        ///< how many of them were asked for
    bool ordered = false;

    double share() const {
      return values.empty() ? 1 : static_cast<double>(used) / static_cast<double>(values.size());
    }
    /// Asked for in the order of the rows, and not just here and there.
    int quality() const { return (ordered ? 1 : 0) + (share() >= 0.5 ? 1 : 0); }
  };
  using Values = std::pmr::set<ValueHash>;
  using ByValue = std::pmr::unordered_map<ValueHash, std::pmr::vector<std::uint32_t>>;  ///< seekers
  using Sources = std::pmr::map<std::uint16_t, Source>;  ///< by position among the key columns
  using ByStatement = std::pmr::map<std::uint64_t, Sources>;

  struct Child {
    const Statement& statement;
    const Predicate& predicate;
    Origin column;
    std::span<const ResultColumn> seen;
  };
  void sight(ValueHash value, const Child& child, ByStatement& by_statement) const;
  void introduce(Source& source, const Trip& trip, std::uint16_t column, const Child& child) const;
  std::vector<Together> rest_of_key(const Source& source, const Trip& trip,
                                    const Child& child) const;
  void feed(Source& source, const std::vector<Seeker>& seekers, const ByValue& by_value) const;
  void feed_whole_key(Source& source, const Cells& cells, const std::vector<Seeker>& seekers,
                      std::span<const std::uint32_t> asking) const;
  std::optional<Candidate> judge(Sources& sources, const std::vector<Seeker>& seekers,
                                 const ByValue& by_value) const;
  static Tie strongest(const Sources& sources);
  std::vector<Admitted> admit(const Sources& sources, Tie tie,
                              const std::vector<Seeker>& seekers) const;
  Candidate taken_together(const Admitted& next, const std::vector<Admitted>& chosen,
                           const std::vector<Seeker>& seekers) const;
  bool restores_order(const Admitted& next, const std::vector<Admitted>& chosen,
                      const std::vector<Seeker>& seekers) const;
  bool is_read_too(const Admitted& next, const Values& more, const Values& known,
                   const std::vector<Admitted>& chosen, const std::vector<Seeker>& seekers) const;
  std::vector<const Source*> choose_columns(Candidate& candidate, const Sources& sources, Tie tie,
                                            const std::vector<Seeker>& seekers) const;
  void assign_rows(Candidate& candidate, const std::vector<const Source*>& columns,
                   const std::vector<Seeker>& seekers) const;
  void measure_coverage(Candidate& candidate) const;
  bool is_accident(const Candidate& candidate, const std::vector<Seeker>& seekers) const;

  const Window& window_;
  const Catalog* catalog_;
  const ValueIndex& index_;
  const Parents& parents_;
};

}  // namespace onetrip
