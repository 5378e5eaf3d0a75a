#include "admin/live_events.hpp"

#include <boost/json.hpp>

#include "admin/answers.hpp"
#include "analyzer/sinks/finding_json.hpp"
#include "analyzer/sinks/json_text.hpp"
#include "analyzer/window_rows.hpp"

namespace onetrip {

void LiveEvents::finding(const Finding& finding, News news) {
  if (!log_.has_readers() || !log_.has_room(EventKind::finding)) return;
  boost::json::object out = finding_json(finding);
  out["news"] = news == News::first ? "first" : "again";
  log_.put(EventKind::finding, to_json_text(out));
}

void LiveEvents::judged(const Window& window, std::span<const Finding> findings) {
  if (!log_.has_readers() || !log_.has_room(EventKind::window)) return;
  const Engine::WindowRow row = window_row(window, findings.size(), unix_start_ms_);
  log_.put(EventKind::window, to_json_text(window_row_json(row)));
}

}  // namespace onetrip
