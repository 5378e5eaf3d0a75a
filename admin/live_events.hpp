#pragma once

#include "admin/event_log.hpp"
#include "analyzer/window_sink.hpp"

namespace onetrip {

/// Puts findings and windows into the log while somebody reads it: a finding as the API shows it,
/// with `news` first or again; a window as GET /windows lists it. Worker thread.
class LiveEvents final : public FindingSink, public WindowSink {
 public:
  /// `log` outlives it. `unix_start_ms`: the wall clock at Time zero.
  LiveEvents(EventLog& log, std::int64_t unix_start_ms)
      : log_(log), unix_start_ms_(unix_start_ms) {}

  void finding(const Finding& finding, News news) override;
  void judged(const Window& window, std::span<const Finding> findings) override;

 private:
  EventLog& log_;
  std::int64_t unix_start_ms_;
};

}  // namespace onetrip
