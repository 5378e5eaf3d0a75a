// The least that a forwarder on epoll can cost: reads, writes, looks at nothing. One thread, IPv4
// on loopback. What Onetrip and others take beyond it is their own.
//   bench_floor LISTEN_PORT UPSTREAM_PORT
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

namespace {

struct Pair;

/// One of the two sockets of a pair; `unsent` is what it could not take yet.
struct End {
  int fd = -1;
  End* other = nullptr;
  Pair* pair = nullptr;
  std::string unsent;
  bool wants_write = false;
};

struct Pair {
  End client, server;
  bool gone = false;
};

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_in loopback(const char* port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

class Forwarder {
 public:
  Forwarder(const char* listen_port, const char* upstream_port)
      : upstream_(loopback(upstream_port)) {
    const sockaddr_in address = loopback(listen_port);
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        listen(listener_, SOMAXCONN) != 0) {
      fail("listen");
    }
    epoll_event event{EPOLLIN, {.ptr = nullptr}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 128> events;
    while (true) {
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.ptr == nullptr) {
          accept_one();
        } else {
          serve(*static_cast<End*>(event.data.ptr), event.events);
        }
      }
      closed_.clear();
    }
  }

 private:
  void accept_one() {
    auto pair = std::make_unique<Pair>();
    pair->client.fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    if (pair->client.fd < 0) return;
    pair->server.fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(pair->server.fd, reinterpret_cast<const sockaddr*>(&upstream_), sizeof upstream_) !=
        0) {
      fail("connect");
    }
    pair->client.other = &pair->server;
    pair->server.other = &pair->client;
    for (End* end : {&pair->client, &pair->server}) {
      end->pair = pair.get();
      const int on = 1;
      setsockopt(end->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      epoll_event event{EPOLLIN | EPOLLRDHUP | EPOLLET, {.ptr = end}};
      epoll_ctl(epoll_, EPOLL_CTL_ADD, end->fd, &event);
    }
    pair.release();  // until close_pair()
  }

  void serve(End& end, std::uint32_t events) {
    if (end.pair->gone) return;
    if ((events & EPOLLOUT) != 0) flush(end);
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) forward(end);
  }

  /// From `end` to the other, until there is nothing to read or the other takes no more.
  void forward(End& end) {
    End& to = *end.other;
    while (to.unsent.empty()) {
      const ssize_t got = recv(end.fd, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
      if (got < 0 && errno == EAGAIN) return;
      if (got <= 0) return close_pair(end);
      const auto size = static_cast<std::size_t>(got);
      const ssize_t sent = send(to.fd, buffer_.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN) return close_pair(end);
      const std::size_t taken = sent < 0 ? 0 : static_cast<std::size_t>(sent);
      to.unsent.assign(buffer_.data() + taken, size - taken);
      if (!to.unsent.empty()) want_write(to, EPOLLOUT);
      if (size < buffer_.size()) return;
    }
  }

  void flush(End& end) {
    const ssize_t sent =
        send(end.fd, end.unsent.data(), end.unsent.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return close_pair(end);
    if (sent > 0) end.unsent.erase(0, static_cast<std::size_t>(sent));
    if (!end.unsent.empty()) return;
    want_write(end, 0);
    forward(*end.other);
  }

  void want_write(End& end, std::uint32_t event_bits) {
    epoll_event event{EPOLLIN | EPOLLRDHUP | EPOLLET | event_bits, {.ptr = &end}};
    epoll_ctl(epoll_, EPOLL_CTL_MOD, end.fd, &event);
  }

  /// Its memory is kept until all events of this turn were looked at.
  void close_pair(End& end) {
    end.pair->gone = true;
    close(end.pair->client.fd);
    close(end.pair->server.fd);
    closed_.emplace_back(end.pair);
  }

  const sockaddr_in upstream_;
  const int epoll_ = epoll_create1(0);
  const int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  std::array<char, 65536> buffer_{};
  std::vector<std::unique_ptr<Pair>> closed_;
};

}  // namespace

int main(int count, char** words) {
  if (count != 3) return 2;
  Forwarder(words[1], words[2]).run();
}
