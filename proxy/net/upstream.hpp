#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "proxy/net/address.hpp"
#include "proxy/net/lifetime.hpp"
#include "proxy/net/stream.hpp"

namespace onetrip {

using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>,
                                                boost::asio::io_context::executor_type>;

/// Connects one stream to the upstream. The name is resolved anew each time, so a failover is
/// followed; its addresses are tried in turn, each for `patience`.
///
/// Call order: one dial, then `done` once, unless life ends before. Thread: that of the io_context.
class Dial {
 public:
  /// With an empty failure the stream is connected to `address`.
  struct Result {
    Address address;
    std::string failure;
  };
  using Done = std::function<void(const Result&)>;

  Dial(boost::asio::io_context& context, Lifetime& lifetime, Stream& stream);

  void dial(const Endpoint& endpoint, std::chrono::milliseconds patience, Done done);
  /// One address and no other.
  void dial(const Address& address, std::chrono::milliseconds patience, Done done);

  /// Gives up: `done` is called with this failure, unless it was called already.
  void give_up(const std::string& why);
  /// Cancels what is waited for. For the end of life.
  void close();

 private:
  using Resolver =
      boost::asio::ip::basic_resolver<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;

  void begin(std::chrono::milliseconds patience, Done done);
  void resolve(const std::string& host, std::uint16_t port);
  void try_next();
  void connected_or_not(std::error_code error);
  void start_clock();
  void note(const std::string& where, const std::string& why);
  void finish(const Result& result);

  Lifetime& lifetime_;
  Stream& stream_;
  Resolver resolver_;
  Timer clock_;
  std::chrono::milliseconds patience_{};
  Done done_;
  std::vector<Address> addresses_;
  std::size_t next_ = 0;
  std::uint64_t attempt_ = 0;  // callbacks of an earlier one find another number
  bool timed_out_ = false;
  std::string failures_;
};

}  // namespace onetrip
