#include "analyzer/growth.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace onetrip {
namespace {

constexpr double least_slope = 0.5;  ///< fewer children than that for each row more: not by rows
constexpr double least_fit = 0.8;

}  // namespace

void Growth::add(std::uint64_t window, std::uint64_t rows, std::uint64_t count) {
  std::erase_if(sizes_, [&](const Size& size) {
    return size.window == window || (size.rows == rows && size.count == count);
  });
  if (sizes_.size() == most_sizes) make_room();
  sizes_.push_back({window, rows, count});
}

/// The oldest goes, but for the smallest and the largest, which say most.
void Growth::make_room() {
  const auto by_rows = [](const Size& a, const Size& b) { return a.rows < b.rows; };
  const auto [least, most] = std::minmax_element(sizes_.begin(), sizes_.end(), by_rows);
  auto oldest = sizes_.begin();
  while (oldest == least || oldest == most) ++oldest;
  sizes_.erase(oldest);
}

/// By least squares.
Growth::Line Growth::line() const {
  const auto n = static_cast<double>(sizes_.size());
  double rows = 0, counts = 0;
  for (const Size& size : sizes_) {
    rows += static_cast<double>(size.rows) / n;
    counts += static_cast<double>(size.count) / n;
  }
  double across = 0, wide = 0, high = 0;
  for (const Size& size : sizes_) {
    const double x = static_cast<double>(size.rows) - rows;
    const double y = static_cast<double>(size.count) - counts;
    across += x * y;
    wide += x * x;
    high += y * y;
  }
  if (wide == 0 || high == 0) return {0, counts, 0};
  const double slope = across / wide;
  return {slope, counts - slope * rows, across * across / (wide * high)};
}

std::string_view Growth::verdict() const {
  if (sizes_.size() < 2) return {};
  const auto [least, most] = std::minmax_element(
      sizes_.begin(), sizes_.end(), [](const Size& a, const Size& b) { return a.rows < b.rows; });
  if (least->rows == most->rows) return {};
  const bool same = std::all_of(sizes_.begin(), sizes_.end(), [&](const Size& size) {
    return size.count == sizes_.front().count;
  });
  if (same) return most->rows >= 2 * least->rows ? "constant" : "";
  const Line seen = line();
  return seen.slope >= least_slope && seen.fit >= least_fit ? "linear" : "";
}

std::vector<GrowthSize> Growth::sizes() const {
  std::vector<GrowthSize> seen;
  for (const Size& size : sizes_) seen.push_back({size.rows, size.count});
  std::sort(seen.begin(), seen.end(), [](const GrowthSize& a, const GrowthSize& b) {
    return std::pair(a.rows, a.count) < std::pair(b.rows, b.count);
  });
  return seen;
}

std::uint64_t Growth::at(std::uint64_t rows) const {
  const Line seen = line();
  const double count = seen.start + seen.slope * static_cast<double>(rows);
  return count <= 0 ? 0 : static_cast<std::uint64_t>(std::llround(count));
}

}  // namespace onetrip
