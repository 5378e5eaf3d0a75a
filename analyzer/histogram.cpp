#include "analyzer/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace onetrip {
namespace {

// value < 32: bucket = value, exact.
// else, with e = bits(value) - 6: bucket = 32 * e + (value >> e), where value >> e is 32 … 63.
constexpr unsigned linear_bits = 5;
constexpr std::uint64_t linear = 1U << linear_bits;
constexpr std::uint64_t longest = (std::uint64_t{1} << 36) - 1;  // µs

std::size_t bucket_of(std::uint64_t value) {
  if (value < linear) return value;
  const auto shift = static_cast<unsigned>(std::bit_width(value)) - linear_bits - 1;
  return linear * shift + (value >> shift);
}

/// The middle of a bucket.
double value_of(std::size_t bucket) {
  if (bucket < 2 * linear) return static_cast<double>(bucket);
  const std::size_t shift = bucket / linear - 1;
  const double low =
      std::ldexp(static_cast<double>(bucket - linear * shift), static_cast<int>(shift));
  return low + std::ldexp(0.5, static_cast<int>(shift));
}

}  // namespace

void Histogram::add(Time duration) {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  const std::uint64_t value =
      std::min(longest, static_cast<std::uint64_t>(std::max<long>(0, micros)));
  const std::size_t bucket = bucket_of(value);
  if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
  ++buckets_[bucket];
  ++count_;
}

Histogram& Histogram::operator+=(const Histogram& other) {
  if (other.buckets_.size() > buckets_.size()) buckets_.resize(other.buckets_.size());
  for (std::size_t i = 0; i < other.buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  return *this;
}

Time Histogram::quantile(double share) const {
  const double wanted = std::max(1.0, std::ceil(share * static_cast<double>(count_)));
  double seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen >= wanted) return Time(static_cast<std::int64_t>(value_of(bucket) * 1000));
  }
  return Time::zero();
}

}  // namespace onetrip
