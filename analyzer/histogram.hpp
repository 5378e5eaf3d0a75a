#pragma once

#include <cstdint>
#include <vector>

#include "analyzer/event.hpp"

namespace onetrip {

/// Durations in log-linear buckets: 32 to each power of two of microseconds, so a quantile is at
/// most 1.6 % from the truth. Memory grows with the longest duration seen, to 4 KiB at 18 hours,
/// where it is cut.
class Histogram {
 public:
  void add(Time duration);
  Histogram& operator+=(const Histogram& other);
  /// The duration that `share` (0 to 1) of all were at most; zero when empty.
  Time quantile(double share) const;
  std::uint64_t count() const { return count_; }

 private:
  std::uint64_t count_ = 0;
  std::vector<std::uint32_t> buckets_;
};

}  // namespace onetrip
