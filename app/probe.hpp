#pragma once

#include <chrono>
#include <string>

#include "proxy/net/address.hpp"
#include "proxy/net/fd.hpp"
#include "proxy/net/resolver.hpp"

namespace onetrip {

/// Every address of an endpoint, as a connection would try them now. Blocks for as long as the
/// system's resolver takes.
Lookup resolve(const Endpoint& endpoint);

/// An attempt to connect. PostgreSQL logs nothing about a connection that says nothing.
struct Knock {
  Fd connection;  ///< non-blocking; none when it failed
  std::string failure;
  std::chrono::microseconds took{};
};
Knock knock(const Address& address, std::chrono::milliseconds patience);

/// Why no address of the upstream can be reached, or empty when one can.
std::string why_unreachable(const Endpoint& upstream, std::chrono::milliseconds patience);

}  // namespace onetrip
