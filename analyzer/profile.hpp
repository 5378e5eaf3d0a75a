#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/histogram.hpp"
#include "analyzer/window.hpp"

namespace onetrip {

/// What executions cost together.
struct Cost {
  std::uint64_t errors = 0, rows = 0, bytes = 0;
  Time total{};
  Histogram durations;  ///< of each; their number

  void add(const Execution& execution);
  Cost& operator+=(const Cost& other);
};

/// What statements cost within one minute of the wall clock. Owns its memory: it crosses threads.
struct ProfiledMinute {
  struct Row {
    std::string fingerprint, summary, text;  ///< fingerprint "other": those without room
    Cost cost;
  };
  std::int64_t at_ms =
      0;  ///< since 1970, when it began; later than the minute where the process did
  std::vector<Row> rows;  ///< of the statements that ran
};

/// What each statement cost, by fingerprint. Bounded in shapes: those that come when it is full are
/// counted together. Worker thread.
class Profile {
 public:
  explicit Profile(std::size_t max_shapes) : max_shapes_(max_shapes) {}

  struct Row {
    std::string fingerprint, summary, text;  ///< fingerprint "other": all that had no room
    std::uint64_t calls = 0, errors = 0, rows = 0, bytes = 0, windows = 0;
    double total_ms = 0, p50_ms = 0, p95_ms = 0, p99_ms = 0;
    double share = 0;  ///< of the total time of all
  };

  void add(const StatementPtr& statement, const Execution& execution);
  /// Each shape of a window that closed, once, also when it closes again after a late statement.
  void add_window(Window& window);
  /// Largest first by "total" (also when empty), "calls", "rows", "bytes", "errors" or "p99".
  std::vector<Row> rows(std::string_view sort, std::size_t limit) const;
  /// Executions that were counted together.
  std::uint64_t counted_together() const { return other_.calls(); }
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
    Cost earlier, minute;           ///< together: what it cost

    Cost cost() const { return Cost(earlier) += minute; }
    Time total() const { return earlier.total + minute.total; }
    std::uint64_t calls() const { return earlier.durations.count() + minute.durations.count(); }
  };
  static std::string name_of(const Entry& shape);
  Entry& entry(const StatementPtr& statement);
  Row show(const Entry& shape, Time all) const;
  Time total() const;

  std::size_t max_shapes_;
  std::unordered_map<std::uint64_t, Entry> entries_;
  Entry other_;
  std::uint64_t closed_windows_ = 0;
  bool has_minute_ = false;
};

}  // namespace onetrip
