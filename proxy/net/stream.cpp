#include "proxy/net/stream.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

namespace onetrip {
namespace {

void set_option(int fd, int level, int name, int value) {
  // An option that is refused costs comfort, not the connection.
  (void)::setsockopt(fd, level, name, &value, sizeof value);
}

bool is_temporary(int error) {
  return error == EAGAIN || error == EWOULDBLOCK;
}

}  // namespace

void Stream::adopt(Fd fd, const Address::Socket& peer) {
  socket_.assign(peer.protocol(), fd.get());
  fd.release();
}

void Stream::tune(const Keepalive& keepalive) {
  const int fd = socket_.native_handle();
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0) return;
  if (name.ss_family == AF_UNIX) return;
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, static_cast<int>(keepalive.idle.count()));
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, static_cast<int>(keepalive.interval.count()));
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, keepalive.probes);
}

Stream::Transfer Stream::try_read(std::span<std::byte> buffer) {
  while (true) {
    const auto got = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got > 0) return {Status::done, static_cast<std::size_t>(got)};
    if (got == 0) return {Status::ended, 0};
    if (is_temporary(errno)) return {Status::would_block, 0};
    if (errno != EINTR) return {Status::failed, 0};
  }
}

Stream::Transfer Stream::try_write(Bytes bytes) {
  while (true) {
    const auto sent =
        ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) return {Status::done, static_cast<std::size_t>(sent)};
    if (is_temporary(errno)) return {Status::would_block, 0};
    if (errno != EINTR) return {Status::failed, 0};
  }
}

void Stream::shutdown_write() {
  if (is_open()) (void)::shutdown(socket_.native_handle(), SHUT_WR);
}

void Stream::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

std::error_code Stream::take_error() {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
    error = errno;
  }
  return {error, std::system_category()};
}

bool Stream::has_peer() {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  return ::getpeername(socket_.native_handle(), reinterpret_cast<sockaddr*>(&name), &size) == 0;
}

}  // namespace onetrip
