#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/log/log_events.hpp"

namespace onetrip::fuzz {

/// What a log makes of itself, and whether its events are sound.
class Sink final : public EventSink {
 public:
  void put(Event& event) override {
    if (event.session == 0) std::abort();
    if (event.kind != Event::Kind::execution) return;
    const Execution& execution = event.execution;
    if (!execution.answer_unseen || execution.complete < execution.sent) std::abort();
    told.push_back(execution.text + std::to_string(execution.complete.count()));
  }
  std::vector<std::string> told;
};

/// Reads a log whose pieces end where `cut` says; gives what it told and what it did not
/// understand.
template <typename Reader>
std::pair<std::vector<std::string>, LogFaults> read_log(std::string_view log, std::size_t cut) {
  static const ValueHasher hasher{ValueHasher::Key{1}};
  Sink sink;
  LogEvents events(hasher, sink, 1024);
  Reader reader(events);
  reader.feed(log.substr(0, cut));
  reader.feed(log.substr(cut));
  reader.end();
  events.end();
  return {sink.told, reader.faults()};
}

/// The first byte says where the log is cut; it must say the same as whole.
template <typename Reader>
void check_log(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return;
  const std::string_view log(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t cut = log.size() * data[0] / 256;
  if (read_log<Reader>(log, cut) != read_log<Reader>(log, 0)) std::abort();
}

}  // namespace onetrip::fuzz
