#include "proxy/net/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <cstddef>
#include <cstring>

namespace onetrip {
namespace {

std::string host_and_port(const std::string& host, std::uint16_t port) {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

// The sockaddr types may be read through memcpy only: the bytes are an Address::Socket's.
template <class Sockaddr>
Sockaddr as(const Address::Socket& socket) {
  Sockaddr sockaddr{};
  std::memcpy(&sockaddr, socket.data(), std::min(sizeof sockaddr, socket.size()));
  return sockaddr;
}

std::string unix_text(const Address::Socket& socket) {
  if (socket.size() <= offsetof(sockaddr_un, sun_path)) return "local";
  const auto sockaddr = as<sockaddr_un>(socket);
  const std::string path(sockaddr.sun_path, ::strnlen(sockaddr.sun_path, sizeof sockaddr.sun_path));
  return path.empty() ? "local" : path;
}

}  // namespace

std::string Endpoint::unix_path() const {
  return unix_dir + "/.s.PGSQL." + std::to_string(port);
}

std::string Endpoint::text() const {
  if (is_unix()) return unix_path();
  return host_and_port(host.empty() ? hostaddr : host, port);
}

bool Endpoint::is_local() const {
  if (is_unix()) return true;
  const std::string& target = hostaddr.empty() ? host : hostaddr;
  boost::system::error_code not_numeric;
  const auto address = boost::asio::ip::make_address(target, not_numeric);
  return not_numeric ? target == "localhost" : address.is_loopback();
}

std::string text_of(const Address::Socket& socket) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (socket.data()->sa_family == AF_INET) {
    const auto sockaddr = as<sockaddr_in>(socket);
    ::inet_ntop(AF_INET, &sockaddr.sin_addr, text.data(), text.size());
    return host_and_port(text.data(), ntohs(sockaddr.sin_port));
  }
  if (socket.data()->sa_family == AF_INET6) {
    const auto sockaddr = as<sockaddr_in6>(socket);
    ::inet_ntop(AF_INET6, &sockaddr.sin6_addr, text.data(), text.size());
    return host_and_port(text.data(), ntohs(sockaddr.sin6_port));
  }
  return unix_text(socket);
}

bool is_loopback(const Address::Socket& socket) {
  if (socket.data()->sa_family == AF_INET) {
    return ntohl(as<sockaddr_in>(socket).sin_addr.s_addr) >> 24U == 127;
  }
  if (socket.data()->sa_family == AF_INET6) {
    const auto address = as<sockaddr_in6>(socket).sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(&address) != 0;
  }
  return true;
}

bool is_tcp(const Address::Socket& socket) {
  return socket.data()->sa_family != AF_UNIX;
}

std::vector<Address> addresses_of(const Endpoint& endpoint) {
  if (endpoint.is_unix()) {
    const auto path = endpoint.unix_path();
    return {{boost::asio::local::stream_protocol::endpoint(path), path}};
  }
  boost::system::error_code not_numeric;
  const auto numeric = boost::asio::ip::make_address(
      endpoint.hostaddr.empty() ? endpoint.host : endpoint.hostaddr, not_numeric);
  if (not_numeric) return {};
  const Address::Socket socket(boost::asio::ip::tcp::endpoint(numeric, endpoint.port));
  return {{socket, text_of(socket)}};
}

std::uint16_t port_of(const Address::Socket& socket) {
  if (socket.data()->sa_family == AF_INET) return ntohs(as<sockaddr_in>(socket).sin_port);
  if (socket.data()->sa_family == AF_INET6) return ntohs(as<sockaddr_in6>(socket).sin6_port);
  return 0;
}

}  // namespace onetrip
