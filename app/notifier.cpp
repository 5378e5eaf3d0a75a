#include "app/notifier.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstring>

#include "proxy/net/fd.hpp"

namespace onetrip {
namespace {

std::optional<std::int64_t> number_of(const std::string& text) {
  std::int64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

/// A value ends with its line.
std::string one_value(std::string text) {
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  return text;
}

}  // namespace

Notifier::Notifier(const Environment& environment)
    : socket_(variable(environment, "NOTIFY_SOCKET")) {
  const auto interval = number_of(variable(environment, "WATCHDOG_USEC"));
  const std::string pid = variable(environment, "WATCHDOG_PID");
  const bool ours = pid.empty() || number_of(pid) == getpid();
  if (!socket_.empty() && interval && *interval > 1 && ours)
    watchdog_ = std::chrono::microseconds(*interval / 2);
}

void Notifier::ready(const std::string& status) const {
  send("READY=1\nSTATUS=" + one_value(status) + "\n");
}

void Notifier::reloading() const {
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now().time_since_epoch());  // CLOCK_MONOTONIC, as is asked for
  send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.count()) + "\n");
}

void Notifier::stopping() const {
  send("STOPPING=1\n");
}

void Notifier::alive() const {
  if (watchdog_) send("WATCHDOG=1\n");
}

void Notifier::send(const std::string& text) const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  if (socket_.front() == '@') address.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const Fd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  // Whoever does not listen misses it: telling must not disturb the service.
  if (fd)
    ::sendto(fd.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
             reinterpret_cast<const sockaddr*>(&address), length);
}

}  // namespace onetrip
