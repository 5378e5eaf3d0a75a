#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "proxy/net/address.hpp"

namespace onetrip {

struct UrlError {
  std::string message;  ///< a sentence, without the password
};

/// "127.0.0.1:6532", "localhost", "[::1]:5432", ":6532" (every address), "/dir",
/// "/dir:5433", "/dir/.s.PGSQL.5433".
std::variant<Endpoint, UrlError> parse_endpoint(std::string_view text, std::uint16_t default_port);

/// An upstream as written: any form of parse_endpoint, or a URL as libpq takes it:
///   postgres[ql]://[user[:password]@][host][:port][/database][?name=value&…]
/// Of the names these matter: host hostaddr port user password dbname sslmode sslrootcert sslcrl
/// sslcrldir sslcert sslkey ssl_min_protocol_version.
struct UpstreamUrl {
  Endpoint endpoint;
  /// Its parameters for TLS as they stand there; empty: not said.
  struct Tls {
    std::string mode, ca, crl, crl_folder, certificate, key, min_version;
  };
  std::string user, password, database;
  Tls tls;
  bool is_url = false;
};
std::variant<UpstreamUrl, UrlError> parse_upstream(std::string_view text);

/// The same URL or `name=value` string with every password as `***`; fit to be shown.
std::string masked(std::string_view dsn);

/// Fit to be a parameter's value in a URL.
std::string percent_encode(std::string_view text);

/// %XX undone; false when an escape is broken or stands for a zero byte.
bool percent_decode(std::string_view text, std::string& out);

}  // namespace onetrip
