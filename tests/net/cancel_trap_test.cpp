#include <dlfcn.h>
#include <netdb.h>

#include <atomic>
#include <catch2/catch.hpp>

#include "tests/net/road.hpp"

namespace {

constexpr const char* two_addresses = "two.addresses.invalid";
constexpr const char* moving = "moving.invalid";
constexpr const char* hanging = "hanging.invalid";

std::atomic<const char*> moved_to = "127.0.0.1";
std::atomic<bool> is_hanging = false;

}  // namespace

/// In this program one name has two addresses: 127.0.0.1 and 127.0.0.2, in this order; another one
/// the address that the test says; and a third one none before the test says so.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  using Resolve = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto resolve = reinterpret_cast<Resolve>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  if (name != nullptr && std::string_view(name) == hanging) {
    is_hanging.wait(true);
    return resolve("127.0.0.1", service, hints, found);
  }
  if (name != nullptr && std::string_view(name) == moving) {
    return resolve(moved_to, service, hints, found);
  }
  if (name == nullptr || std::string_view(name) != two_addresses) {
    return resolve(name, service, hints, found);
  }
  if (const int error = resolve("127.0.0.1", service, hints, found); error != 0) return error;
  addrinfo* last = *found;
  while (last->ai_next != nullptr) last = last->ai_next;
  return resolve("127.0.0.2", service, hints, &last->ai_next);
}

/// CancelRequest, which comes on a connection of its own.
namespace onetrip::test {
namespace {

using namespace std::chrono_literals;

constexpr auto a_moment = 30ms;  // in which nothing must happen

/// As long as it lives, and is not over, nobody answers for one of the names.
class HangingLookups {
 public:
  HangingLookups() { is_hanging = true; }
  HangingLookups(const HangingLookups&) = delete;
  HangingLookups& operator=(const HangingLookups&) = delete;
  ~HangingLookups() { end(); }
  void end() {
    is_hanging = false;
    is_hanging.notify_all();
  }
};

Ends open_session_with(const Road& road, Server& server, std::uint32_t pid,
                       const std::string& key) {
  Peer client = road.connect();
  client.send(hello());
  Peer behind = server.accept();
  behind.read(hello().size());
  behind.send(welcome(pid, key));
  client.read(welcome(pid, key).size());
  return {std::move(client), std::move(behind)};
}

void check_arrives(const Road& road, Server& server, const std::string& request) {
  Peer canceller = road.connect();
  canceller.send(request);
  Peer behind = server.accept();
  CHECK(behind.read(request.size()) == request);
}

}  // namespace

TEST_CASE("A cancel request's key may have 4 to 256 bytes", "[trap:cancel-key-length]") {
  const std::size_t size = GENERATE(4U, 5U, 32U, 255U, 256U);
  const std::string key(size, '\xfe');
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session_with(road, server, 99, key);
  check_arrives(road, server, cancel_request(99, key));
  CHECK(road.totals().cancels == 1);
}

TEST_CASE("A cancel request whose key cannot be one is not forwarded", "[trap:cancel-key-length]") {
  const std::size_t size = GENERATE(0U, 3U, 257U, 9'000U);
  Server server;
  Road road(config_to(server.port()));
  Peer canceller = road.connect();
  canceller.send(cancel_request(99, std::string(size, 'k')));
  CHECK(canceller.is_cut());
  CHECK(road.is_empty());
  CHECK(road.totals().cancels == 0);
  CHECK_FALSE(server.stirs_within(0ms));
}

TEST_CASE("A cancel request goes to the address that its session is connected to",
          "[trap:cancel-to-its-address]") {
  const std::string key = GENERATE(std::string("1234"), std::string(32, 'k'));
  Server first;
  Server second(Server::At{"127.0.0.2", first.port()});
  auto config = config_to(first.port());
  config.upstream.host = two_addresses;
  Road road(config);
  const std::string other_key(key.size(), 'o');

  Ends on_first = open_session_with(road, first, 7, key);
  // A failover: the name's first address refuses, the second serves.
  first.close();
  Ends on_second = open_session_with(road, second, 7, other_key);
  Server back(Server::At{"127.0.0.1", first.port()});

  check_arrives(road, second, cancel_request(7, other_key));
  check_arrives(road, back, cancel_request(7, key));
  CHECK_FALSE(back.stirs_within(0ms));
  CHECK_FALSE(second.stirs_within(0ms));
}

TEST_CASE("The server's name is resolved anew for each connection",
          "[trap:cancel-to-its-address][trap:upstream-name-moves]") {
  Server first;
  Server second(Server::At{"127.0.0.2", first.port()});
  auto config = config_to(first.port());
  config.upstream.host = moving;
  moved_to = "127.0.0.1";
  Road road(config);

  Ends before = open_session_with(road, first, 7, "1234");
  moved_to = "127.0.0.2";
  Ends after = open_session_with(road, second, 8, "5678");

  // Whoever is connected stays so, and is cancelled there.
  before.client.send("still here");
  CHECK(before.server.read(10) == "still here");
  check_arrives(road, first, cancel_request(7, "1234"));
  check_arrives(road, second, cancel_request(8, "5678"));
  CHECK_FALSE(first.stirs_within(0ms));
}

TEST_CASE("A name that nobody answers for is given up", "[trap:connect-without-answer]") {
  auto config = config_to(1);
  config.upstream.host = hanging;
  SECTION("by the limit of one connect") {
    config.connect = 100ms;
  }
  SECTION("by the deadline of the startup") {
    config.startup = 100ms;
  }
  Road road(config);
  const HangingLookups lookups;
  Peer client = road.connect();
  client.send(hello());
  check_timeout_is_told(client);
  client.close();
  CHECK(road.is_empty());
}

TEST_CASE("Who is killed while the server's name is looked up is let go at once",
          "[trap:client-gone-in-startup]") {
  Server server;
  auto config = config_to(server.port());
  config.upstream.host = hanging;
  config.connect = config.startup = 600s;
  Road road(config);
  HangingLookups lookups;
  Peer gone = road.connect();
  gone.send(hello());
  CHECK(eventually([&] { return road.totals().clients == 1; }));
  gone.reset();
  CHECK(road.is_empty());
  lookups.end();
  Peer next = road.connect();
  next.send(hello());
  CHECK(server.accept().read(hello().size()) == hello());
}

TEST_CASE("A server's address that does not answer does not keep its next from being tried",
          "[trap:connect-without-answer]") {
  SilentServer first;
  Server second(Server::At{"127.0.0.2", first.port()});
  auto config = config_to(first.port());
  config.upstream.host = two_addresses;
  config.connect = 500ms;
  Road road(config);
  Peer client = road.connect();
  client.send(hello());
  CHECK(second.accept().read(hello().size()) == hello());
}

TEST_CASE("A key is forgotten with its session", "[trap:cancel-key-forgotten]") {
  Server first;
  Server second(Server::At{"127.0.0.2", first.port()});
  auto config = config_to(first.port());
  config.upstream.host = two_addresses;
  Road road(config);
  first.close();
  { Ends on_second = open_session_with(road, second, 7, "1234"); }
  REQUIRE(road.is_empty());
  Server back(Server::At{"127.0.0.1", first.port()});
  check_arrives(road, back, cancel_request(7, "1234"));
}

TEST_CASE("A canceller is kept until the server closes, not a moment less",
          "[trap:cancel-kept-open]") {
  Server server;
  Road road(config_to(server.port()));
  Peer canceller = road.connect();
  canceller.send(cancel_request(1, "abcd"));
  Peer behind = server.accept();
  behind.read(16);
  CHECK_FALSE(behind.stirs_within(a_moment));
  CHECK_FALSE(canceller.stirs_within(0ms));
  behind.close();
  CHECK(canceller.is_cut());
  CHECK(road.is_empty());
}

TEST_CASE("A cancel request that came before the drain is still forwarded",
          "[trap:cancel-is-always-served]") {
  Server server;
  Road road(config_to(server.port()));
  Peer canceller = road.connect();
  REQUIRE(eventually([&] { return road.totals().clients == 1; }));
  road.proxy().stop_accepting();
  canceller.send(cancel_request(1, "abcd"));
  Peer behind = server.accept();
  CHECK(behind.read(16) == cancel_request(1, "abcd"));
}

TEST_CASE("A cancel request for a server that is away ends, and nothing stays",
          "[trap:cancel-server-away]") {
  Server server;
  Road road(config_to(server.port()));
  server.close();
  Peer canceller = road.connect();
  canceller.send(cancel_request(1, "abcd"));
  CHECK(canceller.is_cut());
  CHECK(road.is_empty());
}

}  // namespace onetrip::test
