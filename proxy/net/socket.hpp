#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <system_error>

#include "proxy/net/address.hpp"
#include "proxy/net/event_loop.hpp"
#include "proxy/net/fd.hpp"
#include "proxy/net/send_batch.hpp"
#include "proxy/wire/cursor.hpp"

namespace onetrip {

/// When the kernel asks a silent TCP peer whether it is still there.
struct Keepalive {
  std::chrono::seconds idle{60};
  std::chrono::seconds interval{10};
  int probes = 6;
};

/// No delay for small writes, and keepalive; for TCP only. What a listening socket has, those that
/// it accepts inherit (tcp(7)).
void tune(int fd, const Keepalive& keepalive);

/// What came of an attempt to read or to write without waiting.
struct Transfer {
  enum class Status : std::uint8_t {
    done,         ///< `size` bytes went; fewer than asked: more would block, for now
    would_block,  ///< nothing went
    ended,        ///< reading: the peer sends no more
    failed,       ///< the connection is lost
  };
  Status status = Status::done;
  std::size_t size = 0;
};

/// A TCP or Unix stream socket that is tried without waiting, and knows without a system call when
/// trying is in vain. Thread: that of its loop.
class Socket final : private EventLoop::Watcher, private SendBatch::Sender {
 public:
  /// Is told what came of what it posted, and what did not go.
  class Poster {
   public:
    virtual void posted(Transfer what, Bytes rest) noexcept = 0;

   protected:
    ~Poster() = default;
  };

  /// Is told when the socket may be tried again.
  class Owner {
   public:
    virtual void on_ready(Socket& socket) = 0;

   protected:
    ~Owner() = default;
  };

  Socket(EventLoop& loop, Owner& owner) : loop_(loop), owner_(owner) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() { close(); }

  /// Takes over a connected, non-blocking socket and watches it; an error when the system has no
  /// memory for that.
  std::error_code adopt(Fd fd);
  /// Opens a socket and begins to connect it. Nothing: it is connected. EINPROGRESS: on_ready tells
  /// that it ended, then take_error() how.
  std::error_code connect(const Address::Socket& address);
  /// As tune(descriptor(), keepalive).
  void tune(const Keepalive& keepalive) { onetrip::tune(fd_.get(), keepalive); }
  bool is_open() const { return static_cast<bool>(fd_); }

  /// False: an attempt would be in vain, and none is made.
  bool readable() const { return readable_; }
  bool writable() const { return writable_; }
  /// The connection is gone in both directions.
  bool lost() const { return lost_; }

  Transfer try_read(std::span<std::byte> buffer);
  Transfer try_write(Bytes bytes);
  /// Writes at the end of the loop's turn, or before somebody's try_write(), with what others post;
  /// then the poster is told, and it writes nothing before. False: nothing was done; try_write().
  bool post(Bytes bytes, Poster& poster);
  /// What was posted is written now, and its poster told.
  void settle();

  /// on_ready is called in the next turn, whatever happens until then.
  void again() { loop_.again(*this); }

  /// Tells the peer that no more comes, after all that was written.
  void shutdown_write();
  /// Unread bytes make it a reset (RST).
  void close();
  /// The error that the connection met since it was last asked; asking forgets it.
  std::error_code take_error();
  /// A connect that told success may not be one: a Unix socket's queue was full.
  bool has_peer() const;
  int descriptor() const { return fd_.get(); }

 private:
  void ready(EventLoop::Readiness what) override;
  void sent(ssize_t result, Bytes bytes) noexcept override;
  Transfer outcome(ssize_t result, std::size_t asked);
  void want_write(EventLoop::Want want);

  EventLoop& loop_;
  Owner& owner_;
  Fd fd_;
  bool readable_ = false, writable_ = false, ended_ = false, urgent_ = false, lost_ = false;
  SendBatch::Peer peer_ = SendBatch::Peer::server;
  bool wants_write_ = false;  // as the loop knows it
  Poster* poster_ = nullptr;  // while something is posted
};

}  // namespace onetrip
