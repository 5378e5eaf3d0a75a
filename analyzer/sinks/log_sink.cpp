#include "analyzer/sinks/log_sink.hpp"

#include <boost/json.hpp>

#include "analyzer/sinks/finding_json.hpp"
#include "analyzer/sinks/json_text.hpp"

namespace onetrip {
namespace {

/// More findings than this are told once each and not followed.
constexpr std::size_t most_followed = 20'000;

}  // namespace

LogSink::LogSink(LogFormat format, Colour colour, Write write)
    : format_(format), colour_(colour), write_(std::move(write)) {}

bool LogSink::is_news(const Finding& finding, News news) {
  const Told now{finding.seen.worst_count, finding.confidence};
  const auto told = told_.find(finding.id);
  if (told == told_.end()) {
    if (told_.size() < most_followed) told_.emplace(finding.id, now);
    return news == News::first;
  }
  const bool worse = now.worst_count >= 2 * told->second.worst_count;
  const bool surer = now.confidence > told->second.confidence;
  if (news == News::again && !worse && !surer) return false;
  told->second = now;
  return true;
}

void LogSink::finding(const Finding& finding, News news) {
  if (!is_news(finding, news)) return;
  if (format_ == LogFormat::json) {
    write_json(finding);
  } else {
    write_text(finding);
  }
}

void LogSink::write_text(const Finding& finding) const {
  write_(finding_text(finding, colour_));
}

void LogSink::write_json(const Finding& finding) const {
  boost::json::object line;
  line["time"] = finding.seen.last;
  line["level"] = to_string(finding.severity);
  line["message"] = finding.title;
  line["finding"] = finding_json(finding);
  write_(to_json_text(line) + "\n");
}

}  // namespace onetrip
