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

Listener::Listener(boost::asio::io_context& context, ListeningSocket socket, Take take,
                   Counters& counters, Notices& notices, const Clock& clock)
    : socket_(std::move(socket)),
      acceptor_(context.get_executor()),
      timer_(context.get_executor()),
      take_(std::move(take)),
      counters_(counters),
      notices_(notices),
      clock_(clock) {
  acceptor_.assign(socket_.address().socket.protocol(), socket_.take_fd().release());
}

void Listener::stop() {
  stopped_ = true;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  timer_.cancel();
  socket_.remove_file();
}

void Listener::wait() {
  acceptor_.async_wait(Acceptor::wait_read, [this](auto error) {
    if (!error && !stopped_) accept_some();
  });
}

void Listener::accept_some() {
  for (int turn = 0; turn < accepts_per_turn; ++turn) {
    if (accept_one()) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    counters_.accept_errors.add(1);
    if (!is_about_one_connection(errno)) return pause();
  }
  wait();
}

// False with errno when there was none.
bool Listener::accept_one() {
  Address client;
  auto size = static_cast<socklen_t>(client.socket.capacity());
  Fd fd(::accept4(acceptor_.native_handle(), client.socket.data(), &size,
                  SOCK_NONBLOCK | SOCK_CLOEXEC));
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
  timer_.expires_after(pause_without_resources);
  timer_.async_wait([this](auto) {
    if (!stopped_) wait();
  });
}

}  // namespace onetrip
