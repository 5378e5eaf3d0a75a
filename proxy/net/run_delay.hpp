#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "proxy/net/fd.hpp"

namespace onetrip {

/// How long a thread stood ready to run before it got a processor: the scheduler's own count.
/// Thread: the one that it speaks of.
class RunDelay {
 public:
  virtual ~RunDelay() = default;
  /// Since the thread began; none where the kernel does not tell (no /proc, or one without
  /// CONFIG_SCHED_INFO). One system call, a microsecond or two.
  virtual std::optional<std::chrono::nanoseconds> sum();

  /// Of the file's text, "ns on a processor, ns ready and waiting for one, times that it got one"
  /// (Documentation/scheduler/sched-stats.rst). None when it is another, or says 0 times, which no
  /// thread can read of itself: there the kernel does not count.
  static std::optional<std::chrono::nanoseconds> read(std::string_view text);

 private:
  Fd file_;
  bool opened_ = false;
};

}  // namespace onetrip
