#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "proxy/net/run_delay.hpp"

namespace onetrip {

/// Lets a thread wake patiently (SCHED_BATCH, sched(7)) where that is good for everybody: it does
/// not push aside the server or the client that it wakes up for, which finish what they do, and
/// finds more that has come. No time is waited: where a processor is free, nothing changes. With 8
/// busy clients it saves a tenth to a third of the CPU (docs/performance.md).
///
/// Where other programs keep every processor busy, a patient thread stands behind them for
/// milliseconds at each turn. So it looks how long it had to wait for each read that it made (with
/// many clients of its own it waits long, and then finds much). Where it was too long, it is prompt
/// again before it tries anew, each time for longer. While nothing but a long result passes it is
/// patient in any case: it is the server that it lets go on then.
///
/// Thread: the one that it speaks of.
class Patience {
 public:
  explicit Patience(std::unique_ptr<RunDelay> delay = std::make_unique<RunDelay>())
      : delay_(std::move(delay)) {}

  /// For each read from a client.
  void asked() { ++reads_; }
  /// For each read from a server.
  void answered(std::size_t bytes) {
    ++reads_;
    (bytes >= large_read ? large_ : short_) = true;
  }
  /// Once for each turn of the loop.
  void turn_ended() {
    if (large_ || short_) note_reads();
    if (--turns_left_ == 0) look();
  }

  static constexpr std::size_t large_read = 4096;  ///< bytes
  static constexpr int enough_large_turns = 8;
  static constexpr std::chrono::microseconds longest_wait{125};  ///< for a read, on the average
  static constexpr std::uint64_t enough_reads = 8;  ///< in a look; of fewer nothing is concluded
  static constexpr std::size_t turns_between_looks = 32;  ///< few, so that the worst count
  static constexpr std::size_t shortest_prompt = 128, longest_prompt = 32'768;  ///< turns
  static constexpr int looks_to_forget = 16;  ///< that went well, and what was before is forgotten

 private:
  void note_reads();
  void look();
  void settle();

  bool passes_long_result() const { return large_turns_ == enough_large_turns; }

  std::unique_ptr<RunDelay> delay_;
  bool large_ = false, short_ = false;  ///< reads of this turn
  int large_turns_ = 0;                 ///< in a row; no more are counted than are enough
  int good_looks_ = 0;                  ///< in a row; no more are counted than are to forget
  std::size_t turns_left_ = 1;          ///< until the next look
  std::uint64_t reads_ = 0;             ///< since the last
  std::size_t prompt_for_ = shortest_prompt;
  std::chrono::nanoseconds before_{};  ///< waited until the last look
  bool begun_ = false;                 ///< there was one
  bool judges_ = false;                ///< nothing but short statements since then
  bool trusting_ = false;              ///< patience costs no waiting
  bool patient_ = false;               ///< as the kernel was told
};

/// For a thread that one with Patience began: it inherited its policy, and nobody looks after it.
void be_prompt();

}  // namespace onetrip
