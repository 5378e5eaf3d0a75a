#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <system_error>
#include <utility>

#include "proxy/net/address.hpp"
#include "proxy/net/fd.hpp"
#include "proxy/net/lifetime.hpp"
#include "proxy/wire/cursor.hpp"

namespace onetrip {

/// When the kernel asks a silent TCP peer whether it is still there.
struct Keepalive {
  std::chrono::seconds idle{60};
  std::chrono::seconds interval{10};
  int probes = 6;
};

/// One hop: a TCP or Unix stream socket that is tried without blocking and waited for. Relay knows
/// sockets through this class only, so what a hop speaks below the protocol is settled here.
/// Thread: that of its io_context.
class Stream {
 public:
  enum class Status : std::uint8_t {
    done,         ///< `size` bytes went; fewer than asked: more would block, for now
    would_block,  ///< nothing went
    ended,        ///< reading: the peer sends no more
    failed,       ///< the connection is lost
  };
  struct Transfer {
    Status status = Status::done;
    std::size_t size = 0;
  };

  explicit Stream(boost::asio::io_context& context) : socket_(context.get_executor()) {}

  /// Takes over a connected socket.
  void adopt(Fd fd, const Address::Socket& peer);
  /// No delay for small writes, and keepalive; nothing for Unix sockets.
  void tune(const Keepalive& keepalive);
  bool is_open() const { return socket_.is_open(); }

  Transfer try_read(std::span<std::byte> buffer);
  Transfer try_write(Bytes bytes);

  /// Tells the peer that no more comes, after all that was written.
  void shutdown_write();
  /// What waits is called with an error. Unread bytes make it a reset (RST).
  void close();
  /// The error that the connection met since it was last asked; asking forgets it.
  std::error_code take_error();

  /// then(error): readable, writable, or lost, which the next try tells.
  template <class Then>
  void when_readable(Lifetime& lifetime, Then then) {
    wait(lifetime, Socket::wait_read, std::move(then));
  }
  template <class Then>
  void when_writable(Lifetime& lifetime, Then then) {
    wait(lifetime, Socket::wait_write, std::move(then));
  }
  /// Called when the connection is lost, although nothing is read; maybe without reason.
  template <class Then>
  void when_faulty(Lifetime& lifetime, Then then) {
    wait(lifetime, Socket::wait_error, std::move(then));
  }
  /// then(error), once; opens the socket.
  template <class Then>
  void connect(Lifetime& lifetime, const Address::Socket& address, Then then) {
    lifetime.start([&](auto callback) { socket_.async_connect(address, std::move(callback)); },
                   std::move(then));
  }
  /// A connect that told success may not be one: a Unix socket's queue was full.
  bool has_peer();

 private:
  using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol,
                                                  boost::asio::io_context::executor_type>;

  template <class Then>
  void wait(Lifetime& lifetime, Socket::wait_type what, Then then) {
    lifetime.start([&](auto callback) { socket_.async_wait(what, std::move(callback)); },
                   std::move(then));
  }

  Socket socket_;
};

}  // namespace onetrip
