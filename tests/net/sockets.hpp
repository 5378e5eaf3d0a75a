#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include "proxy/net/fd.hpp"

/// Plain blocking sockets for both ends of a relay. Every wait ends after `patience`, with an
/// exception that fails the test. Any thread, one at a time.
namespace onetrip::test {

inline constexpr std::chrono::seconds patience{20};

/// ASan keeps freed memory, and it and UBSan need descriptors of their own.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool under_address_sanitizer = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool under_address_sanitizer = true;
#else
inline constexpr bool under_address_sanitizer = false;
#endif
#else
inline constexpr bool under_address_sanitizer = false;
#endif

[[noreturn]] inline void fail(const char* what) {
  throw std::system_error(errno, std::system_category(), what);
}

/// True as soon as `condition` holds, false when it does not in time.
template <class Condition>
bool eventually(Condition&& condition) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

class Peer {
 public:
  explicit Peer(Fd fd) : fd_(std::move(fd)) {
    timeval limit{};
    limit.tv_sec = patience.count();
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }

  static Peer connect_tcp(std::uint16_t port) {
    Peer peer(Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)));
    peer.connect(port);
    return peer;
  }

  /// For a TCP socket that is not connected yet.
  void connect(std::uint16_t port) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(port);
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connect_to(name);
    const int yes = 1;
    ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  }

  static Peer connect_unix(const std::string& path) {
    Peer peer(Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)));
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    path.copy(name.sun_path, sizeof name.sun_path - 1);
    peer.connect_to(name);
    return peer;
  }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0) fail("send");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  /// TCP's urgent data, which no reader of ours asks for.
  void send_urgent(char byte) {
    if (::send(fd_.get(), &byte, 1, MSG_NOSIGNAL | MSG_OOB) != 1) fail("send");
  }

  /// Bytes that go without waiting; 0 when none do.
  std::size_t send_some(std::string_view bytes) {
    const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent < 0 ? 0 : static_cast<std::size_t>(sent);
  }

  /// One read; empty at the end.
  std::string read_some(std::size_t limit = 65536) {
    std::string bytes(limit, '\0');
    const auto got = ::recv(fd_.get(), bytes.data(), bytes.size(), 0);
    if (got < 0) fail("recv");
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
  }

  std::string read(std::size_t size) {
    std::string bytes;
    while (bytes.size() < size) {
      const auto piece = read_some(size - bytes.size());
      if (piece.empty()) throw std::runtime_error("ended after: " + bytes);
      bytes += piece;
    }
    return bytes;
  }

  /// All up to the end of the peer's half.
  std::string read_to_end() {
    std::string bytes;
    for (std::string piece = read_some(); !piece.empty(); piece = read_some()) bytes += piece;
    return bytes;
  }

  /// Bytes, an end or a reset came before `limit` was over.
  bool stirs_within(std::chrono::milliseconds limit) const {
    pollfd watched{fd_.get(), POLLIN, 0};
    return ::poll(&watched, 1, static_cast<int>(limit.count())) > 0;
  }

  /// The connection ends without another byte, in order or by a reset.
  bool is_cut() {
    char byte = 0;
    const auto got = ::recv(fd_.get(), &byte, 1, 0);
    return got == 0 || (got < 0 && errno == ECONNRESET);
  }

  /// Sends until nobody is there to take it.
  bool is_deserted() {
    return eventually([&] {
      return ::send(fd_.get(), "x", 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 &&
             (errno == EPIPE || errno == ECONNRESET);
    });
  }

  int descriptor() const { return fd_.get(); }
  void shutdown_write() { ::shutdown(fd_.get(), SHUT_WR); }
  void close() { fd_ = Fd(); }

  /// As when the process is killed with bytes unread: RST.
  void reset() {
    const linger none{1, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
    close();
  }

 private:
  template <class Name>
  void connect_to(const Name& name) {
    if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) {
      fail("connect");
    }
  }

  Fd fd_;
};

/// The server behind the proxy: accepts, and says what the test tells it to.
class Server {
 public:
  Server() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    open(name);
    socklen_t size = sizeof name;
    ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&name), &size);
    port_ = ntohs(name.sin_port);
  }

  /// On one of the loopback addresses, again if need be.
  struct At {
    const char* address;
    std::uint16_t port;
  };
  explicit Server(At at) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), port_(at.port) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(at.port);
    ::inet_pton(AF_INET, at.address, &name.sin_addr);
    open(name);
  }

  explicit Server(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    path.copy(name.sun_path, sizeof name.sun_path - 1);
    open(name);
  }

  std::uint16_t port() const { return port_; }

  Peer accept() {
    Fd fd(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!fd) fail("accept");
    return Peer(std::move(fd));
  }

  /// Somebody has connected and not been accepted yet.
  bool stirs_within(std::chrono::milliseconds limit) const {
    pollfd watched{fd_.get(), POLLIN, 0};
    return ::poll(&watched, 1, static_cast<int>(limit.count())) > 0;
  }

  void close() { fd_ = Fd(); }

 private:
  template <class Name>
  void open(const Name& name) {
    timeval limit{};
    limit.tv_sec = patience.count();
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    const int yes = 1;
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) fail("bind");
    if (::listen(fd_.get(), 64) != 0) fail("listen");
  }

  Fd fd_;
  std::uint16_t port_ = 0;
};

/// An address that never answers: its queue of new connections is full, so the kernel drops what
/// asks for one.
class SilentServer {
 public:
  SilentServer() {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof name;
    auto* address = reinterpret_cast<sockaddr*>(&name);
    if (::bind(fd_.get(), address, size) != 0 || ::listen(fd_.get(), 0) != 0) fail("listen");
    ::getsockname(fd_.get(), address, &size);
    port_ = ntohs(name.sin_port);
    for (auto& filler : fillers_) (void)::connect(filler.get(), address, size);
  }

  std::uint16_t port() const { return port_; }

 private:
  static Fd socket(int flags) {
    return Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
  }

  Fd fd_ = socket(0);
  std::array<Fd, 3> fillers_{socket(SOCK_NONBLOCK), socket(SOCK_NONBLOCK), socket(SOCK_NONBLOCK)};
  std::uint16_t port_ = 0;
};

}  // namespace onetrip::test
