#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "app/url.hpp"

namespace onetrip {

struct HttpAnswer {
  unsigned status = 0;
  std::string body;
};

/// Of an API as it is written: "http://127.0.0.1:9188", "127.0.0.1:9188", "localhost".
std::variant<Endpoint, UrlError> api_endpoint(std::string address);

/// One GET to an admin port. None when nobody answers within `patience`; `error` then says why.
std::optional<HttpAnswer> http_get(const Endpoint& where, const std::string& target,
                                   const std::string& token, std::chrono::milliseconds patience,
                                   std::string& error);

/// The same with one POST that says nothing.
std::optional<HttpAnswer> http_post(const Endpoint& where, const std::string& target,
                                    const std::string& token, std::chrono::milliseconds patience,
                                    std::string& error);

}  // namespace onetrip
