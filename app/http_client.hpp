#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "proxy/net/address.hpp"

namespace onetrip {

struct HttpAnswer {
  unsigned status = 0;
  std::string body;
};

/// One GET to an admin port. None when nobody answers within `patience`; `error` then says why.
std::optional<HttpAnswer> http_get(const Endpoint& where, const std::string& target,
                                   const std::string& token, std::chrono::milliseconds patience,
                                   std::string& error);

}  // namespace onetrip
