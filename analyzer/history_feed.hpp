#pragma once

#include <optional>

#include "analyzer/finding_store.hpp"
#include "analyzer/history_sink.hpp"

namespace onetrip {

/// Hands a HistorySink what is to outlive the process: findings once a second, when some changed,
/// and what statements cost when their minute is over. Without a sink it does nothing. Worker
/// thread.
class HistoryFeed {
 public:
  /// `unix_start_ms`: the wall clock at Time zero.
  HistoryFeed(FindingStore& findings, Profile& profile, std::int64_t unix_start_ms)
      : findings_(findings), profile_(profile), unix_start_ms_(unix_start_ms) {}

  void to(HistorySink* sink, Time now);
  /// Before anything of `now` is counted.
  void advance(Time now) {
    if (now >= minute_end_) end_minute(now);
  }
  void tick(Time now);
  void hand_over_findings(Time now);
  void finish(Time now);  ///< hands over all, the minute that is not over, too
  void forget();
  std::optional<Time> next_due() const;

 private:
  void begin_minute(std::int64_t unix_ms);
  void end_minute(Time now);

  FindingStore& findings_;
  Profile& profile_;
  std::int64_t unix_start_ms_;
  HistorySink* sink_ = nullptr;
  std::int64_t minute_at_ms_ = 0;
  Time minute_end_ = Time::max();
  Time handed_over_{};  ///< findings
};

}  // namespace onetrip
