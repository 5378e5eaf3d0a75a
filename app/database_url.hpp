#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onetrip {

/// A URL of PostgreSQL as frameworks and drivers write it, in pieces that together are its bytes:
///   scheme   = [ "jdbc:" / "r2dbc:" / other ":" ] name [ "+" driver ] "://"
///   name     = postgres / postgresql / postgis / pgsql / psql / timescale / timescalegis
///   URL      = scheme [ userinfo "@" ] [ hosts ] [ "/" database ] [ "?" name=value *( "&" … ) ]
struct DatabaseUrl {
  std::string scheme;                   ///< with its ://
  std::string userinfo;                 ///< with its @, or empty
  std::string hosts;                    ///< with their ports
  std::string path;                     ///< with its /, or empty
  std::vector<std::string> parameters;  ///< name=value

  std::string text() const;
  bool is_jdbc() const { return scheme.starts_with("jdbc:"); }
};

/// None when it is no such URL.
std::optional<DatabaseUrl> parse_database_url(std::string_view text);

/// The same as parse_upstream takes it: drivers' words for TLS in those of libpq.
std::string upstream_form(const DatabaseUrl& url);

/// With that host and port; whatever it said of TLS goes, and an sslmode becomes `sslmode`. Every
/// other byte stays.
DatabaseUrl led_to(DatabaseUrl url, const std::string& host, std::uint16_t port,
                   const std::string& sslmode);

/// With that user, without a password, and that database; the parameters stay.
DatabaseUrl belonging_to(DatabaseUrl url, const std::string& user, const std::string& database);

}  // namespace onetrip
