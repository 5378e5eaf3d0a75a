#include <catch2/catch.hpp>
#include <functional>
#include <future>
#include <optional>
#include <string>

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

TEST_CASE_METHOD(TlsOnBothHops, "A way that is full takes short messages over TLS as they were",
                 "[trap:tls-retried-write]") {
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

/// One hop, every send of which is posted, on a thread of its own: a ring that goes interrupts the
/// waits of the thread that had it.
struct Posting {
  Folder folder;
  Authority authority{folder, "authority"};
  Identity identity = authority.issue();
  SocketPair ends = make_pair_of_sockets();
  Side side{1};
  TlsPeer peer{TlsPeer::Role::client, ends.theirs.get(), {}};

  Posting() {
    side.take(std::move(ends.ours));
    side.accept(
        {TlsListenConfig::Mode::require, identity.certificate, identity.key, {}, {}, "1.2"});
    side.piece = 3000;
  }
  bool shake_hands() {
    Beside client([&] { peer.shake_hands(); });
    return side.shake_hands();
  }
};

/// Where io_uring is not permitted nothing is posted, and nothing is to be tested.
void posting(const std::function<void(Posting&)>& test) {
  std::async(std::launch::async, [&] {
    Posting one;
    REQUIRE(one.shake_hands());
    one.side.to_send = "first";
    REQUIRE(one.side.run_until([](Side& at) { return at.unsent() == 0; }));
    REQUIRE(one.peer.read(5) == "first");
    if (one.side.posted_pieces == 0) {
      WARN("io_uring is not permitted here: sends over TLS are not batched");
    } else {
      test(one);
    }
  }).get();
}

TEST_CASE("Records that find no room are sent when there is some, each once and in order",
          "[trap:tls-retried-write]") {
  posting([](Posting& one) {
    const std::string all = noise(3'000'000);
    one.side.to_send += all;
    REQUIRE(one.side.run_until([](Side& at) { return at.returned_pieces > 0; }));
    std::string arrived;
    Beside reader([&] { arrived = one.peer.read(all.size()); });
    REQUIRE(one.side.run_until([](Side& at) { return at.unsent() == 0; }));
    reader.join();
    const bool unchanged = arrived == all;
    CHECK(unchanged);
    CHECK(one.side.posted_pieces > 100);
  });
}

TEST_CASE("An answer to a KeyUpdate goes behind the records that were posted before it",
          "[trap:key-update-while-writing]") {
  const bool is_full = GENERATE(false, true);
  posting([is_full](Posting& one) {
    Side& side = one.side;
    SSL_key_update(one.peer.native(), SSL_KEY_UPDATE_REQUESTED);
    one.peer.send("new keys");
    std::string expected = "posted";
    side.reads = false;
    if (is_full) {
      expected = noise(3'000'000);
      side.to_send += expected;
      REQUIRE(side.run_until([](Side& at) { return at.returned_pieces > 0; }));
    } else {
      side.to_send += expected;
    }
    // Read in the turn in which the last piece was posted, before anything is heard of it.
    bool read_while_posted = false;
    std::string arrived;
    Beside reader([&] { arrived = one.peer.read(expected.size() + 4); });
    const auto read_amid = [&](Side& at) {
      if (at.is_posted && !read_while_posted) {
        read_while_posted = true;
        std::vector<std::byte> buffer(100);
        const Transfer read = at.tls().try_read(buffer);
        at.received += as_text(Bytes(buffer).first(read.size));
      }
      return at.unsent() == 0 && !at.is_posted;
    };
    REQUIRE(side.run_until(read_amid));
    side.to_send += "next";
    REQUIRE(side.run_until([](Side& at) { return at.unsent() == 0; }));
    reader.join();
    CHECK(read_while_posted);
    CHECK(side.received == "new keys");
    const bool unchanged = arrived == expected + "next";
    CHECK(unchanged);
  });
}

TEST_CASE("Who posted records to a peer that is gone hears it") {
  posting([](Posting& one) {
    one.ends.theirs = Fd();
    one.side.reads = false;
    one.side.to_send += "to nobody";
    CHECK(one.side.run_until([](Side& at) { return at.lost; }));
    CHECK(one.side.posted_pieces == 2);
    CHECK(one.side.unsent() != 0);
  });
}

TEST_CASE_METHOD(TlsOnBothHops, "New keys amid short messages over TLS lose none",
                 "[trap:key-update-while-writing]") {
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

TEST_CASE_METHOD(TlsOnBothHops,
                 "Who is gone when a short message over TLS comes is told to the other") {
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
