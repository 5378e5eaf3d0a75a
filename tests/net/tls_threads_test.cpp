#include <atomic>
#include <catch2/catch.hpp>
#include <memory>
#include <vector>

#include "tests/net/road.hpp"
#include "tests/net/tls_road.hpp"

/// TLS on both hops and several I/O threads. What the threads share shows where these tests run
/// with ThreadSanitizer.
namespace onetrip::test {
namespace {

constexpr std::size_t sessions = 12, turns = 40;

std::string question(std::size_t session, std::size_t turn) {
  return std::to_string(session) + ":" + noise(1 + session * 37 + turn * 911);
}

/// As the session's server: gives back what comes, until its end.
void echo(Peer& peer, const Identity& identity) {
  peer.read(ssl_request().size());
  peer.send("S");
  TlsPeer server(TlsPeer::Role::server, peer.descriptor(), {identity, {}, {}});
  if (!server.shake_hands() || server.read(hello().size()) != hello()) return;
  server.send(welcome());
  for (auto piece = server.read_some(); !piece.empty(); piece = server.read_some()) {
    server.send(piece);
  }
}

/// As its client; how many turns were answered with what was asked.
std::size_t answered_turns(const Road& road, std::size_t session) {
  Peer peer = road.connect();
  peer.send(ssl_request());
  if (peer.read(1) != "S") return 0;
  TlsPeer client(TlsPeer::Role::client, peer.descriptor(), PeerSettings());
  if (!client.shake_hands()) return 0;
  client.send(hello());
  if (client.read(welcome().size()) != welcome()) return 0;
  std::size_t answered = 0;
  for (std::size_t turn = 0; turn < turns; ++turn) {
    const auto asked = question(session, turn);
    client.send(asked);
    if (client.read(asked.size()) == asked) ++answered;
  }
  return answered;
}

}  // namespace

TEST_CASE("Sessions over TLS stay apart on several threads", "[trap:tls-one-thread]") {
  Folder folder;
  Authority authority(folder, "authority");
  const Identity identity = authority.issue();
  Server server;
  auto config = config_to(server.port());
  config.listen_tls = {
      TlsListenConfig::Mode::allow, identity.certificate, identity.key, {}, {}, "1.2"};
  config.upstream_tls.mode = TlsUpstreamConfig::Mode::require;
  Road road(config, 3);

  std::vector<std::unique_ptr<Beside>> servers, clients;
  Beside accepting([&] {
    // One more than there are sessions: the proxy's own, to see the certificate.
    for (std::size_t i = 0; i < sessions + 1; ++i) {
      auto peer = std::make_shared<Peer>(server.accept());
      servers.push_back(std::make_unique<Beside>([peer, &identity] { echo(*peer, identity); }));
    }
  });
  std::atomic<std::size_t> answered = 0;
  for (std::size_t i = 0; i < sessions; ++i) {
    clients.push_back(std::make_unique<Beside>([&, i] { answered += answered_turns(road, i); }));
  }
  clients.clear();
  accepting.join();
  servers.clear();
  CHECK(answered == sessions * turns);
  CHECK(road.is_empty());
  CHECK(road.totals().faults == 0);
}

}  // namespace onetrip::test
