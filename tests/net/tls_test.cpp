#include "proxy/net/tls.hpp"

#include <poll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/net/tls_road.hpp"

using namespace onetrip;
using namespace onetrip::test;
using Catch::Matchers::Contains;

namespace {

constexpr std::size_t kilobyte = 1024, megabyte = 1024 * 1024;

struct Certified {
  Folder folder;
  Authority authority{folder, "authority"};
  Identity server = authority.issue({"db.example", "DNS:db.example", -3600, 86400});
};

struct AsServer : Certified {
  SocketPair ends = make_pair_of_sockets();
  Side side;
  TlsListenConfig config{
      TlsListenConfig::Mode::require, server.certificate, server.key, {}, {}, "1.2"};

  AsServer() { side.take(std::move(ends.ours)); }
  TlsPeer peer(const PeerSettings& settings = {}) {
    return {TlsPeer::Role::client, ends.theirs.get(), settings};
  }
};

/// Of each TLS record that an OpenSSL session reads or writes: the length in its header.
struct RecordSizes {
  std::vector<std::size_t> all;

  static void note(int, int, int content, const void* bytes, std::size_t, SSL*, void* sizes) {
    if (content != SSL3_RT_HEADER) return;
    const auto* header = static_cast<const unsigned char*>(bytes);
    static_cast<RecordSizes*>(sizes)->all.push_back(header[3] * 256U + header[4]);
  }
};

struct AsClient : Certified {
  SocketPair ends = make_pair_of_sockets();
  Side side;
  TlsUpstreamConfig config{TlsUpstreamConfig::Mode::require, {}, {}, {}, "1.2", {}};

  AsClient() { side.take(std::move(ends.ours)); }
  TlsPeer peer(const PeerSettings& settings) {
    return {TlsPeer::Role::server, ends.theirs.get(), settings};
  }
};

}  // namespace

TEST_CASE_METHOD(AsServer, "TLS as server: a client shakes hands and is answered") {
  side.accept(config);
  std::string answer;
  Beside client([&] {
    auto there = peer({{}, authority.certificate(), {}});
    if (!there.shake_hands()) return;
    there.send("question");
    answer = there.read(6);
  });
  REQUIRE(side.run_until([](Side& at) { return at.received == "question"; }));
  side.to_send = "answer";
  REQUIRE(side.run_until([](Side& at) { return at.unsent() == 0; }));
  client.join();
  CHECK(answer == "answer");
  CHECK_THAT(side.tls().description(), Contains("TLSv1.3, TLS_"));
  CHECK(side.tls().peer_leaf().empty());
}

TEST_CASE_METHOD(AsClient, "TLS as client: the server's certificate can be asked for") {
  side.connect(config);
  std::string name;
  Beside server_([&] {
    auto there = peer({server, {}, {}});
    if (!there.shake_hands()) return;
    name = SSL_get_servername(there.native(), TLSEXT_NAMETYPE_host_name);
  });
  REQUIRE(side.shake_hands());
  server_.join();
  CHECK(name == "db.example");
  TlsListenConfig same{TlsListenConfig::Mode::allow, server.certificate, server.key, {}, {}, "1.2"};
  CHECK(side.tls().peer_leaf() == TlsContext::for_clients(same)->leaf());
  CHECK_FALSE(side.tls().peer_leaf().empty());
}

TEST_CASE_METHOD(AsClient, "TLS as client: an address is not sent as a server's name") {
  const std::string host = GENERATE("127.0.0.1", "::1", "");
  side.connect(config, host);
  bool named = true;
  Beside server_([&] {
    auto there = peer({server, {}, {}});
    if (!there.shake_hands()) return;
    named = SSL_get_servername(there.native(), TLSEXT_NAMETYPE_host_name) != nullptr;
  });
  REQUIRE(side.shake_hands());
  server_.join();
  CHECK_FALSE(named);
}

TEST_CASE_METHOD(AsServer, "TLS: 50 MB each way at once, the peer reading late",
                 "[trap:two-directions]") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  side.accept(config);
  const std::string down = noise(50 * megabyte), up = noise(50 * megabyte + 1);
  side.to_send = down;
  std::string arrived;
  Beside client([&] {
    auto there = peer({{}, {}, {}, version});
    if (!there.shake_hands()) return;
    there.send(up);
    arrived = there.read(down.size());
  });
  REQUIRE(side.run_until(
      [&](Side& at) { return at.unsent() == 0 && at.received.size() == up.size(); }));
  client.join();
  CHECK((side.received == up));
  CHECK((arrived == down));
}

TEST_CASE_METHOD(
    AsServer,
    "TLS: what is written while the peer reads nothing is bounded, and nothing is tried in vain",
    "[trap:tls-retried-write][trap:bounded-memory]") {
  side.accept(config);
  side.to_send = noise(8 * megabyte);
  std::atomic<bool> reads = false;
  std::string arrived;
  Beside client([&] {
    auto there = peer();
    if (!there.shake_hands()) return;
    eventually([&] { return reads.load(); });
    arrived = there.read(side.to_send.size());
  });
  REQUIRE(side.run_until(
      [](Side& at) { return at.step == Tls::Step::done && at.sent > 0 && !at.tls().may_write(); }));
  CHECK(side.sent < megabyte);
  CHECK(side.attempts < 8);
  reads = true;
  REQUIRE(side.run_until([](Side& at) { return at.unsent() == 0; }));
  client.join();
  CHECK((arrived == side.to_send));
}

TEST_CASE_METHOD(AsServer, "TLS: a KeyUpdate of the peer while writing is blocked",
                 "[trap:key-update-while-writing]") {
  side.accept(config);
  side.to_send = noise(8 * megabyte);
  std::string arrived;
  int key_updates = 0;
  std::atomic<bool> blocked = false;
  Beside client([&] {
    auto there = peer({{}, {}, {}, 0, TLS1_3_VERSION});
    if (!there.shake_hands()) return;
    SSL_set_msg_callback(there.native(), [](int writing, int, int type, const void* bytes,
                                            std::size_t, SSL*, void* count) {
      const bool is_update = type == SSL3_RT_HANDSHAKE &&
                             *static_cast<const unsigned char*>(bytes) == SSL3_MT_KEY_UPDATE;
      if (writing == 0 && is_update) ++*static_cast<int*>(count);
    });
    SSL_set_msg_callback_arg(there.native(), &key_updates);
    eventually([&] { return blocked.load(); });
    SSL_key_update(there.native(), SSL_KEY_UPDATE_REQUESTED);
    there.send("new key");
    SSL_key_update(there.native(), SSL_KEY_UPDATE_NOT_REQUESTED);
    there.send(", newer key");
    arrived = there.read(side.to_send.size());
  });
  REQUIRE(side.run_until([&](Side& at) {
    if (at.sent > 0 && !at.tls().may_write()) blocked = true;
    return at.unsent() == 0;
  }));
  client.join();
  CHECK((arrived == side.to_send));
  CHECK(side.received == "new key, newer key");
  CHECK(key_updates == 1);
}

TEST_CASE_METHOD(AsServer, "TLS: who asks for new keys and never reads them is not read from",
                 "[trap:key-update-while-writing]") {
  side.accept(config);
  constexpr int plenty = 100'000;
  int asked = 0;
  Beside client([&] {
    auto there = peer({{}, {}, {}, 0, TLS1_3_VERSION});
    if (!there.shake_hands()) return;
    ::fcntl(ends.theirs.get(), F_SETFL, O_NONBLOCK);
    const auto ask = [&] {
      SSL_key_update(there.native(), SSL_KEY_UPDATE_REQUESTED);
      return SSL_do_handshake(there.native()) == 1;
    };
    // Blocked for so long that it is not only our side that has not had its turn yet.
    const auto moved_on = [&] {
      pollfd room{ends.theirs.get(), POLLOUT, 0};
      return ::poll(&room, 1, 300) == 1 && SSL_do_handshake(there.native()) == 1;
    };
    while (asked < plenty && (ask() || moved_on())) ++asked;
    ends.theirs = Fd();
  });
  REQUIRE(side.run_until([](Side& at) { return at.ended || at.lost; }));
  client.join();
  CHECK(asked > 100);
  CHECK(asked < plenty);
}

TEST_CASE_METHOD(AsServer, "TLS: the handshake and what follows may come byte by byte") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  SocketPair slow =
      make_pair_of_sockets();  // the peer's, behind which the bytes come one at a time
  const int entrance = ends.theirs.get(), exit = slow.ours.get(), ours = side.socket().descriptor();
  ::fcntl(exit, F_SETFL, 0);
  side.accept(config);
  std::string arrived;
  Beside client([&] {
    TlsPeer there(TlsPeer::Role::client, slow.theirs.get(), {{}, {}, {}, version});
    if (!there.shake_hands()) return;
    there.send("question");
    arrived = there.read(6);
    ::shutdown(slow.theirs.get(), SHUT_WR);
  });
  Beside towards_us([&] {
    char byte = 0;
    while (::recv(exit, &byte, 1, 0) == 1) {
      (void)::send(entrance, &byte, 1, MSG_NOSIGNAL);
      eventually([&] {
        int unread = 0;
        ::ioctl(ours, FIONREAD, &unread);
        return unread == 0;
      });
    }
    ::shutdown(entrance, SHUT_WR);
  });
  Beside from_us([&] {
    std::string bytes(4096, '\0');
    for (auto got = ::recv(entrance, bytes.data(), bytes.size(), 0); got > 0;
         got = ::recv(entrance, bytes.data(), bytes.size(), 0)) {
      (void)::send(exit, bytes.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL);
    }
  });
  CHECK(side.run_until([](Side& at) { return at.received == "question"; }));
  side.to_send = "answer";
  CHECK(side.run_until([](Side& at) { return at.ended; }));
  side.close();
  client.join();
  CHECK(arrived == "answer");
}

TEST_CASE_METHOD(Certified,
                 "TLS: a connection that ends within the handshake fails, wherever it is cut") {
  // The client's first flight, recorded once.
  std::string hello;
  {
    SocketPair ends = make_pair_of_sockets();
    Beside client([&] {
      TlsPeer there(TlsPeer::Role::client, ends.theirs.get(), {});
      there.shake_hands();
    });
    hello.resize(4096);
    pollfd waits{ends.ours.get(), POLLIN, 0};
    ::poll(&waits, 1, 20'000);
    const auto got = ::recv(ends.ours.get(), hello.data(), hello.size(), 0);
    hello.resize(static_cast<std::size_t>(got));
    ends.ours = Fd();
  }
  REQUIRE(hello.size() > 100);
  for (std::size_t size = 0; size <= hello.size(); ++size) {
    SocketPair ends = make_pair_of_sockets();
    Side side;
    side.take(std::move(ends.ours));
    side.accept({TlsListenConfig::Mode::require, server.certificate, server.key, {}, {}, "1.2"});
    Peer there(std::move(ends.theirs));
    there.send(hello.substr(0, size));
    there.shutdown_write();
    REQUIRE(side.run_until([](Side& at) { return at.step == Tls::Step::failed; }));
    REQUIRE(side.tls().failure() == "the connection ended during the TLS handshake");
  }
}

TEST_CASE_METHOD(AsServer, "TLS: an end without close_notify is an ordinary end, behind all bytes",
                 "[trap:tls-end-without-close-notify]") {
  side.accept(config);
  Beside client([&] {
    auto there = peer();
    if (!there.shake_hands()) return;
    there.send(std::string(100 * kilobyte, 'x'));
    ends.theirs = Fd();
  });
  REQUIRE(side.run_until([](Side& at) { return at.ended || at.lost; }));
  CHECK(side.ended);
  CHECK(side.received.size() == 100 * kilobyte);
}

TEST_CASE_METHOD(AsServer, "TLS: a half that is closed leaves the other open, both ways",
                 "[trap:half-close]") {
  side.accept(config);
  std::string rest;
  bool ended = false;
  Beside client([&] {
    auto there = peer();
    if (!there.shake_hands()) return;
    there.send("first");
    SSL_shutdown(there.native());
    rest = there.read(4);
    ended = there.read_some().empty();
  });
  REQUIRE(side.run_until([](Side& at) { return at.ended; }));
  CHECK(side.received == "first");
  side.to_send = "rest";
  REQUIRE(side.run_until([](Side& at) { return at.unsent() == 0; }));
  side.tls().shutdown_write();
  client.join();
  CHECK(rest == "rest");
  CHECK(ended);
}

TEST_CASE_METHOD(AsServer, "TLS: what is long goes in full records of 16 KB, and no longer ones",
                 "[trap:tls-16-kb-chunks]") {
  constexpr std::size_t full = 16 * 1024, records = 64;
  side.accept(config);
  side.to_send = noise(records * full);
  RecordSizes sizes;
  bool unchanged = false;
  Beside client([&] {
    auto there = peer();
    if (!there.shake_hands()) return;
    SSL_set_msg_callback(there.native(), sizes.note);
    SSL_set_msg_callback_arg(there.native(), &sizes);
    unchanged = there.read(side.to_send.size()) == side.to_send;
  });
  REQUIRE(side.run_until([](Side& at) { return at.unsent() == 0; }));
  client.join();
  CHECK(unchanged);
  const auto of_data = std::count_if(sizes.all.begin(), sizes.all.end(),
                                     [](std::size_t size) { return size >= full; });
  CHECK(of_data == records);
  CHECK(*std::max_element(sizes.all.begin(), sizes.all.end()) <= full + 256);  // RFC 8446, 5.2
}

TEST_CASE_METHOD(AsServer, "TLS: what was read before belongs to the handshake") {
  // As a relay does: the first bytes are read, seen to be TLS, and handed over.
  std::string first(7, '\0'), received;
  Beside client([&] {
    auto there = peer({{}, {}, "\x0apostgresql"});
    if (there.shake_hands()) there.send("question");
  });
  pollfd waits{side.socket().descriptor(), POLLIN, 0};
  ::poll(&waits, 1, 20'000);
  REQUIRE(::recv(side.socket().descriptor(), first.data(), first.size(), 0) == 7);
  side.accept(config, Tls::Opening::direct, first);
  CHECK(side.run_until([](Side& at) { return at.received == "question"; }));
}

TEST_CASE_METHOD(AsServer,
                 "TLS: garbage behind the handshake loses the connection, with a reason") {
  side.accept(config);
  Beside client([&] {
    auto there = peer();
    if (!there.shake_hands()) return;
    const std::string record("\x17\x03\x03\x00\x20", 5);
    (void)::send(ends.theirs.get(), (record + std::string(32, 'x')).data(), 37, MSG_NOSIGNAL);
    there.read_some();
  });
  CHECK(side.run_until([](Side& at) { return at.lost; }));
  CHECK_THAT(side.tls().failure(), Contains("bad record mac"));
  CHECK(side.tls().try_write(as_bytes("x")).status == Transfer::Status::failed);
  side.close();
}
