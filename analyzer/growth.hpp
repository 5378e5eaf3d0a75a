#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "analyzer/finding.hpp"

namespace onetrip {

/// How the number of children goes with the rows of their parent, over the windows that showed a
/// loop of one statement after one other. Bounded; worker thread.
class Growth {
 public:
  static constexpr std::size_t most_sizes = 16;

  /// A window that is told again, since more trips came, replaces what it told before.
  void add(std::uint64_t window, std::uint64_t rows, std::uint64_t count);

  /// "linear": about one more child, or several, for each row more. "constant": as many whatever
  /// the rows, the most being at least twice the least. Empty while one size was seen, or when
  /// neither is so.
  std::string_view verdict() const;
  /// Those seen, fewest rows first.
  std::vector<GrowthSize> sizes() const;
  /// Children that a parent of `rows` rows would have, by the line through the sizes seen.
  std::uint64_t at(std::uint64_t rows) const;

 private:
  struct Size {
    std::uint64_t window = 0, rows = 0, count = 0;
  };
  struct Line {
    double slope = 0, start = 0;
    double fit = 0;  ///< 1: all sizes lie on it; 0: it explains nothing of them
  };
  Line line() const;
  void make_room();

  std::vector<Size> sizes_;  ///< oldest first; those of equal rows and count once
};

}  // namespace onetrip
