#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <vector>

#include "analyzer/engine.hpp"
#include "analyzer/event_ring.hpp"

namespace onetrip {

/// The analysis thread: owns the engine, drains the rings at an interval, when one is half full, or
/// at once for a question. Where nothing comes it rests: the next event wakes it, or the next
/// window that is due. A big stack (64 MB) for libpg_query.
class Worker {
 public:
  struct Config {
    std::size_t ring_slots = 65'536;
    std::size_t ring_bytes = 32U << 20;  ///< per ring
    std::chrono::milliseconds interval{20};
  };
  using Clock = std::function<Time()>;

  /// `rings`: one per I/O thread. The engine is made by `make` on the worker's own thread; returns
  /// when it is there, throws what `make` threw.
  Worker(Config config, std::size_t rings, std::function<std::unique_ptr<Engine>()> make,
         Clock clock);
  ~Worker();  ///< drains, judges everything, ends

  EventRing& ring(std::size_t io_thread);

  /// Runs `question` on the worker thread after everything put before this call was taken, in the
  /// rings and in their sources; the future gives when it has run, or what it threw. Any thread.
  std::future<void> ask(std::function<void(Engine&, Time)> question);
  /// Everything put before is analysed and all open windows are judged. Waits for a catalog that is
  /// being read, as long as the engine does, at most 30 s by the clock. Any thread but the
  /// worker's.
  void flush();

  std::uint64_t dropped() const;   ///< by all rings
  std::uint64_t failures() const;  ///< events that the engine threw at; they are lost, nothing else
  bool rests() const;              ///< about
  std::size_t depth() const;
  std::size_t waiting() const;  ///< bytes that no session's observer has seen
  std::size_t capacity() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace onetrip
