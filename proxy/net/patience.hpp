#pragma once

#include <cstddef>

namespace onetrip {

/// Notices that a thread does little else than pass a long result on, and then lets it wake
/// patiently (SCHED_BATCH, sched(7)): it no longer pushes aside the server or the client that it
/// wakes up for, so that a result comes in fewer and larger pieces. No time is waited: where a
/// processor is free, nothing changes. It halved the CPU of a result of 100,000 rows; always on, it
/// would have let the analysis thread delay short statements (docs/performance.md).
///
/// Thread: the one that it speaks of.
class Patience {
 public:
  /// Bytes were read from a server in this turn.
  void add(std::size_t bytes) { bytes_ += bytes; }
  /// Once for each turn of the loop.
  void turn_ended() {
    if (bytes_ == 0) return;
    const bool large = bytes_ >= large_turn;
    bytes_ = 0;
    if (large && large_turns_ < enough_turns) {
      if (++large_turns_ == enough_turns) be_patient();
    } else if (!large && large_turns_ != 0) {
      if (large_turns_ == enough_turns) be_prompt();
      large_turns_ = 0;
    }
  }

 private:
  static constexpr std::size_t large_turn = 4096;
  static constexpr int enough_turns = 8;

  void be_patient();
  void be_prompt();

  std::size_t bytes_ = 0;
  int large_turns_ = 0;
  bool patient_ = false;
};

}  // namespace onetrip
