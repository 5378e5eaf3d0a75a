#pragma once

#include <chrono>
#include <string>

#include "proxy/net/address.hpp"

namespace onetrip {

/// Connects and closes again: why the upstream cannot be reached, or empty when it can. PostgreSQL
/// logs nothing about a connection that says nothing.
std::string why_unreachable(const Endpoint& upstream, std::chrono::milliseconds patience);

}  // namespace onetrip
