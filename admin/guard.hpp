#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/message.hpp"

namespace onetrip {

/// Who may ask at all. Beyond loopback a token is demanded; the Host header must be one of ours, so
/// that a web page cannot reach us through a name of its own (DNS rebinding), nor post to us.
class AdminGuard {
 public:
  /// Empty token: none is demanded. Host "*": any.
  AdminGuard(std::vector<std::string> hosts, std::string token);

  /// The refusal, or none. Health probes are not asked.
  std::optional<AdminResponse> refuse(const AdminRequest& request) const;
  /// The same of what needs no token.
  std::optional<AdminResponse> refuse_site(const AdminRequest& request) const;

 private:
  bool knows(const std::string& host) const;
  bool has_token(const std::string& authorization) const;

  std::vector<std::string> hosts_;
  std::string token_;
};

}  // namespace onetrip
