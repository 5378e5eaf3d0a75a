#pragma once

#include <cstdint>
#include <string_view>

namespace onetrip {

/// How a figure of requests goes with the rows of their largest result, over all of them: the line
/// by least squares. Constant memory; worker thread.
class RowTrend {
 public:
  void add(std::uint64_t rows, double figure);

  /// "linear": it rises with the rows. "constant": it stays within a tenth of itself. Empty when
  /// neither is so, or when the most rows were less than twice the least.
  std::string_view verdict() const;
  double per_row() const;
  double at(double rows) const;  ///< by the line, not below zero

 private:
  double requests_ = 0, rows_ = 0, figure_ = 0;  ///< how many; means
  double wide_ = 0, high_ = 0, across_ = 0;      ///< sums of squares and products around them
  double least_ = 0, most_ = 0;                  ///< rows
};

}  // namespace onetrip
