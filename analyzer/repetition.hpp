#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "analyzer/link.hpp"
#include "analyzer/rounds.hpp"
#include "analyzer/tree_walk.hpp"

namespace onetrip {

/// What has to be known of a trip before its repetition may be called a fault. Made for one
/// judgement, when a rule first asks; cost is linear in the trips, and in the cells of loops that
/// may walk a tree. Views: lives no longer than window and links.
class Repetition {
 public:
  Repetition(const Window& window, const Links& links, const Catalog* catalog);

  /// An earlier result fed it.
  bool is_linked(std::uint32_t trip) const { return linked_[trip]; }
  /// Its transaction met a conflict or lost its connection: it was all for nothing, and what comes
  /// after it may be the same once more.
  bool is_undone(std::uint32_t trip) const { return !undone_.empty() && undone_[trip]; }
  /// A conflict lies between the two, after which applications try again.
  bool retries_between(std::uint32_t first, std::uint32_t second) const {
    return !attempts_.empty() && attempts_[first] != attempts_[second];
  }
  /// Both belong to one job, where the window takes jobs from a queue (SKIP LOCKED), each of which
  /// is a request of its own.
  bool of_one_job(std::uint32_t first, std::uint32_t second) const {
    return jobs_.empty() || jobs_[first] == jobs_[second];
  }
  /// Whether the window takes rows of this table from a queue.
  bool is_queue(const TableUse& table) const;

  const std::vector<Walk>& walks() const { return walks_; }

  /// A loop's trips that neither failed for good, nor were fed by anything.
  std::vector<std::uint32_t> free_rounds(std::size_t loop) const;
  /// A loop's trips that did not fail for good.
  std::vector<std::uint32_t> done_rounds(std::size_t loop) const;
  /// Those that belong together: of each job.
  std::vector<Rounds> by_job(Rounds rounds) const;

  /// The loop looks by a unique key for rows that are then inserted: a uniqueness check,
  /// get-or-create. It goes away with the loop of INSERTs.
  bool precedes_inserts(std::size_t loop) const;

 private:
  void find_conflicts();
  void find_jobs();
  bool is_key(const Loop& loop, const Predicate& predicate) const;

  const Window& window_;
  const Links& links_;
  const Catalog* catalog_;
  std::vector<bool> linked_, walking_;
  std::vector<bool> undone_;                    ///< empty when nothing was
  std::vector<std::uint32_t> attempts_, jobs_;  ///< by trip; empty when there is but one
  std::vector<const Statement*> queues_;        ///< shapes that take jobs
  std::vector<Walk> walks_;
};

}  // namespace onetrip
