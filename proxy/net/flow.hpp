#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "proxy/net/stream.hpp"
#include "proxy/wire/cursor.hpp"

namespace onetrip {

/// One direction of a relay: bytes that come from one stream go to the other. It holds memory only
/// while the receiver does not take what was read, and reads no more as long: at most one buffer.
/// It never waits; advance() goes as far as its streams are ready.
class Flow final : private Socket::Poster {
 public:
  enum class Next : std::uint8_t {
    wait,         ///< until one of the streams is ready
    again,        ///< there is more, but others must have their turn
    ended,        ///< `from` sends no more; all was delivered and `to` was told so
    source_lost,  ///< reading failed; all that came was delivered
    sink_lost,    ///< writing failed; what was pending is gone
  };

  Flow(Stream& from, Stream& to) : from_(&from), to_(&to) {}
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;

  /// Sends what is pending; then reads while `from` has bytes, forwards what `before(Bytes)` makes
  /// of them, and shows that to `after(Bytes)`; nothing else is read in between. Stops after a few
  /// buffers, so that one busy session does not starve its thread's others. After an end it must
  /// not be called again.
  template <class Before, class After>
  Next advance(std::span<std::byte> buffer, Before&& before, After&& after) {
    if (owes()) {
      if (const Next next = flush(); next != Next::again) return next;
    }
    for (int turn = 0; turn < buffers_per_turn; ++turn) {
      if (!from_->may_read()) return Next::wait;
      if (posted_) {
        if (const Next next = settle(); next != Next::again) return next;
      }
      const Transfer got = from_->try_read(buffer);
      if (got.status == Transfer::Status::would_block) return Next::wait;
      if (got.status == Transfer::Status::ended) return end();
      if (got.status == Transfer::Status::failed) return Next::source_lost;
      if (discarding_) continue;
      const Bytes bytes = before(Bytes(buffer.first(got.size)));
      const Next next = post(bytes) ? Next::again : forward(bytes);
      after(bytes);
      if (next != Next::again) return next;
    }
    return Next::again;
  }

  /// Sends bytes that came another way, before all that is read later. Nothing may be pending.
  /// Next::again: all are sent.
  Next forward(Bytes bytes);

  /// From now on what is read is thrown away: nobody is there to take it.
  void discard();

  /// Bytes held.
  std::size_t pending() const { return pending_.size() - sent_; }
  /// What was read last is sent when the loop's turn ends.
  bool is_posted() const { return posted_; }

 private:
  static constexpr int buffers_per_turn = 4;

  bool post(Bytes bytes);
  void posted(Transfer what, Bytes rest) noexcept override;
  bool owes() const { return lost_ || faulted_ || pending() != 0; }
  Next settle();
  Next flush();
  Next end();

  Stream* from_;
  Stream* to_;
  std::vector<std::byte> pending_;  // exists only while the receiver is slower than the sender
  std::size_t sent_ = 0;            // of pending_
  bool posted_ = false;
  bool lost_ = false;     // what was posted could not be written: to be told
  bool faulted_ = false;  // there was no memory for the rest of it: to be thrown
  bool discarding_ = false;
};

}  // namespace onetrip
