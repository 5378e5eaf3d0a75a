#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/window_sink.hpp"
#include "budget/recorded_windows.hpp"

namespace onetrip {

/// Keeps of a run what budgets are judged on. A window that may still change is kept as it is;
/// later it becomes one of its kind, so what is held is bounded by the kinds of request that there
/// are, and at last by max_entries. Worker thread.
class Recorder : public WindowSink {
 public:
  static constexpr std::size_t max_entries = 100'000;
  /// That may still change: past it, closed ones are taken for what they are.
  static constexpr std::size_t max_unsettled = 20'000;

  void judged(const Window& window, std::span<const Finding> findings) override;
  /// What was judged so far. Coverage, and what was not checked, are the caller's to add.
  Record record() const;
  std::size_t unsettled() const { return windows_.size(); }  ///< windows that may still change
  void clear();

 private:
  /// Windows that lie in one another, by the outermost.
  using Families = std::map<std::uint64_t, std::vector<const RecordedWindow*>>;

  std::uint64_t outermost(const RecordedWindow& window) const;
  Families families() const;
  bool is_settled(const RecordedWindow& window) const;
  void settle();

  std::unordered_map<std::uint64_t, RecordedWindow> windows_;  ///< by number
  Record settled_;
  Time newest_{};
  std::size_t since_settled_ = 0;
};

}  // namespace onetrip
