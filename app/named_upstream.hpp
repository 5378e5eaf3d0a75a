#pragma once

#include <string>
#include <variant>
#include <vector>

#include "app/environment.hpp"
#include "app/url.hpp"

namespace onetrip {

/// An upstream, and who named it.
struct NamedUpstream {
  std::string text;  ///< as parse_upstream takes it; may hold a password
  std::string origin;
};

struct UpstreamError {
  std::string message;  ///< a sentence that says what to do
};

/// The one server that the environment names: by the variables of --rewrite when there are any,
/// else by every variable that holds a URL of PostgreSQL, PGHOST and PGHOSTADDR. An error when they
/// name several, or none. Pure.
std::variant<NamedUpstream, UpstreamError> find_upstream(const Environment& environment,
                                                         const std::vector<std::string>& rewrite);

/// `upstream` with what it leaves open and the environment says of the same server: user, password
/// and database, and TLS as the strictest of the variables has it. Pure.
std::string completed_upstream(const std::string& upstream, const Environment& environment);

/// As far as their spelling tells: loopback has several names.
bool same_server(const Endpoint& one, const Endpoint& other);

/// A variable that is onetrip's own: it tells nothing of a COMMAND's settings.
bool is_ours(const std::string& variable);

}  // namespace onetrip
