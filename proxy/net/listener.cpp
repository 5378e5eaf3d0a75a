#include "proxy/net/listener.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <system_error>

namespace onetrip {
namespace {

// A burst of connections must not keep the thread from its sessions.
constexpr int accepts_per_turn = 64;
constexpr auto pause_without_resources = std::chrono::milliseconds(100);

// The connection was lost before it was taken, or was refused by the network: the next may do.
bool is_about_one_connection(int error) {
  switch (error) {
    case ECONNABORTED:
    case EINTR:
    case EPERM:
    case EPROTO:
    case ENETDOWN:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
      return true;
    default:
      return false;
  }
}

}  // namespace

Listener::Listener(EventLoop& loop, ListeningSocket socket, const Keepalive& keepalive, Take take,
                   Counters& counters, Notices& notices, const Clock& clock)
    : loop_(loop),
      socket_(std::move(socket)),
      fd_(socket_.take_fd()),
      timer_(loop,
             [this] {
               pausing_ = false;
               start();
             }),
      take_(std::move(take)),
      counters_(counters),
      notices_(notices),
      clock_(clock) {
  if (is_tcp(socket_.address().socket)) tune(fd_.get(), keepalive);
}

void Listener::start() {
  if (watched_) return accept_some();
  watched_ = loop_.watch(fd_.get(), *this);
  if (watched_) return;
  counters_.accept_errors.add(1);
  pause();
}

void Listener::stop() {
  loop_.forget(*this);
  watched_ = false;
  timer_.disarm();
  fd_ = Fd();
  socket_.remove_file();
}

void Listener::accept_some() {
  if (pausing_ || !fd_) return;
  for (int turn = 0; turn < accepts_per_turn; ++turn) {
    if (accept_one()) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return;
    counters_.accept_errors.add(1);
    if (!is_about_one_connection(errno)) return pause();
  }
  loop_.again(*this);
}

// False with errno when there was none.
bool Listener::accept_one() {
  Address client;
  auto size = static_cast<socklen_t>(client.socket.capacity());
  Fd fd(::accept4(fd_.get(), client.socket.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!fd) return false;
  client.socket.resize(size);
  try {
    client.text = text_of(client.socket);
    take_(std::move(fd), client);
  } catch (const std::exception&) {
    errno = ENOMEM;
    return false;
  }
  return true;
}

void Listener::pause() {
  notices_.accept_failed(std::system_category().message(errno), clock_());
  pausing_ = true;
  timer_.arm(pause_without_resources);
}

}  // namespace onetrip
