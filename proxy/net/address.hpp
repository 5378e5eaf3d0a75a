#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <cstdint>
#include <string>
#include <vector>

namespace onetrip {

/// Where to listen or to connect, as a person writes it. Either a host and a port, or a folder of
/// Unix sockets and a port, as libpq names them: `<unix_dir>/.s.PGSQL.<port>`.
struct Endpoint {
  std::string host;           ///< a name or a numeric address; empty or "*" listens on all of them
  std::string hostaddr;       ///< numeric; connect there, whatever `host` resolves to
  std::uint16_t port = 5432;  ///< 0 listens on a free one
  std::string unix_dir;       ///< not empty: a Unix socket, and the host does not matter

  bool is_unix() const { return !unix_dir.empty(); }
  std::string unix_path() const;
  /// For people: "db:5432", "[::1]:5432", "/run/postgresql/.s.PGSQL.5432".
  std::string text() const;
  /// On this machine as far as its spelling tells: a Unix socket, a loopback address, "localhost".
  bool is_local() const;
};

/// One address that a socket can have.
struct Address {
  using Socket = boost::asio::generic::stream_protocol::endpoint;
  Socket socket;
  std::string text;
};

/// Numeric "127.0.0.1:5432", "[::1]:5432", the path of a Unix socket, "local" for one without.
std::string text_of(const Address::Socket& socket);
/// A loopback address or a Unix socket.
bool is_loopback(const Address::Socket& socket);
/// Not a Unix socket.
bool is_tcp(const Address::Socket& socket);
/// What the endpoint's spelling alone tells: the Unix socket, the numeric address; empty for a
/// name.
std::vector<Address> addresses_of(const Endpoint& endpoint);
/// 0 for a Unix socket.
std::uint16_t port_of(const Address::Socket& socket);

}  // namespace onetrip
