#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "proxy/wire/cursor.hpp"

namespace onetrip {

/// send(2) without waiting or SIGPIPE: bytes that went, or -errno.
ssize_t send_now(int fd, Bytes bytes);

/// The short sends of one turn of a loop, given to the kernel in one system call
/// (io_uring_enter(2), Linux 6.1 or newer). After each send(2) the peer that it woke takes the
/// sender's core; here the sender finishes its turn first. Servers are sent to before clients: what
/// a client with many connections is answered then comes in one go, and wakes it once. See
/// docs/performance.md for what that saves.
///
/// Where the kernel, or the profile of a container, does not permit io_uring, nothing is taken, and
/// each sends for itself. Thread: that of its loop.
class SendBatch {
 public:
  class Sender {
   public:
    /// What came of the bytes, as send_now() gives it. The sender sends and closes nothing from
    /// here.
    virtual void sent(ssize_t result, Bytes bytes) noexcept = 0;

   protected:
    ~Sender() = default;
  };

  enum class Peer : std::uint8_t { server, client };

  static constexpr std::size_t most = 64;       ///< sends
  static constexpr std::size_t longest = 4096;  ///< bytes of one; more is worth a call of its own
  static constexpr std::size_t most_bytes = std::size_t{128} << 10U;  ///< of all

  /// `worthwhile`: events in a turn from which on its sends wait for each other; 0: never.
  explicit SendBatch(std::size_t worthwhile);
  SendBatch(const SendBatch&) = delete;
  SendBatch& operator=(const SendBatch&) = delete;
  ~SendBatch();

  /// Once, on the loop's thread, before all else.
  void open();
  /// Sends can wait for each other at all. After open().
  bool is_open() const { return ring_ != nullptr; }
  /// A turn begins, of so many events.
  void begin(std::size_t events);
  /// Copies the bytes. False: it is yours to send, now. `fd` stays open, and the sender lives,
  /// until it has heard what came of it; nobody else sends on `fd` until then.
  bool add(int fd, Bytes bytes, Sender& sender, Peer peer);
  /// Sends what was added, servers first, and then tells each what came of it, in the order of
  /// add().
  void submit();
  /// submit(), and nothing more is taken until begin().
  void end();

 private:
  struct Ring;
  struct Entry {
    int fd;
    std::span<std::byte> bytes;  // in memory_
    Sender* sender;
    std::optional<ssize_t> result;
    Peer peer;
  };

  void send_together();

  const std::size_t worthwhile_;
  std::unique_ptr<Ring> ring_;
  std::unique_ptr<std::array<std::byte, most_bytes>> memory_;  // since there is a ring
  std::array<Entry, most> entries_;
  std::size_t count_ = 0, bytes_ = 0;  // that were added
  bool takes_ = false;
};

}  // namespace onetrip
