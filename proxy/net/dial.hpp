#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "proxy/net/address.hpp"
#include "proxy/net/socket.hpp"

namespace onetrip {

/// Connects one socket to the first of several addresses that takes it, one after another.
///
/// Call order: begin (on_ready | give_up)*, while it says `connecting`. The caller keeps the clock:
/// each address may have its time, and attempt() tells when the next has begun.
class Dial {
 public:
  enum class Step : std::uint8_t { connecting, connected, failed };

  explicit Dial(Socket& socket) : socket_(socket) {}

  Step begin(std::vector<Address> addresses);
  /// The socket has changed.
  Step on_ready();
  /// Time is over for this address: `why`.
  Step give_up(const std::string& why);

  std::size_t attempt() const { return next_; }
  /// Of connected: where to.
  const Address& address() const { return addresses_[next_ - 1]; }
  /// Of failed: why, for each address.
  const std::string& failure() const { return failure_; }

 private:
  Step try_next();
  void note(const std::string& why);

  Socket& socket_;
  std::vector<Address> addresses_;
  std::size_t next_ = 0;
  std::string failure_;
};

}  // namespace onetrip
