#include "analyzer/history_feed.hpp"

#include <algorithm>
#include <utility>

namespace onetrip {
namespace {

constexpr Time findings_interval = std::chrono::seconds(1);
constexpr std::int64_t minute_ms = 60'000;

}  // namespace

void HistoryFeed::to(HistorySink* sink, Time now) {
  sink_ = sink;
  begin_minute(unix_start_ms_ + now / std::chrono::milliseconds(1));
}

void HistoryFeed::begin_minute(std::int64_t unix_ms) {
  minute_at_ms_ = unix_ms;
  const std::int64_t end_ms = unix_ms - unix_ms % minute_ms + minute_ms;
  minute_end_ = std::chrono::milliseconds(end_ms - unix_start_ms_);
}

void HistoryFeed::end_minute(Time now) {
  ProfiledMinute minute{minute_at_ms_, profile_.take_minute()};
  if (!minute.rows.empty()) sink_->minute(std::move(minute));
  const std::int64_t unix_ms = unix_start_ms_ + now / std::chrono::milliseconds(1);
  begin_minute(unix_ms - unix_ms % minute_ms);
}

void HistoryFeed::tick(Time now) {
  advance(now);
  if (now - handed_over_ >= findings_interval) hand_over_findings(now);
}

void HistoryFeed::hand_over_findings(Time now) {
  if (sink_ == nullptr || !findings_.has_changed()) return;
  handed_over_ = now;
  sink_->findings(findings_.take_changed());
}

void HistoryFeed::finish(Time now) {
  if (sink_ == nullptr) return;
  hand_over_findings(now);
  end_minute(now);
}

void HistoryFeed::forget() {
  if (sink_ != nullptr) sink_->forget();
}

std::optional<Time> HistoryFeed::next_due() const {
  if (sink_ == nullptr) return std::nullopt;
  std::optional<Time> due;
  if (profile_.has_minute()) due = minute_end_;
  if (findings_.has_changed())
    due = std::min(due.value_or(Time::max()), handed_over_ + findings_interval);
  return due;
}

}  // namespace onetrip
