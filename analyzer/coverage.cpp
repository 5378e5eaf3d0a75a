#include "analyzer/coverage.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace onetrip {
std::uint64_t largest_result(const Window& window) {
  std::uint64_t most = 0;
  std::unordered_map<std::uint64_t, std::uint64_t> fetched;
  for (const Trip& trip : window.trips) {
    if (trip.columns == 0) continue;  // rows that were written
    std::uint64_t rows = trip.rows;
    if (trip.cursor != 0) rows = fetched[trip.cursor] += trip.rows;
    most = std::max(most, rows);
  }
  return most;
}

void Coverage::add(Window& window) {
  if (window.set_up || window.trips.empty()) return;
  auto found = rows_.find(window.label);
  if (found == rows_.end()) {
    if (rows_.size() == max_labels) {
      if (!std::exchange(window.counted, true)) ++windows_without_room_;
      return;
    }
    found = rows_.try_emplace(window.label, Row{window.label}).first;
  }
  Row& row = found->second;
  if (!std::exchange(window.counted, true)) ++row.windows;
  row.most_rows = std::max(row.most_rows, largest_result(window));
}

std::vector<Coverage::Row> Coverage::rows() const {
  std::vector<Row> rows;
  rows.reserve(rows_.size());
  for (const auto& [label, row] : rows_) rows.push_back(row);
  std::stable_partition(rows.begin(), rows.end(), [](const Row& row) { return !row.covered(); });
  return rows;
}

void Coverage::clear() {
  rows_.clear();
  windows_without_room_ = 0;
}

}  // namespace onetrip
