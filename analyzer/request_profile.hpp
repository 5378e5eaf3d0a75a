#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/cost.hpp"
#include "analyzer/row_trend.hpp"
#include "analyzer/top_by_time.hpp"
#include "analyzer/window.hpp"

namespace onetrip {

/// By trip of a window, in its order: how long the application thought before it sent it, while the
/// database had nothing of this window to do. Empty when it has a single one.
std::vector<Time> think_times(const Window& window);

/// What requests cost, by label or by application: those that took the most time, the others
/// together. What is told apart is exact from then on; see TopByTime. Worker thread.
class RequestProfile {
 public:
  static constexpr std::size_t most_names = 1000;

  struct Row : CostFigures {
    std::string name;  ///< "other": all that had no room
    std::uint64_t windows = 0;
    double think_ms = 0;
    double statements_per_window = 0, ms_per_window = 0;
    RowTrend statements, ms;       ///< of a window
    double missed_at_most_ms = 0;  ///< that it took before it was told apart; 0: nothing is missed
  };

  /// A window that closed; when it closes again, what came late. `thought`: see think_times.
  void add(const std::string& name, const Window& window, std::span<const Time> thought);
  /// `sort` as figure() takes it.
  std::vector<Row> rows(std::string_view sort, std::size_t limit) const;
  void clear() { names_.clear(); }

 private:
  struct Entry {
    Cost cost;
    Time thought{}, missed{};
    // Of those that are one request each.
    std::uint64_t windows = 0, statements = 0;
    Time time{};
    RowTrend statements_by_rows, ms_by_rows;

    Time total() const { return cost.total; }
    Entry& operator+=(const Entry& other);
    void add_request(const Window& window, Time took);  ///< that its statements took
  };
  static Row show(const std::string& name, const Entry& entry, Time all);

  TopByTime<std::string, Entry> names_{most_names};
};

}  // namespace onetrip
