#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onetrip {

class EventReader;

/// A request as the API needs it: HTTP without sockets.
struct AdminRequest {
  std::string method, target;
  /// Headers; empty when missing.
  std::string host, origin, fetch_site, authorization, content_type, accept, accept_encoding,
      if_none_match;
  std::string body;
};

struct AdminResponse {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::string allow;         ///< of 405: methods
  std::string authenticate;  ///< of 401
  /// More headers, or others than every answer has.
  std::vector<std::pair<std::string, std::string>> headers;
  /// In place of a body: what this gives, for as long as the client listens. Shared because answers
  /// are copied.
  std::shared_ptr<EventReader> events;
};

/// Takes the answer to one request. Called once, from any thread.
using AdminReply = std::function<void(AdminResponse)>;

/// `{"error": {"code", "message"}}`
AdminResponse admin_error(unsigned status, std::string_view code, std::string_view message);

}  // namespace onetrip
