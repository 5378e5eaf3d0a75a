#include <dlfcn.h>
#include <sys/socket.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <chrono>

#include "tests/net/road.hpp"

namespace {

/// While it is not 0, the proxy's accept4() fails with it, so many times.
std::atomic<int> accept_error = 0, failures_left = 0;

}  // namespace

extern "C" int accept4(int fd, sockaddr* name, socklen_t* size, int flags) {
  using Accept = int (*)(int, sockaddr*, socklen_t*, int);
  static const auto real_accept4 = reinterpret_cast<Accept>(::dlsym(RTLD_NEXT, "accept4"));
  const bool is_proxys = (flags & SOCK_NONBLOCK) != 0;  // the tests' own servers wait
  if (is_proxys && accept_error != 0 && failures_left.fetch_sub(1) > 0) {
    errno = accept_error;
    return -1;
  }
  return real_accept4(fd, name, size, flags);
}

/// What accept() may say of the system or of one connection: accept(2).
namespace onetrip::test {
namespace {

using namespace std::chrono_literals;

class FailingAccepts {
 public:
  FailingAccepts(int error, int times) {
    failures_left = times;
    accept_error = error;
  }
  FailingAccepts(const FailingAccepts&) = delete;
  FailingAccepts& operator=(const FailingAccepts&) = delete;
  ~FailingAccepts() { accept_error = 0; }
};

constexpr int always = 1'000'000'000;

}  // namespace

TEST_CASE("Where the system has nothing left to accept with, sessions go on and nobody is lost",
          "[trap:accept-emfile][trap:accept-enfile][trap:accept-enobufs]") {
  const int error = GENERATE(EMFILE, ENFILE, ENOBUFS, ENOMEM);
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  Peer late(Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)));
  {
    const FailingAccepts failing(error, always);
    late.connect(road.port());
    CHECK(eventually([&] { return road.totals().accept_errors >= 1; }));
    CHECK_FALSE(late.stirs_within(250ms));
    CHECK(road.totals().accept_errors < 20);  // it pauses
    ends.client.send("still here");
    CHECK(ends.server.read(10) == "still here");
  }
  late.send(hello());
  CHECK(server.accept().read(hello().size()) == hello());
  CHECK(road.totals().faults == 0);
}

TEST_CASE("What is wrong with one connection does not delay the next",
          "[trap:accept-econnaborted]") {
  const int error = GENERATE(ECONNABORTED, EPROTO, EINTR);
  constexpr int lost = 1000;  // with a pause of 100 ms for each it would take longer than we wait
  Server server;
  Road road(config_to(server.port()));
  const FailingAccepts failing(error, lost);
  Peer client = road.connect();
  client.send(hello());
  CHECK(server.accept().read(hello().size()) == hello());
  CHECK(road.totals().accept_errors == lost);
}

}  // namespace onetrip::test
