#include <sys/resource.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <thread>
#include <vector>

#include "tests/net/road.hpp"

/// Limits, accept errors, descriptors, drain and stop.
namespace onetrip::test {
namespace {

using namespace std::chrono_literals;

std::vector<int> open_descriptors() {
  std::vector<int> open;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    open.push_back(std::stoi(entry.path().filename().string()));
  }
  return open;
}

// The process may open this many files more, until the end of the scope.
class FilesLeft {
 public:
  explicit FilesLeft(rlim_t count) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const Fd next(::dup(0));
    rlimit limit = before_;
    limit.rlim_cur = static_cast<rlim_t>(next.get()) + count;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  FilesLeft(const FilesLeft&) = delete;
  FilesLeft& operator=(const FilesLeft&) = delete;
  ~FilesLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

// What the I/O threads have used, in clock ticks.
long io_ticks() {
  long ticks = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream file(task.path() / "stat");
    const std::string stat(std::istreambuf_iterator<char>(file), {});
    const auto name_end = stat.rfind(')');
    if (stat.find("(onetrip-io)") == std::string::npos || name_end == std::string::npos) continue;
    std::istringstream fields(stat.substr(name_end + 2));
    std::vector<std::string> all{std::istream_iterator<std::string>(fields), {}};
    ticks += std::stol(all.at(11)) + std::stol(all.at(12));  // utime, stime
  }
  return ticks;
}

// The proxy's end of a connection whose peer has, or which itself has, this port.
std::optional<int> proxys_end(std::uint16_t port, decltype(&::getsockname) name_of,
                              std::uint16_t other_port) {
  for (const int fd : open_descriptors()) {
    sockaddr_in name{}, other{};
    socklen_t size = sizeof name, other_size = sizeof other;
    const auto other_of = name_of == &::getsockname ? &::getpeername : &::getsockname;
    if (name_of(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0) continue;
    if (other_of(fd, reinterpret_cast<sockaddr*>(&other), &other_size) != 0) continue;
    if (ntohs(name.sin_port) == port && ntohs(other.sin_port) != other_port) return fd;
  }
  return std::nullopt;
}

int option(int fd, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  ::getsockopt(fd, level, name, &value, &size);
  return value;
}

}  // namespace

TEST_CASE("Clients that are gone before they are accepted are passed over",
          "[trap:client-gone-before-accept]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  auto held = road.recorder().hold();  // the thread stops when the session ends
  ends.client.reset();
  std::vector<Peer> waiting;
  for (int i = 0; i < 50; ++i) waiting.push_back(road.connect());
  for (Peer& peer : waiting) peer.reset();
  held.unlock();
  Ends next = open_session(road, server);
  CHECK(eventually([&] { return road.totals().clients == 1; }));
  CHECK(road.totals().faults == 0);
}

TEST_CASE("Without descriptors the thread neither ends nor spins, and sessions go on",
          "[trap:accept-emfile]") {
  if (under_address_sanitizer) return;
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  Peer late(Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)));
  const auto before = io_ticks();
  {
    const FilesLeft none(0);
    late.connect(road.port());
    const auto errors = road.totals().accept_errors;
    CHECK_FALSE(late.stirs_within(350ms));
    CHECK(road.totals().accept_errors > errors);
    ends.client.send("still here");
    CHECK(ends.server.read(10) == "still here");
  }
  CHECK(io_ticks() - before < ::sysconf(_SC_CLK_TCK) / 10);  // a tenth of a second
  CHECK(road.totals().accept_errors < 20);
  late.send(hello());
  CHECK(server.accept().read(hello().size()) == hello());
}

TEST_CASE("Without a descriptor for the server, the client is told so",
          "[trap:unreachable-upstream]") {
  if (under_address_sanitizer) return;
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  Peer client(Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)));
  {
    const FilesLeft one(1);
    client.connect(road.port());
    client.send(hello());
    const auto answer = client.read_to_end();
    CHECK(error_of(answer).sqlstate == "08006");
    CHECK(error_of(answer).message.find("open files") != std::string_view::npos);
  }
  ends.client.send("still here");
  CHECK(ends.server.read(10) == "still here");
  client.close();
  Ends next = open_session(road, server);
}

TEST_CASE("Whatever the way a connection ends, its descriptors go with it",
          "[trap:nothing-left-behind]") {
  Server server;
  auto config = config_to(server.port());
  config.linger = 5ms;
  config.startup = 20ms;
  Road road(config);
  { Ends warm = open_session(road, server); }
  REQUIRE(road.is_empty());
  const auto before = open_descriptors().size();
  for (int round = 0; round < 10; ++round) {
    { Ends both_close = open_session(road, server); }
    Ends client_killed = open_session(road, server);
    client_killed.client.reset();
    Ends server_killed = open_session(road, server);
    server_killed.server.reset();
    Ends server_ends = open_session(road, server);
    server_ends.server.close();
    Ends stalled = open_session(road, server);
    stalled.client.send_some(std::string(1 << 20, 'x'));
    stalled.client.reset();
    Peer no_startup = road.connect();
    no_startup.send("x");
    Peer too_late = road.connect();
    Peer canceller = road.connect();
    canceller.send(cancel_request(1, "abcd"));
    server.accept().close();
    CHECK(eventually([&] { return road.totals().clients <= 1; }));
  }
  CHECK(road.is_empty());
  CHECK(open_descriptors().size() == before);
  CHECK(road.totals().faults == 0);
}

TEST_CASE("A refused client that stays takes nobody's place",
          "[trap:refused-client-keeps-no-place]") {
  Server server;
  auto config = config_to(server.port());
  config.max_clients = 1;
  config.linger = 600s;
  Road road(config);
  std::optional<Ends> only = open_session(road, server);
  Peer refused = road.connect();
  refused.send(hello());
  const auto answer = refused.read_to_end();
  CHECK(error_of(answer).sqlstate == "53300");
  only.reset();
  REQUIRE(eventually([&] { return road.totals().clients == 1; }));  // the refused one
  Peer next = road.connect();
  next.send(hello());
  REQUIRE(server.stirs_within(2s));
  CHECK(server.accept().read(hello().size()) == hello());
}

TEST_CASE("A client whose server is away takes nobody's place",
          "[trap:refused-client-keeps-no-place]") {
  Server server;
  auto config = config_to(server.port());
  config.max_clients = 1;
  config.linger = 600s;
  Road road(config);
  server.close();
  std::vector<Peer> stayed;
  for (int i = 0; i < 3; ++i) {
    stayed.push_back(road.connect());
    stayed.back().send(hello());
    const auto answer = stayed.back().read_to_end();
    CHECK(error_of(answer).sqlstate == "08006");
  }
}

TEST_CASE("Both hops ask the kernel for keepalive and for no delay",
          "[trap:keepalive-and-no-delay]") {
  Server server;
  auto config = config_to(server.port());
  config.keepalive.idle = 77s;
  config.keepalive.interval = 7s;
  config.keepalive.probes = 3;
  Road road(config);
  Ends ends = open_session(road, server);
  const auto to_client = proxys_end(road.port(), &::getsockname, 0);
  const auto to_server = proxys_end(server.port(), &::getpeername, 0);
  REQUIRE(to_client);
  REQUIRE(to_server);
  for (const int fd : {*to_client, *to_server}) {
    CHECK(option(fd, IPPROTO_TCP, TCP_NODELAY) != 0);
    CHECK(option(fd, SOL_SOCKET, SO_KEEPALIVE) != 0);
    CHECK(option(fd, IPPROTO_TCP, TCP_KEEPIDLE) == 77);
    CHECK(option(fd, IPPROTO_TCP, TCP_KEEPINTVL) == 7);
    CHECK(option(fd, IPPROTO_TCP, TCP_KEEPCNT) == 3);
  }
}

TEST_CASE("Draining ends when the last client goes", "[trap:drain-lets-finish]") {
  Server server;
  Road road(config_to(server.port()), 2);
  Ends first = open_session(road, server);
  Ends second = open_session(road, server);
  bool drained = false;
  std::thread drainer([&] { drained = road.proxy().drain(patience); });
  CHECK(eventually([&] {
    Peer late(Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)));
    try {
      late.connect(road.port());
    } catch (const std::system_error& refused) {
      return refused.code().value() == ECONNREFUSED;
    }
    return false;
  }));
  for (Ends* ends : {&first, &second}) {
    ends->client.send("the rest");
    CHECK(ends->server.read(8) == "the rest");
    ends->client.close();
    ends->server.close();
  }
  drainer.join();
  CHECK(drained);
}

TEST_CASE("Stopping ends a drain that waits", "[trap:drain-limit]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  const auto start = std::chrono::steady_clock::now();
  std::thread drainer([&] { road.proxy().drain(600s); });
  road.proxy().stop();
  drainer.join();
  CHECK(std::chrono::steady_clock::now() - start < patience);
  CHECK(ends.client.is_cut());
  CHECK(ends.server.is_cut());
}

TEST_CASE("Stopping ends connections in whatever state they are", "[trap:drain-limit]") {
  Server server;
  auto config = config_to(server.port());
  config.linger = 600s;
  Road road(config, 2);
  Peer before_startup = road.connect();
  Peer in_startup = road.connect();
  in_startup.send(hello().substr(0, 10));
  Ends idle = open_session(road, server);
  Ends stalled = open_session(road, server);
  fill(stalled.client);
  fill(stalled.server);
  Ends left_alone = open_session(road, server);
  left_alone.server.close();
  Peer canceller = road.connect();
  canceller.send(cancel_request(1, "abcd"));
  Peer cancelled = server.accept();
  cancelled.read(16);
  REQUIRE(eventually([&] { return road.totals().clients == 6; }));
  road.proxy().stop();
  CHECK(road.totals().clients == 0);
  for (Peer* peer : {&before_startup, &in_startup, &idle.client, &idle.server, &canceller,
                     &cancelled, &left_alone.client}) {
    CHECK(peer->is_cut());
  }
}

TEST_CASE("Stopping ends a client whose server is being dialled", "[trap:drain-limit]") {
  SilentServer server;
  auto config = config_to(server.port());
  config.connect = config.startup = 600s;
  Road road(config);
  Peer client = road.connect();
  client.send(hello());
  REQUIRE(eventually([&] { return road.totals().clients == 1; }));
  CHECK_FALSE(client.stirs_within(30ms));
  const auto start = std::chrono::steady_clock::now();
  road.proxy().stop();
  CHECK(std::chrono::steady_clock::now() - start < patience);
  CHECK(client.is_cut());
}

}  // namespace onetrip::test
