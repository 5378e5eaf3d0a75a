#include <catch2/catch.hpp>

#include "tests/net/road.hpp"
#include "tests/net/tls_road.hpp"

/// Short messages over TLS, whose records go out with other sends of the loop's turn.
namespace onetrip::test {
namespace {

using namespace std::chrono_literals;

/// A session with TLS on both hops. Every send that is short enough is batched.
struct TlsOnBothHops {
  Folder folder;
  Authority authority{folder, "authority"};
  Identity identity = authority.issue();
  Server server;
  Road road{config()};
  Peer client = road.connect();
  std::optional<Peer> behind;
  std::optional<TlsPeer> from, to;  ///< the client, the server

  TlsOnBothHops() {
    client.send(ssl_request());
    if (client.read(1) != "S") throw std::runtime_error("no TLS for clients");
    from.emplace(TlsPeer::Role::client, client.descriptor(), PeerSettings());
    Beside accepted([&] {
      // The proxy's first connection is its own, to see the certificate.
      do {
        to.reset();
        behind.emplace(server.accept());
        behind->read(ssl_request().size());
        behind->send("S");
        to.emplace(TlsPeer::Role::server, behind->descriptor(), PeerSettings{identity, {}, {}});
        to->shake_hands();
      } while (to->read(hello().size()) != hello());
      to->send(welcome());
    });
    if (!from->shake_hands()) throw std::runtime_error(from->failure);
    from->send(hello());
    if (from->read(welcome().size()) != welcome()) throw std::runtime_error("not the greeting");
  }

  ProxyConfig config() const {
    auto made = config_to(server.port());
    made.listen_tls = {
        TlsListenConfig::Mode::allow, identity.certificate, identity.key, {}, {}, "1.2"};
    made.upstream_tls.mode = TlsUpstreamConfig::Mode::require;
    made.batch_from = 1;
    return made;
  }
};

/// Sends pieces one at a time, each once the one before was read, until the reader's side is full.
/// What was sent.
std::string fill_by_pieces(TlsPeer& sender, const std::function<std::uint64_t()>& read_so_far) {
  constexpr std::size_t shortest = 1, longest = 4000, enough = 200'000'000;
  const std::string pieces = noise(1'000'000);
  std::string sent;
  for (std::size_t size = shortest; sent.size() < enough; size = size * 7 % longest + shortest) {
    const std::string piece = pieces.substr(sent.size() % (pieces.size() - longest), size);
    const std::uint64_t before = read_so_far();
    sender.send(piece);
    sent += piece;
    const auto end = std::chrono::steady_clock::now() + 300ms;
    while (read_so_far() == before) {
      if (std::chrono::steady_clock::now() > end) return sent;
      std::this_thread::yield();
    }
  }
  return sent;
}

TEST_CASE_METHOD(TlsOnBothHops, "Short messages over TLS are answered, one by one") {
  for (int i = 0; i < 200; ++i) {
    const std::string question = noise(static_cast<std::size_t>(1 + i * 19)), answer = noise(300);
    from->send(question);
    REQUIRE(to->read(question.size()) == question);
    to->send(answer);
    REQUIRE(from->read(answer.size()) == answer);
  }
}

TEST_CASE_METHOD(TlsOnBothHops, "A way that is full takes short messages over TLS as they were") {
  const bool downwards = GENERATE(true, false);
  TlsPeer& sender = downwards ? *to : *from;
  TlsPeer& reader = downwards ? *from : *to;
  const std::string sent = fill_by_pieces(sender, [&] {
    const Totals totals = road.totals();
    return downwards ? totals.bytes_from_server : totals.bytes_from_client;
  });
  CHECK(sent.size() > 100'000);
  const bool unchanged = reader.read(sent.size()) == sent;
  CHECK(unchanged);
  sender.send("next");
  CHECK(reader.read(4) == "next");
  reader.send("answer");
  CHECK(sender.read(6) == "answer");
}

TEST_CASE_METHOD(TlsOnBothHops, "New keys amid short messages over TLS lose none") {
  for (int i = 0; i < 50; ++i) {
    for (TlsPeer* peer : {&*from, &*to}) {
      if (i % 5 == 0) SSL_key_update(peer->native(), SSL_KEY_UPDATE_REQUESTED);
    }
    from->send("question");
    REQUIRE(to->read(8) == "question");
    to->send("answer");
    REQUIRE(from->read(6) == "answer");
  }
}

TEST_CASE_METHOD(TlsOnBothHops, "Who is gone when a short message over TLS comes is told at once") {
  const bool client_goes = GENERATE(true, false);
  Peer& gone = client_goes ? client : *behind;
  Peer& other = client_goes ? *behind : client;
  (client_goes ? to : from)->send("on its way");
  gone.reset();
  CHECK(eventually([&] { return other.stirs_within(0ms); }));
  CHECK(road.is_empty());
}

}  // namespace
}  // namespace onetrip::test
