#include "admin/guard.hpp"

#include <algorithm>

#include "admin/target.hpp"

namespace onetrip {
namespace {

/// Takes as long whatever differs, so that a token cannot be guessed byte by byte.
bool equal_in_constant_time(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char other = b.empty() ? '\0' : b[i % b.size()];
    difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i] ^ other));
  }
  return difference == 0;
}

bool only_reads(const AdminRequest& request) {
  return request.method == "GET" || request.method == "HEAD";
}

bool from_another_site(const AdminRequest& request) {
  if (request.fetch_site == "cross-site" || request.fetch_site == "same-site") return true;
  if (request.origin.empty()) return false;
  const std::size_t scheme = request.origin.find("://");
  return scheme == std::string::npos || request.origin.substr(scheme + 3) != request.host;
}

}  // namespace

AdminGuard::AdminGuard(std::vector<std::string> hosts, std::string token)
    : token_(std::move(token)) {
  for (const std::string& host : hosts) {
    const bool bare_ipv6 = std::count(host.begin(), host.end(), ':') > 1 && !host.starts_with('[');
    hosts_.push_back(bare_ipv6 ? host : host_name(host));
  }
}

bool AdminGuard::knows(const std::string& host) const {
  const std::string name = host_name(host);
  return std::any_of(hosts_.begin(), hosts_.end(),
                     [&](const std::string& known) { return known == "*" || known == name; });
}

bool AdminGuard::has_token(const std::string& authorization) const {
  constexpr std::string_view scheme = "Bearer ";
  const bool bearer = authorization.starts_with(scheme);
  return bearer &&
         equal_in_constant_time(std::string_view(authorization).substr(scheme.size()), token_);
}

std::optional<AdminResponse> AdminGuard::refuse_site(const AdminRequest& request) const {
  if (request.host.empty()) return admin_error(400, "bad_request", "the Host header is missing");
  if (!knows(request.host)) {
    return admin_error(
        403, "host_not_allowed",
        "the Host `" + request.host + "` is not in admin.hosts of the configuration");
  }
  if (!only_reads(request) && from_another_site(request)) {
    return admin_error(403, "cross_site", "another site's page may not change anything here");
  }
  return std::nullopt;
}

std::optional<AdminResponse> AdminGuard::refuse(const AdminRequest& request) const {
  if (auto refusal = refuse_site(request)) return refusal;
  if (!token_.empty() && !has_token(request.authorization)) {
    AdminResponse response = admin_error(
        401, "unauthorized", "show the token of admin.token_file as `Authorization: Bearer …`");
    response.authenticate = "Bearer";
    return response;
  }
  return std::nullopt;
}

}  // namespace onetrip
