#pragma once

#include <cstddef>
#include <utility>

namespace onetrip {

/// Lifetime as scope, for an object that waits for several things at once: it counts what may still
/// call back, and the object is released when it is over and nothing is left to call. So no
/// operation needs to share the object's ownership.
///
/// One thread. Steps do not nest: within a step, what follows is called or started, never run().
class Lifetime {
 public:
  Lifetime(const Lifetime&) = delete;
  Lifetime& operator=(const Lifetime&) = delete;

  /// Calls `initiate(callback)`, which must hand the callback to one operation that calls it
  /// exactly once, later, never from within. `then` gets the operation's result, unless life ended
  /// before.
  template <class Initiate, class Then>
  void start(Initiate&& initiate, Then then) {
    std::forward<Initiate>(initiate)(
        [this, then = std::move(then)](auto... result) mutable noexcept {
          --pending_;
          run([&] { then(std::move(result)...); });
        });
    ++pending_;  // only now: an initiation that throws leaves nothing to wait for
  }

  /// Runs `step`, as a callback would. The object may be gone afterwards.
  template <class Step>
  void run(Step&& step) noexcept {
    if (!over_) {
      try {
        std::forward<Step>(step)();
      } catch (...) {
        on_fault();
      }
    }
    settle();
  }

  bool is_over() const { return over_; }

 protected:
  Lifetime() = default;
  ~Lifetime() = default;

  /// From now on nothing is called; whoever calls it also cancels what is waited for.
  void end_life() { over_ = true; }

  /// A step threw (memory ran out): end life.
  virtual void on_fault() noexcept = 0;
  /// Life is over and nothing will call back: destroy the object.
  virtual void on_settled() noexcept = 0;

 private:
  void settle() noexcept {
    if (over_ && pending_ == 0) on_settled();
  }

  std::size_t pending_ = 0;
  bool over_ = false;
};

}  // namespace onetrip
