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
/// It never waits itself; it tells what it must wait for.
class Flow {
 public:
  enum class Next : std::uint8_t {
    read,         ///< wait until `from` is readable, then call read()
    write,        ///< wait until `to` is writable, then call write(); `from` is not read until then
    ended,        ///< `from` sends no more; all was delivered and `to` was told so
    source_lost,  ///< reading failed; all that came was delivered
    sink_lost,    ///< writing failed; what was pending is gone
  };

  Flow(Stream& from, Stream& to) : from_(&from), to_(&to) {}

  /// Reads while `from` has bytes, shows them to `look(Bytes)`, then forwards them: look first, or
  /// an answer could be seen before its question. Stops after a few buffers, so that one busy
  /// session does not starve its thread's others.
  template <class Look>
  Next read(std::span<std::byte> buffer, Look&& look) {
    for (int turn = 0; turn < buffers_per_turn; ++turn) {
      const auto got = from_->try_read(buffer);
      if (got.status == Stream::Status::would_block) return Next::read;
      if (got.status == Stream::Status::ended) return end();
      if (got.status == Stream::Status::failed) return Next::source_lost;
      const Bytes bytes = buffer.first(got.size);
      if (!discarding_) {
        look(bytes);
        if (const Next next = forward(bytes); next != Next::read) return next;
      }
      // A short read emptied the socket: another would only say so.
      if (got.size < buffer.size()) return Next::read;
    }
    return Next::read;
  }

  /// Sends what is pending.
  Next write();

  /// Sends bytes that came another way, before all that is read later. Nothing may be pending.
  Next forward(Bytes bytes);

  /// From now on what is read is thrown away: nobody is there to take it.
  void discard();

  Stream& from() { return *from_; }
  Stream& to() { return *to_; }
  /// Bytes held.
  std::size_t pending() const { return pending_.size() - sent_; }

 private:
  static constexpr int buffers_per_turn = 4;

  Next end();

  Stream* from_;
  Stream* to_;
  std::vector<std::byte> pending_;  // exists only while the receiver is slower than the sender
  std::size_t sent_ = 0;            // of pending_
  bool discarding_ = false;
};

}  // namespace onetrip
