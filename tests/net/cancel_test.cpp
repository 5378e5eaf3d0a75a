#include <catch2/catch.hpp>

#include "proxy/net/cancel_keys.hpp"
#include "proxy/net/greeting.hpp"
#include "tests/net/road.hpp"

namespace onetrip::test {

TEST_CASE("A cancel request is forwarded verbatim and kept until the server closes",
          "[trap:cancel-own-connection][trap:cancel-kept-open]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  const auto request = cancel_request(4711, "sesa");
  Peer canceller = road.connect();
  canceller.send(request);
  Peer behind = server.accept();
  CHECK(behind.read(request.size()) == request);
  CHECK(road.totals().cancels == 1);
  CHECK(road.totals().clients == 2);
  behind.close();
  CHECK(canceller.read_to_end().empty());
  CHECK(eventually([&] { return road.totals().clients == 1; }));
  CHECK(road.recorder().count(Event::Kind::session_opened) == 1);
}

TEST_CASE("A cancel request with a long key, behind SSLRequest, passes too",
          "[trap:cancel-own-connection][trap:cancel-key-length]") {
  Server server;
  Road road(config_to(server.port()));
  const auto request = cancel_request(1, std::string(256, 'k'));
  Peer canceller = road.connect();
  canceller.send(ssl_request());
  CHECK(canceller.read(1) == "N");
  canceller.send(request);
  Peer behind = server.accept();
  CHECK(behind.read(request.size()) == request);
}

TEST_CASE("What was to be cancelled is cancelled even if the canceller has gone",
          "[trap:canceller-gone]") {
  Server server;
  Road road(config_to(server.port()));
  const auto request = cancel_request(1, "abcd");
  Peer canceller = road.connect();
  canceller.send(request);
  canceller.close();
  Peer behind = server.accept();
  CHECK(behind.read(request.size()) == request);
  behind.close();
  CHECK(road.is_empty());
}

TEST_CASE("Clients beyond the limit can still cancel", "[trap:cancel-is-always-served]") {
  Server server;
  auto config = config_to(server.port());
  config.max_clients = 1;
  Road road(config);
  Ends ends = open_session(road, server);
  Peer canceller = road.connect();
  canceller.send(cancel_request(4711, "sesa"));
  Peer behind = server.accept();
  CHECK(behind.read(16) == cancel_request(4711, "sesa"));
}

TEST_CASE("A greeting's key is read however the greeting is cut") {
  const auto all = welcome(9, "1234");
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    Greeting greeting;
    const bool more = greeting.read(as_bytes(all).first(cut));
    CHECK(more == (cut < all.size()));
    if (more) CHECK_FALSE(greeting.read(as_bytes(all).subspan(cut)));
    CHECK(as_text(greeting.key()) == std::string("\0\0\0\x9", 4) + "1234");
    CHECK_FALSE(greeting.asked_cleartext_password());
  }
}

TEST_CASE("A greeting tells that a password was asked for in clear") {
  Greeting greeting;
  CHECK(greeting.read(as_bytes(backend::message('R', std::string("\0\0\0\x3", 4)))));
  CHECK(greeting.asked_cleartext_password());
  Greeting md5;
  CHECK(md5.read(as_bytes(backend::message('R', std::string("\0\0\0\x5salt", 8)))));
  CHECK_FALSE(md5.asked_cleartext_password());
}

TEST_CASE("A key that is longer than any key is none", "[trap:cancel-key-length]") {
  Greeting greeting;
  CHECK(greeting.read(as_bytes(backend::backend_key_data(1, std::string(257, 'k')))));
  CHECK(greeting.key().empty());
}

TEST_CASE("Cancel keys are known while their session lives", "[trap:cancel-key-forgotten]") {
  CancelKeys keys;
  const Address address{{}, "10.0.0.1:5432"};
  keys.remember(as_bytes("one"), address);
  REQUIRE(keys.find(as_bytes("one")));
  CHECK(keys.find(as_bytes("one"))->text == "10.0.0.1:5432");
  CHECK_FALSE(keys.find(as_bytes("two")));
  keys.forget(as_bytes("one"));
  CHECK_FALSE(keys.find(as_bytes("one")));
  CHECK(keys.size() == 0);
}

}  // namespace onetrip::test
