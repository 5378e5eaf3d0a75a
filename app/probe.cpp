#include "app/probe.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace onetrip {
namespace {

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
  auto addresses = addresses_of(endpoint);
  if (!addresses.empty()) return {std::move(addresses), ""};
  return look_up(endpoint.hostaddr.empty() ? endpoint.host : endpoint.hostaddr, endpoint.port);
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
