#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/window_sink.hpp"
#include "budget/record.hpp"

namespace onetrip {

/// Keeps of a run what budgets are judged on. Bounded by the kinds of request that there are, and
/// at last by max_entries. Worker thread.
///
/// What a test (a named window) does outside the requests that it makes is set-up, unless it makes
/// none; which is known at its end. A named window inside another is a request.
class Recorder : public WindowSink {
 public:
  static constexpr std::size_t max_entries = 100'000;

  void judged(const Window& window, std::span<const Finding> findings) override;
  /// What was judged so far. Coverage and what was not checked are the caller's to add.
  Record record() const;
  void clear();

 private:
  struct Node {
    std::uint64_t container = 0;
    WindowSource source = WindowSource::idle_gap;
    bool set_up = false;
    RecordEntry entry;  ///< of the window alone
  };
  std::unordered_map<std::uint64_t, Node>
      nodes_;  ///< by number; those whose place is not known yet
};

}  // namespace onetrip
