#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <vector>

#include "analyzer/engine.hpp"
#include "analyzer/event.hpp"

namespace onetrip {

/// Bounded single-producer, single-consumer ring of events between one I/O thread and the worker.
/// put() swaps its content into the ring; a full ring (slots or bytes) drops and counts. No wake-up per
/// event: the worker is woken only when the ring is half full.
class EventRing final : public EventSink {
 public:
  EventRing(std::size_t slots, std::size_t max_bytes, std::function<void()> wake);
  ~EventRing() override;
  void put(Event& event) override;                              ///< producer thread
  std::size_t drain(const std::function<void(Event&)>& take);   ///< consumer thread
  std::uint64_t dropped() const;                                ///< any thread
  std::size_t depth() const;                                    ///< any thread, about
  std::size_t capacity() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The analysis thread: owns the engine, drains the rings every few ms, when one is half full, or at
/// once for a question. A big stack (64 MB) for libpg_query.
class Worker {
 public:
  struct Config {
    std::size_t ring_slots = 8192;
    std::size_t ring_bytes = 32U << 20;  ///< per ring
    std::chrono::milliseconds interval{5};
  };
  using Clock = std::function<Time()>;

  /// `rings`: one per I/O thread. The engine is made by `make` on the worker's own thread.
  Worker(Config config, std::size_t rings, std::function<std::unique_ptr<Engine>()> make, Clock clock);
  ~Worker();  ///< drains, judges everything, ends

  EventRing& ring(std::size_t io_thread);

  /// Runs `question` on the worker thread after everything put before this call was taken; the
  /// future gives when it has run. Any thread.
  std::future<void> ask(std::function<void(Engine&, Time)> question);
  /// Everything put before is analysed and all open windows are judged (waits for a catalog that is
  /// being read). Any thread but the worker's.
  void flush();

  std::uint64_t dropped() const;
  std::size_t depth() const;
  std::size_t capacity() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace onetrip
