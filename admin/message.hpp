#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace onetrip {

/// A request as the API needs it: HTTP without sockets.
struct AdminRequest {
  std::string method, target;
  std::string host, origin, fetch_site, authorization, content_type,
      accept;  ///< headers; empty when missing
  std::string body;
};

struct AdminResponse {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::string allow;         ///< of 405: methods
  std::string authenticate;  ///< of 401
};

/// Takes the answer to one request. Called once, from any thread.
using AdminReply = std::function<void(AdminResponse)>;

/// `{"error": {"code", "message"}}`
AdminResponse admin_error(unsigned status, std::string_view code, std::string_view message);

}  // namespace onetrip
