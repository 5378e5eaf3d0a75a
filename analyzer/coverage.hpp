#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analyzer/window.hpp"

namespace onetrip {

/// Rows of the largest result that a window was given; FETCHes of one cursor are one result.
std::uint64_t largest_result(const Window& window);

/// Which kinds of request were seen with a result that could have fed a loop. Where none ever had
/// two rows, in a test database with one row in each table, silence proves nothing. Bounded in
/// labels. Worker thread.
class Coverage {
 public:
  static constexpr std::size_t max_labels = 2000;

  struct Row {
    std::string label;
    std::uint64_t windows = 0;
    std::uint64_t most_rows = 0;  ///< that one result had
    bool covered() const { return most_rows >= 2; }
  };

  /// A window as it stands; again when more trips came, which counts it once. Set-up and windows
  /// without statements are no requests.
  void add(Window& window);
  /// Those that are not covered first; then by label.
  std::vector<Row> rows() const;
  /// Windows whose label came when there was no room for another.
  std::uint64_t windows_without_room() const { return windows_without_room_; }
  void clear();

 private:
  std::map<std::string, Row> rows_;
  std::uint64_t windows_without_room_ = 0;
};

}  // namespace onetrip
