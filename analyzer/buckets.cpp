#include "analyzer/buckets.hpp"

#include <algorithm>
#include <array>

namespace onetrip {

std::size_t Buckets::add(double value) {
  const auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), value);
  const auto place = static_cast<std::size_t>(bound - bounds_.begin());
  ++counts_[place];
  sum_ += value;
  return place;
}

Buckets& Buckets::operator+=(const Buckets& other) {
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  sum_ += other.sum_;
  return *this;
}

std::span<const double> duration_bounds() {
  static constexpr std::array bounds{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0};
  return bounds;
}

std::span<const double> statement_bounds() {
  static constexpr std::array bounds{1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0};
  return bounds;
}

}  // namespace onetrip
