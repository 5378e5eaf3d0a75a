#pragma once

#include <cstdint>
#include <unordered_map>

#include "analyzer/event.hpp"

namespace onetrip {

/// Tells whether a tag is to be believed. The comment of a named prepared statement is as old as
/// the statement: drivers that reuse one over requests send an old request's tag. It holds until
/// contradicted by another tag in a fresh text of its connection, or by a gap or reset since the
/// statement first ran. Drivers that key their statements on the text (asyncpg, psycopg 3) never
/// meet a contradiction within a request.
class TagMemory {
 public:
  /// `key` stands for the trace or request that the execution's comment names.
  bool believe(const Execution& execution, std::uint64_t key);
  /// A pause, or a pool's marker: what comes next may be another request.
  void interrupt();
  /// The request that the latest fresh tag named; 0 since an interruption.
  std::uint64_t fresh() const { return fresh_; }

 private:
  struct FirstRun {
    std::uint64_t turn = 0, interruption = 0;
  };
  void renew(std::uint64_t key);

  std::uint64_t fresh_ = 0;
  std::uint64_t turns_ = 0, interruptions_ = 0;
  std::unordered_map<std::uint64_t, FirstRun> first_runs_;  ///< by hash of the text
};

}  // namespace onetrip
