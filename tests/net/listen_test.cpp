#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "proxy/net/bind.hpp"
#include "proxy/net/listener.hpp"
#include "tests/net/road.hpp"

namespace onetrip::test {
namespace {

// A process may open no more files than it has, until the end of the scope.
class NoMoreFiles {
 public:
  NoMoreFiles() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const Fd next(::dup(0));
    rlimit none = before_;
    none.rlim_cur = static_cast<rlim_t>(next.get());
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  NoMoreFiles(const NoMoreFiles&) = delete;
  NoMoreFiles& operator=(const NoMoreFiles&) = delete;
  ~NoMoreFiles() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

// The descriptor of the event loop that was made last.
int newest_epoll() {
  int newest = -1;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::string what = std::filesystem::read_symlink(entry.path(), gone).string();
    if (what.find("eventpoll") == std::string::npos) continue;
    newest = std::max(newest, std::stoi(entry.path().filename().string()));
  }
  return newest;
}

}  // namespace

TEST_CASE("Unix sockets serve on both sides, open to all, and go with the proxy") {
  Folder folder;
  auto config = config_to(1);
  config.listen = {unix_socket(folder.path(), 6532)};
  config.upstream = unix_socket(folder.path(), 5432);
  Server server(config.upstream.unix_path());
  const auto path = folder.path() + "/.s.PGSQL.6532";
  {
    Road road(config);
    struct stat file {};
    REQUIRE(::stat(path.c_str(), &file) == 0);
    CHECK((file.st_mode & 0777U) == 0777U);

    Peer client = Peer::connect_unix(path);
    client.send(hello());
    Peer behind = server.accept();
    CHECK(behind.read(hello().size()) == hello());
    behind.send(welcome());
    CHECK(client.read(welcome().size()) == welcome());
    const auto opened = road.recorder().events(Event::Kind::session_opened);
    REQUIRE(opened.size() == 1);
    CHECK(opened[0].facts.client == "local");
    CHECK(opened[0].facts.upstream == config.upstream.unix_path());
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("A socket that a killed process left is replaced") {
  Folder folder;
  const auto endpoint = unix_socket(folder.path(), 6532);
  Server(endpoint.unix_path()).close();
  REQUIRE(std::filesystem::exists(endpoint.unix_path()));
  CHECK(bind(endpoint).size() == 1);
}

TEST_CASE("What is in the way of a socket is left alone and named") {
  Folder folder;
  const auto endpoint = unix_socket(folder.path(), 6532);
  SECTION("a socket that somebody serves") {
    Server server(endpoint.unix_path());
    CHECK_THROWS_WITH(bind(endpoint), Catch::Contains("another process listens there"));
  }
  SECTION("a file") {
    std::ofstream(endpoint.unix_path()) << "precious";
    CHECK_THROWS_WITH(bind(endpoint), Catch::Contains("a file that is no socket is in the way"));
    CHECK(std::filesystem::file_size(endpoint.unix_path()) == 8);
  }
  SECTION("a path that is too long") {
    CHECK_THROWS_WITH(bind(unix_socket("/" + std::string(120, 'x'), 1)),
                      Catch::Contains("choose a shorter folder"));
  }
}

TEST_CASE("A socket that another process has replaced is not removed") {
  Folder folder;
  const auto endpoint = unix_socket(folder.path(), 6532);
  {
    const auto mine = bind(endpoint);
    std::filesystem::remove(endpoint.unix_path());
    std::ofstream(endpoint.unix_path()) << "theirs";
  }
  CHECK(std::filesystem::exists(endpoint.unix_path()));
}

TEST_CASE("A port that is taken is told with what to do") {
  Server taken;
  CHECK_THROWS_WITH(bind(loopback(taken.port())),
                    "cannot listen on 127.0.0.1:" + std::to_string(taken.port()) +
                        ": Address already in use; choose another port");
}

TEST_CASE("All addresses of a name share one free port") {
  Endpoint everywhere;
  everywhere.port = 0;
  const auto sockets = bind(everywhere);
  REQUIRE_FALSE(sockets.empty());
  for (const auto& socket : sockets) {
    CHECK(port_of(socket.address().socket) == port_of(sockets[0].address().socket));
    CHECK_FALSE(is_loopback(socket.address().socket));
  }
}

TEST_CASE("Without descriptors, accepting pauses and goes on", "[trap:accept-emfile]") {
  if (under_address_sanitizer) return;
  Server server;
  Road road(config_to(server.port()));
  Peer waiting = road.connect();
  CHECK(eventually([&] { return road.totals().clients == 1; }));
  Peer late(Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)));
  {
    const NoMoreFiles none;
    late.connect(road.port());
    CHECK(eventually([&] { return road.totals().accept_errors >= 2; }));
  }
  late.send(hello());
  Peer behind = server.accept();
  CHECK(behind.read(hello().size()) == hello());
  CHECK(road.totals().accept_errors < 100);
}

// The kernel refuses to watch a descriptor that is watched already as it would for want of memory.
TEST_CASE("A listener that the system will not watch is tried again",
          "[trap:listener-not-watched]") {
  EventLoop loop;
  const int epoll = newest_epoll();
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  REQUIRE(::listen(fd.get(), 5) == 0);  // on a port that the system chooses
  sockaddr_in name{};
  socklen_t size = sizeof name;
  REQUIRE(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&name), &size) == 0);
  struct Nobody final : EventLoop::Watcher {
    void ready(EventLoop::Readiness) override {}
  } nobody;
  const int number = fd.get();
  REQUIRE(loop.watch(number, nobody));

  bool taken = false;
  Counters counters;
  Notices notices;
  const Clock clock = [] { return Time(); };
  Address address;
  address.text = "the listener";
  Listener listener(
      loop, ListeningSocket(std::move(fd), address, ""), {},
      [&](const Fd&, const Address&) {
        taken = true;
        loop.stop();
      },
      counters, notices, clock);
  listener.start();
  CHECK(counters.accept_errors.get() == 1);
  ::epoll_ctl(epoll, EPOLL_CTL_DEL, number, nullptr);
  const Peer client = Peer::connect_tcp(ntohs(name.sin_port));
  EventLoop::Timer late(loop, [&] { loop.stop(); });
  late.arm(patience);
  loop.run([] {});
  CHECK(taken);
  CHECK(counters.accept_errors.get() == 1);
}

TEST_CASE("Endpoints are written as people write them") {
  CHECK(loopback(5432).text() == "127.0.0.1:5432");
  Endpoint v6;
  v6.host = "::1";
  CHECK(v6.text() == "[::1]:5432");
  CHECK(unix_socket("/run/postgresql", 5432).text() == "/run/postgresql/.s.PGSQL.5432");
}

TEST_CASE("It is known what is on this machine") {
  CHECK(loopback(1).is_local());
  CHECK(unix_socket("/tmp", 1).is_local());
  Endpoint endpoint;
  endpoint.host = "localhost";
  CHECK(endpoint.is_local());
  endpoint.hostaddr = "10.0.0.1";
  CHECK_FALSE(endpoint.is_local());
  endpoint.hostaddr = "::1";
  CHECK(endpoint.is_local());
}

}  // namespace onetrip::test
