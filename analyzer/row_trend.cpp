#include "analyzer/row_trend.hpp"

#include <algorithm>
#include <cmath>

namespace onetrip {
namespace {

constexpr double least_fit = 0.8;   // 1: all lie on the line; 0: it explains nothing of them
constexpr double least_rise = 1.5;  // from the least rows to the most
constexpr double about_equal = 0.1;

}  // namespace

void RowTrend::add(std::uint64_t rows, double figure) {
  const auto x = static_cast<double>(rows);
  least_ = requests_ == 0 ? x : std::min(least_, x);
  most_ = std::max(most_, x);
  ++requests_;
  const double dx = x - rows_, dy = figure - figure_;
  rows_ += dx / requests_;
  figure_ += dy / requests_;
  wide_ += dx * (x - rows_);
  high_ += dy * (figure - figure_);
  across_ += dx * (figure - figure_);
}

double RowTrend::per_row() const {
  return wide_ > 0 ? across_ / wide_ : 0;
}

double RowTrend::at(double rows) const {
  return std::max(0.0, figure_ + per_row() * (rows - rows_));
}

std::string_view RowTrend::verdict() const {
  if (most_ < 2 * std::max(1.0, least_)) return {};
  const double first = at(least_), last = at(most_);
  if (std::abs(last - first) <= about_equal * figure_) return "constant";
  const double fit = wide_ > 0 && high_ > 0 ? across_ * across_ / (wide_ * high_) : 0;
  return per_row() > 0 && fit >= least_fit && last >= least_rise * first ? "linear" : "";
}

}  // namespace onetrip
