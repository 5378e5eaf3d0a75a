#include <catch2/catch.hpp>
#include <chrono>

#include "proxy/wire/startup.hpp"
#include "tests/net/certificates.hpp"
#include "tests/net/road.hpp"

using namespace std::chrono_literals;

namespace onetrip::test {
namespace {

ProxyConfig asking_for_tls(const Server& server, TlsUpstreamConfig::Mode mode) {
  auto config = config_to(server.port());
  config.upstream_tls.mode = mode;
  return config;
}

// The server is asked for TLS and has not answered yet.
Peer asked(Server& server) {
  Peer behind = server.accept();
  if (behind.read(ssl_request().size()) != ssl_request()) throw std::runtime_error("no request");
  return behind;
}

}  // namespace

TEST_CASE("A cancel request arrives although its client went while TLS was asked for",
          "[trap:canceller-gone]") {
  Server server;
  Road road(asking_for_tls(server, TlsUpstreamConfig::Mode::prefer));
  const auto request = cancel_request(4711, "sesa");
  Peer client = road.connect();
  client.send(request);
  Peer behind = asked(server);
  client.reset();
  behind.send("N");
  CHECK(behind.read(request.size()) == request);
  behind.close();
  CHECK(road.is_empty());
}

TEST_CASE("A server that refuses TLS with an error and goes on holding the line is let go",
          "[trap:error-to-sslrequest]") {
  Server server;
  auto config = asking_for_tls(server, TlsUpstreamConfig::Mode::prefer);
  config.startup = 200ms;
  Road road(config);
  Peer client = road.connect();
  client.send(hello());
  Peer behind = asked(server);
  const auto refusal = backend::error_response("FATAL", "53300", "sorry, too many clients already");
  behind.send(refusal);
  CHECK(client.read(refusal.size()) == refusal);
  client.close();
  CHECK(road.is_empty());
}

TEST_CASE("Who gave a CA hears no text that the server has not signed",
          "[trap:unauthenticated-text]") {
  const Folder folder;
  Authority authority(folder, "ca");
  Server server;
  auto config = asking_for_tls(server, TlsUpstreamConfig::Mode::require);
  config.upstream_tls.ca = authority.certificate();
  Road road(config);
  Peer client = road.connect();
  client.send(hello());
  Peer behind = asked(server);
  behind.send(backend::error_response("FATAL", "28000", "call this number"));
  const auto answer = client.read_to_end();
  CHECK_THAT(answer, Catch::Contains("it answered the request for TLS with an error"));
  CHECK_THAT(answer, !Catch::Contains("call this number"));
}

TEST_CASE("A server that falls silent while TLS begins is given up, and said so",
          "[trap:server-silent-after-sslrequest][CVE-2026-25949]") {
  const auto mode = GENERATE(TlsUpstreamConfig::Mode::prefer, TlsUpstreamConfig::Mode::require);
  const bool says_yes = GENERATE(false, true), to_the_deadline = GENERATE(false, true);
  Server server;
  auto config = asking_for_tls(server, mode);
  (to_the_deadline ? config.startup : config.connect) = 100ms;
  Road road(config);
  Peer client = road.connect();
  SECTION("a session") {
    client.send(hello());
    Peer behind = asked(server);
    if (says_yes) behind.send("S");
    check_timeout_is_told(client);
  }
  SECTION("a cancel request") {
    client.send(cancel_request(4711, "sesa"));
    Peer behind = asked(server);
    if (says_yes) behind.send("S");
    CHECK(client.is_cut());
  }
  client.close();
  CHECK(road.is_empty());
}

TEST_CASE("Urgent data that cuts a read short does not hold back what came behind it",
          "[trap:readiness-told-once]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  for (int i = 0; i < 100; ++i) {
    ends.client.send("before");
    ends.client.send_urgent('!');
    ends.client.send("behind");
    CHECK(ends.server.read(12) == "beforebehind");
  }
}

}  // namespace onetrip::test
