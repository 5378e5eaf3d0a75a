#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace onetrip {

/// The target of a request, decoded.
struct RequestTarget {
  std::string path;
  std::map<std::string, std::string> parameters;
};

/// path [ "?" name "=" value *( "&" name "=" value ) ], percent-encoded, `+` a blank in the query.
/// None when an escape is broken, a name comes twice, or the path does not begin with a slash.
std::optional<RequestTarget> parse_target(std::string_view target);

/// The name of a Host header: without port, brackets and final dot, in lower case.
std::string host_name(std::string_view host);

}  // namespace onetrip
