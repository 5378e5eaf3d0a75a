#include "admin/event_log.hpp"

#include <atomic>
#include <deque>
#include <mutex>
#include <string_view>

namespace onetrip {
namespace {

std::string_view to_string(EventKind kind) {
  return kind == EventKind::finding ? "finding" : "window";
}

//   event: <name> LF data: <one line> LF LF     (HTML, "Server-sent events")
std::string block(std::string_view name, std::string_view data) {
  std::string out("event: ");
  out.append(name).append("\ndata: ").append(data).append("\n\n");
  return out;
}

using Counts = std::array<std::uint64_t, 2>;  ///< by kind

std::string skipped_block(const Counts& counts) {
  return block("skipped", "{\"findings\": " + std::to_string(counts[0]) +
                              ", \"windows\": " + std::to_string(counts[1]) + "}");
}

}  // namespace

struct EventReader::Shared {
  /// Tells what was skipped, and makes room for more.
  void look() {
    if (skipped != Counts{}) keep(skipped_block(skipped));
    skipped = came = {};
  }
  void keep(std::string event) {
    events.push_back(std::move(event));
    if (events.size() <= EventLog::max_events) return;
    events.pop_front();
    ++first;
  }

  std::atomic<std::size_t> readers{0};
  std::mutex mutex;  ///< of what follows
  std::deque<std::string> events;
  std::uint64_t first = 0;  ///< number of events.front()
  Counts came{}, skipped{};
};

EventReader::EventReader(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {
  const std::lock_guard lock(shared_->mutex);
  at_ = shared_->first + shared_->events.size();
}

EventReader::~EventReader() {
  --shared_->readers;
}

std::string EventReader::next() {
  const std::lock_guard lock(shared_->mutex);
  shared_->look();
  std::string out;
  if (at_ < shared_->first) {
    out = skipped_block({0, shared_->first - at_});
    at_ = shared_->first;
  }
  const std::uint64_t end = shared_->first + shared_->events.size();
  for (; at_ != end; ++at_) out.append(shared_->events[at_ - shared_->first]);
  return out;
}

EventLog::EventLog() : shared_(std::make_shared<EventReader::Shared>()) {}

EventLog::~EventLog() = default;

std::shared_ptr<EventReader> EventLog::read() {
  if (shared_->readers.fetch_add(1) >= max_readers) {
    --shared_->readers;
    return nullptr;
  }
  return std::shared_ptr<EventReader>(new EventReader(shared_));
}

bool EventLog::has_readers() const {
  return shared_->readers.load(std::memory_order_relaxed) != 0;
}

bool EventLog::has_room(EventKind kind) {
  const std::lock_guard lock(shared_->mutex);
  const auto place = static_cast<std::size_t>(kind);
  if (shared_->came[place] < max_of_kind) return true;
  ++shared_->skipped[place];
  return false;
}

void EventLog::put(EventKind kind, const std::string& data) {
  const std::lock_guard lock(shared_->mutex);
  ++shared_->came[static_cast<std::size_t>(kind)];
  shared_->keep(block(to_string(kind), data));
}

}  // namespace onetrip
