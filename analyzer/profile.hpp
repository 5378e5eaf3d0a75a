#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/cost.hpp"
#include "analyzer/top_by_time.hpp"
#include "analyzer/window.hpp"

namespace onetrip {

/// What statements cost within one minute of the wall clock. Owns its memory: it crosses threads.
struct ProfiledMinute {
  struct Row {
    std::string fingerprint, summary, text;  ///< fingerprint "other": those without room
    Cost cost;
  };
  /// Since 1970, when it began; later than the minute where the process did.
  std::int64_t at_ms = 0;
  std::vector<Row> rows;  ///< of the statements that ran
};

/// What each statement cost, by fingerprint: those that took the most time, the others together.
/// What is told apart is exact from then on; see TopByTime. Worker thread.
class Profile {
 public:
  explicit Profile(std::size_t max_shapes) : shapes_(max_shapes) {}

  struct Row : CostFigures {
    std::string fingerprint, summary, text;  ///< fingerprint "other": all that had no room
    std::uint64_t windows = 0;
    double think_ms = 0;           ///< before it was sent, in its windows
    double missed_at_most_ms = 0;  ///< that it took before it was told apart; 0: nothing is missed
  };

  void add(const StatementPtr& statement, const Execution& execution);
  /// Each shape of a window that closed, once, also when it closes again after a late statement.
  /// `thought`: see think_times.
  void add_window(Window& window, std::span<const Time> thought);
  /// `sort` as figure() takes it.
  std::vector<Row> rows(std::string_view sort, std::size_t limit) const;
  /// Executions that were counted together.
  std::uint64_t counted_together() const { return shapes_.rest().calls(); }
  /// Of one shape; of all that had no room, "other".
  std::optional<Row> row(std::string_view fingerprint) const;
  void clear();

  bool has_minute() const { return has_minute_; }
  /// What came since the last call, of the shapes that it came of.
  std::vector<ProfiledMinute::Row> take_minute();

 private:
  struct Entry {
    StatementPtr statement;
    std::uint64_t windows = 0;
    std::uint64_t last_window = 0;  ///< number of the closing that counted it last
    Time thought{}, missed{};
    Cost earlier, minute;  ///< together: what it cost

    Cost cost() const { return Cost(earlier) += minute; }
    Time total() const { return earlier.total + minute.total; }
    Entry& operator+=(const Entry& other);
    std::uint64_t calls() const { return earlier.durations.count() + minute.durations.count(); }
  };
  static std::string name_of(const Entry& shape);
  Row show(const Entry& shape, Time all) const;
  Time total() const;

  TopByTime<std::uint64_t, Entry> shapes_;  ///< by Statement::id
  std::uint64_t closed_windows_ = 0;
  bool has_minute_ = false;
};

}  // namespace onetrip
