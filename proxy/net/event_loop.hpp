#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "proxy/net/fd.hpp"
#include "proxy/net/send_batch.hpp"

namespace onetrip {

/// One thread's wait for all its descriptors, timers and tasks. Edge-triggered: each descriptor is
/// registered once, and each change is told once. (Waiting for one readiness at a time, as Asio
/// does, costs an epoll_ctl before each wait: two of the eight system calls of a short transaction.
/// See docs/performance.md.)
///
/// Thread: that of run(), but for post() and stop(). Before run() the caller's, alone.
class EventLoop {
 public:
  using Clock = std::chrono::steady_clock;

  /// What a descriptor has become since it was last told.
  struct Readiness {
    bool readable = false;  ///< or ended, or lost: reading will tell
    bool writable = false;
    bool ended = false;   ///< the peer sends no more (EPOLLRDHUP), or the connection is gone
    bool urgent = false;  ///< a mark of TCP's urgent data may cut reads short
    bool lost = false;    ///< both directions are closed, or there is an error
  };

  enum class Want : std::uint8_t { nothing, room };

  /// Is told of one descriptor. It may end its watch, and that of others, but must live until the
  /// turn is over: it may still be on the stack.
  class Watcher {
   public:
    virtual void ready(Readiness what) = 0;

   protected:
    ~Watcher() = default;
  };

  /// Calls a function once, at a time. Owned by whoever waits; its destruction disarms it.
  class Timer {
   public:
    Timer(EventLoop& loop, std::function<void()> then) : loop_(loop), then_(std::move(then)) {}
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    ~Timer() { disarm(); }

    /// Forgets the time set before.
    void arm(std::chrono::milliseconds after);
    void disarm();

   private:
    friend class EventLoop;
    EventLoop& loop_;
    std::function<void()> then_;
    Clock::time_point at_{};
    bool armed_ = false;
  };

  /// `batch_from` as SendBatch has it. Throws std::system_error: no descriptors left.
  explicit EventLoop(std::size_t batch_from = 0);
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Tells of reading, ending and loss. Closing the descriptor ends the watch; forget() what was
  /// told already. False with errno when the system refuses.
  bool watch(int fd, Watcher& watcher, Want want = Want::nothing);
  /// Whether room for writing is told, too. Only while something waits to be written: a Unix socket
  /// would tell of it at each read of its peer.
  void want_write(int fd, Watcher& watcher, Want want);

  /// Calls ready() in the next turn although nothing has changed: there was more to do than one
  /// turn allows.
  void again(Watcher& watcher);
  /// The watcher will not be told again, in this turn neither.
  void forget(Watcher& watcher);

  /// What is added while the turn's readiness is told is sent after it, before timers and tasks.
  SendBatch& sends() { return sends_; }

  /// Counts the turns; each begins when something has happened.
  std::uint64_t turn() const { return turn_; }

  /// Runs `task` on the loop's thread, soon. Any thread.
  void post(std::function<void()> task);
  /// Until stop(). Calls `after_turn` when nothing of the turn is left on the stack.
  void run(const std::function<void()>& after_turn);
  /// Ends run() after its turn. Any thread.
  void stop();

 private:
  /// The more sends go in one call, the better. Where each goes by itself whoever is answered wants
  /// to run at once: with 64 busy clients, turns of 128 cost a fifth more CPU and half more p99
  /// latency than turns of 16. See docs/performance.md.
  static constexpr int most_events = 64, events_without_batch = 16;
  struct Told {
    Watcher* watcher;
    Readiness what;
  };
  using Due = std::pair<Clock::time_point, Timer*>;

  void wait();
  void tell();
  void expect(std::size_t place);
  int timeout() const;
  void run_again();
  void run_timers();
  bool run_tasks();
  void wake();

  Fd epoll_, wake_;
  SendBatch sends_;
  std::uint64_t turn_ = 0;
  bool woken_ = false;
  std::vector<Told> told_;
  std::set<Due> timers_;
  std::vector<Watcher*> again_, telling_;
  std::mutex mutex_;  // of what follows
  std::vector<std::function<void()>> tasks_;
  bool stopping_ = false;
};

}  // namespace onetrip
