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
  std::uint64_t counted_together() const { return other_.durations.count(); }
  /// Of one shape; of all that had no room, "other".
  std::optional<Row> row(std::string_view fingerprint) const;
  void clear();

 private:
  struct Entry {
    StatementPtr statement;
    std::uint64_t errors = 0, rows = 0, bytes = 0, windows = 0;
    std::uint64_t last_window = 0;  ///< number of the closing that counted it last
    Time total{};
    Histogram durations;
  };
  Entry& entry(const StatementPtr& statement);
  Row show(const Entry& shape, Time all) const;
  Time total() const;

  std::size_t max_shapes_;
  std::unordered_map<std::uint64_t, Entry> entries_;
  Entry other_;
  std::uint64_t closed_windows_ = 0;
};

}  // namespace onetrip
