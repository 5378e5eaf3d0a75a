#include "proxy/session/execution_pool.hpp"

#include <utility>

#include "proxy/wire/wipe.hpp"

namespace onetrip {

namespace {

// What a burst needed is not kept for ever.
constexpr std::size_t most_spare = 64;
constexpr std::size_t largest_spare = std::size_t{64} << 10U;

}  // namespace

void ExecutionPool::Parameters::clear() {
  wipe(slots);
  elements.clear();
  wipe(texts);
}

// What is given back needs no memory then: also not where a session is closed for want of some.
ExecutionPool::ExecutionPool() {
  events_.reserve(most_spare);
  buffers_.reserve(most_spare);
}

std::unique_ptr<Event> ExecutionPool::take() {
  std::unique_ptr<Event> event;
  if (events_.empty()) {
    event = std::make_unique<Event>();
  } else {
    event = std::move(events_.back());
    events_.pop_back();
  }
  ++lent_;
  return event;
}

void ExecutionPool::give(std::unique_ptr<Event> event) {
  --lent_;
  if (events_.size() >= most_spare || event->execution.footprint() > largest_spare) return;
  event->execution.clear();
  event->kind = Event::Kind::execution;
  event->blindness = Blindness::none;
  events_.push_back(std::move(event));
}

ExecutionPool::Buffer ExecutionPool::take_buffer() {
  if (buffers_.empty()) return {};
  Buffer buffer = std::move(buffers_.back());
  buffers_.pop_back();
  return buffer;
}

void ExecutionPool::give_buffer(Buffer buffer) {
  if (buffers_.size() >= most_spare || buffer.capacity() > largest_spare) return;
  buffer.clear();
  buffers_.push_back(std::move(buffer));
}

}  // namespace onetrip
