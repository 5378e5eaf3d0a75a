#include <catch2/catch.hpp>

#include "tests/net/road.hpp"
#include "tests/net/tls_road.hpp"

/// The startup's deadline counts from accept, whatever TLS is doing meanwhile.
namespace onetrip::test {
namespace {

using namespace std::chrono_literals;

constexpr auto deadline = 100ms;

/// A proxy that demands TLS, and a client of it that may stop anywhere.
struct TlsRoad {
  explicit TlsRoad(std::chrono::milliseconds startup = deadline) : limit(startup) {}

  std::chrono::milliseconds limit;
  Folder folder;
  Authority authority{folder, "authority"};
  Identity identity = authority.issue();
  Server server;
  Road road{config()};
  Fd socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const int number = socket.get();
  Peer client{std::move(socket)};
  std::chrono::steady_clock::time_point begun;

  ProxyConfig config() const {
    auto made = config_to(server.port());
    made.startup = limit;
    made.listen_tls = {
        TlsListenConfig::Mode::require, identity.certificate, identity.key, {}, {}, "1.2"};
    return made;
  }

  void begin() {
    begun = std::chrono::steady_clock::now();
    client.connect(road.port());
  }
  void ask_for_tls() {
    client.send(ssl_request());
    REQUIRE(client.read(1) == "S");
  }
  /// By a request, or directly: how its peer must go on.
  PeerSettings reach_tls(bool asks) {
    begin();
    if (!asks) return {{}, {}, "\x0apostgresql"};
    ask_for_tls();
    return {};
  }

  void check_deadline() {
    CHECK(std::chrono::steady_clock::now() - begun >= deadline);
    CHECK(road.is_empty());
    CHECK(road.totals().of(StartupFailure::deadline) == 1);
    CHECK(road.totals().of(StartupFailure::tls) == 0);
    CHECK_FALSE(server.stirs_within(0ms));
  }
};

// What a client says first, in one record.
std::string client_hello() {
  const SocketPair ends = make_pair_of_sockets();
  TlsPeer client(TlsPeer::Role::client, ends.ours.get(),
                 {{}, {}, std::string("\x0apostgresql", 11)});
  client.shake_hands();  // nobody answers
  std::string bytes(65536, '\0');
  const auto got = ::recv(ends.theirs.get(), bytes.data(), bytes.size(), 0);
  if (got < 100) fail("recv");
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

}  // namespace

TEST_CASE_METHOD(TlsRoad, "Half a ClientHello is not waited for longer than for a startup packet",
                 "[trap:tls-in-the-deadline][CVE-2026-25949]") {
  const bool asks = GENERATE(true, false);
  const auto hello_of_tls = client_hello();
  begin();
  if (asks) ask_for_tls();
  client.send(hello_of_tls.substr(0, hello_of_tls.size() / 2));
  CHECK(client.is_cut());
  check_deadline();
}

TEST_CASE_METHOD(TlsRoad, "A ClientHello byte by byte does not prolong the startup's deadline",
                 "[trap:tls-in-the-deadline][CVE-2026-25949]") {
  const bool asks = GENERATE(true, false);
  const auto hello_of_tls = client_hello();
  begin();
  if (asks) ask_for_tls();
  std::size_t sent = 0;
  while (sent < hello_of_tls.size() && !client.stirs_within(2ms)) {
    client.send(hello_of_tls.substr(sent++, 1));
  }
  CHECK(sent > 10);
  REQUIRE(sent < hello_of_tls.size());
  CHECK(client.is_cut());
  check_deadline();
}

TEST_CASE_METHOD(TlsRoad, "A finished handshake does not prolong the startup's deadline",
                 "[trap:tls-in-the-deadline][CVE-2026-25949]") {
  begin();
  ask_for_tls();
  TlsPeer inside(TlsPeer::Role::client, number, {{}, authority.certificate(), {}});
  REQUIRE(inside.shake_hands());
  SECTION("silence") {}
  SECTION("half a startup packet") {
    inside.send(hello().substr(0, hello().size() / 2));
  }
  CHECK(inside.read_some().empty());
  check_deadline();
}

TEST_CASE("Who is encrypted already cannot ask for TLS again", "[trap:sslrequest-inside-tls]") {
  TlsRoad tls(patience);
  TlsPeer inside(TlsPeer::Role::client, tls.number, tls.reach_tls(GENERATE(true, false)));
  REQUIRE(inside.shake_hands());
  inside.send(ssl_request());
  CHECK(inside.read_some().empty());
  CHECK(tls.road.is_empty());
  CHECK(tls.road.totals().of(StartupFailure::bad_packet) == 1);
  CHECK_FALSE(tls.server.stirs_within(0ms));
}

TEST_CASE("A cancel request may come within TLS, as it does of newer clients",
          "[trap:cancel-own-connection]") {
  const auto request = cancel_request(4711, "sesa");
  TlsRoad tls(patience);
  TlsPeer inside(TlsPeer::Role::client, tls.number, tls.reach_tls(GENERATE(true, false)));
  REQUIRE(inside.shake_hands());
  inside.send(request);
  Peer behind = tls.server.accept();
  CHECK(behind.read(request.size()) == request);
  behind.close();
  CHECK(inside.read_some().empty());
  CHECK(tls.road.is_empty());
  CHECK(tls.road.totals().cancels == 1);
}

}  // namespace onetrip::test
