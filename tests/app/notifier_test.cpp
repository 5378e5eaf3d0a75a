#include "app/notifier.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstddef>

#include "proxy/net/fd.hpp"

using namespace onetrip;

namespace {

/// systemd's side: a datagram socket with a name that the kernel chose.
class Listener {
 public:
  Listener() : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(sa_family_t)) ==
            0);
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    name_.assign(address.sun_path + 1, size - offsetof(sockaddr_un, sun_path) - 1);
  }

  std::string name() const { return "@" + name_; }
  std::string next() const {
    std::array<char, 512> text{};
    const ssize_t size = ::recv(fd_.get(), text.data(), text.size(), MSG_DONTWAIT);
    return size < 0 ? "" : std::string(text.data(), static_cast<std::size_t>(size));
  }

 private:
  Fd fd_;
  std::string name_;
};

}  // namespace

TEST_CASE("systemd hears of each turn of the service") {
  const Listener systemd;
  const Notifier notifier({{"NOTIFY_SOCKET", systemd.name()}});
  notifier.ready("serving\nhere");
  CHECK(systemd.next() == "READY=1\nSTATUS=serving here\n");
  notifier.reloading();
  CHECK_THAT(systemd.next(), Catch::StartsWith("RELOADING=1\nMONOTONIC_USEC="));
  notifier.stopping();
  CHECK(systemd.next() == "STOPPING=1\n");
}

TEST_CASE("signs of life are sent where they are asked for") {
  const Listener systemd;
  const Environment without{{"NOTIFY_SOCKET", systemd.name()}};
  Notifier(without).alive();
  CHECK(systemd.next().empty());
  const Notifier asked({{"NOTIFY_SOCKET", systemd.name()},
                        {"WATCHDOG_USEC", "3000000"},
                        {"WATCHDOG_PID", std::to_string(getpid())}});
  REQUIRE(asked.watchdog());
  CHECK(*asked.watchdog() == std::chrono::microseconds(1'500'000));
  asked.alive();
  CHECK(systemd.next() == "WATCHDOG=1\n");
  CHECK_FALSE(
      Notifier(
          {{"NOTIFY_SOCKET", systemd.name()}, {"WATCHDOG_USEC", "3000000"}, {"WATCHDOG_PID", "1"}})
          .watchdog());
  CHECK_FALSE(Notifier({{"NOTIFY_SOCKET", "@x"}, {"WATCHDOG_USEC", "3s"}}).watchdog());
}

TEST_CASE("without systemd, or without anybody there, nothing happens") {
  for (const std::string& name :
       {std::string(), std::string("/nonexistent/socket"), std::string(300, 'x')}) {
    const Environment environment{{"NOTIFY_SOCKET", name}};
    Notifier(environment).ready("x");
  }
  SUCCEED();
}
