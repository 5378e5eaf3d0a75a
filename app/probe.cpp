#include "app/probe.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <cerrno>
#include <system_error>

namespace onetrip {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

std::string reason(int error) {
  return std::generic_category().message(error);
}

/// Of a connect under way: 0, or the error that it ended with.
int outcome(int fd, std::chrono::milliseconds patience) {
  pollfd one{fd, POLLOUT, 0};
  if (::poll(&one, 1, static_cast<int>(patience.count())) <= 0) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace

Lookup resolve(const Endpoint& endpoint) {
  Lookup out;
  if (endpoint.is_unix()) {
    const Address::Socket socket{asio::local::stream_protocol::endpoint(endpoint.unix_path())};
    out.addresses.push_back({socket, endpoint.unix_path()});
    return out;
  }
  const std::string& host = endpoint.hostaddr.empty() ? endpoint.host : endpoint.hostaddr;
  asio::io_context context;
  boost::system::error_code error;
  for (const auto& found :
       tcp::resolver(context).resolve(host, std::to_string(endpoint.port), error)) {
    const Address::Socket socket(found.endpoint());
    out.addresses.push_back({socket, text_of(socket)});
  }
  if (out.addresses.empty()) out.failure = error ? error.message() : "its name has no address";
  return out;
}

Knock knock(const Address& address, std::chrono::milliseconds patience) {
  const auto begin = std::chrono::steady_clock::now();
  Knock out;
  const int family = address.socket.protocol().family();
  Fd fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) {
    out.failure = reason(errno);
    return out;
  }
  int error = 0;
  if (::connect(fd.get(), address.socket.data(), static_cast<socklen_t>(address.socket.size())) !=
      0)
    error = errno == EINPROGRESS ? outcome(fd.get(), patience) : errno;
  out.took = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - begin);
  if (error == 0) {
    out.connection = std::move(fd);
  } else {
    out.failure = reason(error);
  }
  return out;
}

std::string why_unreachable(const Endpoint& upstream, std::chrono::milliseconds patience) {
  const Lookup found = resolve(upstream);
  std::string why = found.failure;
  for (const Address& address : found.addresses) {
    const Knock tried = knock(address, patience);
    if (tried.connection) return "";
    why = tried.failure;
  }
  return why;
}

}  // namespace onetrip
