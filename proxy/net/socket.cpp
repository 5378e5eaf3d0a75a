#include "proxy/net/socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace onetrip {
namespace {

void set_option(int fd, int level, int name, int value) {
  // An option that is refused costs comfort, not the connection.
  (void)::setsockopt(fd, level, name, &value, sizeof value);
}

bool is_temporary(int error) {
  return error == EAGAIN || error == EWOULDBLOCK;
}

std::error_code last_error() {
  return {errno, std::system_category()};
}

}  // namespace

void tune(int fd, const Keepalive& keepalive) {
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, static_cast<int>(keepalive.idle.count()));
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, static_cast<int>(keepalive.interval.count()));
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, keepalive.probes);
}

std::error_code Socket::adopt(Fd fd) {
  fd_ = std::move(fd);
  peer_ = SendBatch::Peer::client;
  if (!loop_.watch(fd_.get(), *this)) return last_error();
  // The loop tells whether there is something to read; there is room to write.
  writable_ = true;
  return {};
}

std::error_code Socket::connect(const Address::Socket& address) {
  close();
  Fd fd(::socket(address.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return last_error();
  fd_ = std::move(fd);
  peer_ = SendBatch::Peer::server;
  const bool connected =
      ::connect(fd_.get(), address.data(), static_cast<socklen_t>(address.size())) == 0;
  if (!connected && errno != EINPROGRESS) return last_error();
  const std::error_code progress = connected ? std::error_code() : last_error();
  wants_write_ = !connected;
  const auto want = connected ? EventLoop::Want::nothing : EventLoop::Want::room;
  if (!loop_.watch(fd_.get(), *this, want)) return last_error();
  writable_ = connected;
  return progress;
}

Transfer Socket::try_read(std::span<std::byte> buffer) {
  if (!readable_) return {Transfer::Status::would_block, 0};
  while (true) {
    const auto got = ::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got > 0) {
      const auto size = static_cast<std::size_t>(got);
      // A short read emptied the socket, and what comes later is told (epoll(7)); but an end that
      // was told already is still to be read, and urgent data cuts a read short.
      if (size < buffer.size() && !ended_ && !urgent_) readable_ = false;
      return {Transfer::Status::done, size};
    }
    if (got == 0) return {Transfer::Status::ended, 0};
    if (is_temporary(errno)) {
      readable_ = false;
      return {Transfer::Status::would_block, 0};
    }
    if (errno != EINTR) return {Transfer::Status::failed, 0};
  }
}

Transfer Socket::try_write(Bytes bytes) {
  if (!writable_) return {Transfer::Status::would_block, 0};
  loop_.sends().submit();  // what is short does not wait for what is long
  return outcome(send_now(fd_.get(), bytes), bytes.size());
}

Transfer Socket::outcome(ssize_t result, std::size_t asked) {
  if (result < 0 && !is_temporary(static_cast<int>(-result))) return {Transfer::Status::failed, 0};
  const auto size = result < 0 ? 0 : static_cast<std::size_t>(result);
  if (size < asked) {
    writable_ = false;
    want_write(EventLoop::Want::room);
  }
  return {result < 0 ? Transfer::Status::would_block : Transfer::Status::done, size};
}

bool Socket::post(Bytes bytes, Poster& poster) {
  if (!writable_ || !loop_.sends().add(fd_.get(), bytes, *this, peer_)) return false;
  poster_ = &poster;
  return true;
}

void Socket::settle() {
  if (poster_ != nullptr) loop_.sends().submit();
}

void Socket::sent(ssize_t result, Bytes bytes) noexcept {
  const Transfer what = outcome(result, bytes.size());
  std::exchange(poster_, nullptr)->posted(what, bytes.subspan(what.size));
}

void Socket::shutdown_write() {
  settle();
  if (is_open()) (void)::shutdown(fd_.get(), SHUT_WR);
}

void Socket::close() {
  if (!is_open()) return;
  settle();
  loop_.forget(*this);
  fd_ = Fd();
  readable_ = writable_ = ended_ = urgent_ = lost_ = wants_write_ = false;
}

std::error_code Socket::take_error() {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  return {error, std::system_category()};
}

bool Socket::has_peer() const {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  return ::getpeername(fd_.get(), reinterpret_cast<sockaddr*>(&name), &size) == 0;
}

void Socket::want_write(EventLoop::Want want) {
  const bool wants = want == EventLoop::Want::room;
  if (wants == wants_write_) return;
  wants_write_ = wants;
  loop_.want_write(fd_.get(), *this, want);
}

void Socket::ready(EventLoop::Readiness what) {
  if (what.readable) readable_ = true;
  if (what.ended) ended_ = true;
  if (what.urgent) urgent_ = true;
  if (what.lost) lost_ = true;
  if (what.writable) {
    writable_ = true;
    want_write(EventLoop::Want::nothing);
  }
  owner_.on_ready(*this);
}

}  // namespace onetrip
