#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace onetrip {

/// A classic histogram, as Prometheus has them: how many were at most each bound, but above the one
/// before; the last of the counts has no bound.
class Buckets {
 public:
  Buckets() = default;
  /// `bounds`: ascending; they must outlive it.
  explicit Buckets(std::span<const double> bounds) : bounds_(bounds), counts_(bounds.size() + 1) {}

  std::size_t add(double value);              ///< which of the counts took it
  Buckets& operator+=(const Buckets& other);  ///< of the same bounds

  std::span<const double> bounds() const { return bounds_; }
  const std::vector<std::uint64_t>& counts() const { return counts_; }
  double sum() const { return sum_; }

 private:
  std::span<const double> bounds_;
  std::vector<std::uint64_t> counts_;
  double sum_ = 0;
};

/// OpenTelemetry's for db.client.operation.duration: from 1 ms to 10 s.
std::span<const double> duration_bounds();
/// Statements of one request.
std::span<const double> statement_bounds();

}  // namespace onetrip
