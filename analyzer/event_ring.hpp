#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "analyzer/event.hpp"

namespace onetrip {

/// Bounded ring of events for the worker: one thread puts them at a time, and one takes them. A
/// full ring (slots or bytes) drops and counts. No wake-up per event: the worker is woken only when
/// the ring is half full, or when it rests. The last sixteenth of the slots is kept for events that
/// are no executions, so that a flood does not swallow a session's end.
///
/// With a source attached the consumer is mostly the producer, too: it has the source look. What is
/// said below of the producer's thread is said of whoever the source lets look.
class EventRing final : public EventSink {
 public:
  using Take = std::function<void(Event&)>;
  using Expect = std::function<void(const Event&, int)>;

  /// `slots` is rounded up to a power of two. `wake` is called on the producer's and on
  /// the source's thread, perhaps at once.
  EventRing(std::size_t slots, std::size_t max_bytes, std::function<void()> wake);
  ~EventRing() override;
  void put(Event& event) override;                     ///< producer thread
  void trade(std::unique_ptr<Event>& event) override;  ///< producer thread
  bool attach(EventSource* source) override;           ///< any thread; waits for a drain
  void nudge(bool soon) override;                      ///< the source's thread
  /// Gives all that was put before the call, and what waits in the source, in order; false when
  /// there was nothing. What `take` leaves in an event is used again, but no more than max_bytes in
  /// all. Before each, `expect` is shown the event that comes 2 and the one that comes 1 behind it,
  /// with that number: to prefetch() what they will touch. Consumer thread.
  bool drain(const Take& take, const Expect& expect = {});
  /// From now on the next event wakes, once, and so does the next that comes to the source. False
  /// when there is something already. Consumer thread.
  bool rest();
  void stop_resting();            ///< consumer thread
  std::uint64_t dropped() const;  ///< any thread
  std::size_t depth() const;      ///< any thread, about
  std::size_t waiting() const;    ///< bytes, in the source; any thread
  std::size_t capacity() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace onetrip
