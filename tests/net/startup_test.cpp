#include <catch2/catch.hpp>

#include "proxy/wire/cursor.hpp"
#include "proxy/wire/framer.hpp"
#include "tests/net/road.hpp"

namespace onetrip::test {
namespace {

backend::ErrorResponse error_in(const std::string& message) {
  if (message.size() < MessageHeader::size || message[0] != 'E') return {};
  return backend::ErrorResponse::read(as_bytes(message).subspan(MessageHeader::size));
}

// A port where nobody listens.
std::uint16_t closed_port() {
  return Server().port();
}

}  // namespace

TEST_CASE("Requests for encryption are answered no, in either order, and the startup goes on",
          "[trap:requests-once-each]") {
  Server server;
  Road road(config_to(server.port()));
  Peer client = road.connect();
  SECTION("SSL") {
    client.send(ssl_request());
    CHECK(client.read(1) == "N");
  }
  SECTION("GSS, then SSL") {
    client.send(gssenc_request());
    CHECK(client.read(1) == "N");
    client.send(ssl_request());
    CHECK(client.read(1) == "N");
  }
  client.send(hello());
  Peer behind = server.accept();
  CHECK(behind.read(hello().size()) == hello());
}

TEST_CASE("Bytes behind a request for encryption close the connection unanswered",
          "[trap:bytes-behind-request]") {
  Server server;
  Road road(config_to(server.port()));
  Peer client = road.connect();
  client.send(ssl_request() + hello());
  CHECK(client.read_some().empty());
  CHECK(road.is_empty());
  CHECK(road.totals().of(StartupFailure::bad_packet) == 1);
}

TEST_CASE("A request for encryption comes once", "[trap:requests-once-each]") {
  Server server;
  Road road(config_to(server.port()));
  Peer client = road.connect();
  client.send(ssl_request());
  CHECK(client.read(1) == "N");
  client.send(ssl_request());
  CHECK(client.read_to_end().empty());
}

TEST_CASE("A startup packet may come byte by byte, and what follows it goes with it",
          "[trap:startup-cut-anywhere]") {
  Server server;
  Road road(config_to(server.port()));
  Peer client = road.connect();
  for (const char byte : hello()) client.send({&byte, 1});
  Peer behind = server.accept();
  CHECK(behind.read(hello().size()) == hello());

  Peer hasty = road.connect();
  hasty.send(hello() + "password");
  Peer behind_hasty = server.accept();
  CHECK(behind_hasty.read(hello().size() + 8) == hello() + "password");
}

TEST_CASE("What is no startup packet is refused", "[trap:startup-packet-length]") {
  Server server;
  Road road(config_to(server.port()));
  Peer client = road.connect();
  SECTION("a length beyond what a server takes") {
    client.send(std::string("\0\0\x27\x15", 4));
  }
  SECTION("another protocol") {
    client.send("GET / HTTP/1.1\r\n\r\n");
  }
  client.close();
  CHECK(eventually([&] { return road.totals().of(StartupFailure::bad_packet) == 1; }));
  CHECK(road.is_empty());
}

TEST_CASE("TLS without a request is refused where there is no certificate") {
  Server server;
  Road road(config_to(server.port()));
  Peer client = road.connect();
  client.send("\x16\x03\x01\x02");
  CHECK(client.read_some().empty());
  CHECK(road.totals().of(StartupFailure::direct_tls) == 1);
}

TEST_CASE("A client that connects and goes is no failure", "[trap:client-gone-in-startup]") {
  Server server;
  Road road(config_to(server.port()));
  road.connect().close();
  CHECK(eventually([&] { return road.totals().connections == 1; }));
  CHECK(road.is_empty());
  CHECK(road.totals().failures == Totals().failures);
}

TEST_CASE("A server that is down is told in a sentence, with its address and the reason",
          "[trap:unreachable-upstream]") {
  const auto port = closed_port();
  Road road(config_to(port));
  CHECK_FALSE(road.totals().upstream_up.has_value());  // nobody asked for it yet
  Peer client = road.connect();
  client.send(hello());
  const auto message = client.read_to_end();
  const auto error = error_in(message);
  CHECK(error.severity == "FATAL");
  CHECK(error.sqlstate == "08006");
  CHECK(error.message == "onetrip: no connection to the server at \"127.0.0.1:" +
                             std::to_string(port) + "\": Connection refused");
  CHECK(road.totals().of(StartupFailure::unreachable) == 1);
  CHECK(road.totals().upstream_up == false);
  client.close();
  CHECK(road.is_empty());
}

TEST_CASE("A server's name that means nothing is told too", "[trap:unreachable-upstream]") {
  auto config = config_to(1);
  config.upstream.host = "no-such-host.invalid";
  Road road(config);
  Peer client = road.connect();
  client.send(hello());
  const auto message = client.read_to_end();
  const auto error = error_in(message);
  CHECK(error.sqlstate == "08006");
  CHECK(error.message.find("\"no-such-host.invalid:1\": ") != std::string_view::npos);
}

TEST_CASE("A server given by name is reached, and hostaddr goes before the name") {
  Server server;
  auto config = config_to(server.port());
  config.upstream.host = "localhost";
  SECTION("by name") {}
  SECTION("by hostaddr") {
    config.upstream.host = "no-such-host.invalid";
    config.upstream.hostaddr = "127.0.0.1";
  }
  Road road(config);
  Ends ends = open_session(road, server);
  CHECK(road.totals().upstream_up == true);
}

TEST_CASE("A server that comes back is up again") {
  const auto port = closed_port();
  Folder folder;
  auto config = config_to(port);
  config.upstream = unix_socket(folder.path(), 5432);
  Road road(config);
  Peer early = road.connect();
  early.send(hello());
  const auto message = early.read_to_end();
  CHECK(error_in(message).message.find("No such file or directory") != std::string_view::npos);
  Server server(config.upstream.unix_path());
  Ends ends = open_session(road, server);
  CHECK(road.totals().upstream_up == true);
}

TEST_CASE("One client too many is told so, and has room once another has gone",
          "[trap:refused-client-keeps-no-place]") {
  Server server;
  auto config = config_to(server.port());
  config.max_clients = 2;
  Road road(config);
  Ends first = open_session(road, server);
  Ends second = open_session(road, server);
  Peer third = road.connect();
  third.send(hello());
  const auto message = third.read_to_end();
  CHECK(error_in(message).sqlstate == "53300");
  CHECK(road.totals().of(StartupFailure::too_many_clients) == 1);
  third.close();
  first.client.close();
  first.server.close();
  CHECK(eventually([&] { return road.totals().clients == 1; }));
  Ends fourth = open_session(road, server);
  CHECK(road.totals().clients == 2);
}

TEST_CASE("One deadline covers the whole startup", "[trap:startup-deadline]") {
  Server server;
  auto config = config_to(server.port());
  config.startup = std::chrono::milliseconds(50);
  Road road(config);
  Peer silent = road.connect();
  Peer slow = road.connect();
  slow.send(ssl_request());
  CHECK(slow.read(1) == "N");
  slow.send(hello().substr(0, 10));
  CHECK(silent.read_to_end().empty());
  CHECK(road.is_empty());
  CHECK(road.totals().of(StartupFailure::deadline) == 2);
}

TEST_CASE("A session lives on when its startup's deadline has passed", "[trap:startup-deadline]") {
  Server server;
  auto config = config_to(server.port());
  config.startup = std::chrono::milliseconds(200);
  Road road(config);
  Ends ends = open_session(road, server);
  Peer silent = road.connect();
  CHECK(silent.read_to_end().empty());  // its deadline is later than the session's was
  ends.client.send("still here");
  CHECK(ends.server.read(10) == "still here");
}

TEST_CASE("While draining, sessions go on and nobody new comes in", "[trap:drain-lets-finish]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  Peer late = road.connect();
  CHECK(eventually([&] { return road.totals().clients == 2; }));
  CHECK_FALSE(road.proxy().drain(std::chrono::milliseconds(1)));
  late.send(hello());
  const auto message = late.read_to_end();
  CHECK(error_in(message).sqlstate == "57P03");
  late.close();
  ends.client.send("going on");
  CHECK(ends.server.read(8) == "going on");
  ends.client.close();
  ends.server.close();
  CHECK(road.proxy().drain(patience));
}

TEST_CASE("Stopping closes what is left", "[trap:drain-limit]") {
  Server server;
  Road road(config_to(server.port()), 2);
  Ends first = open_session(road, server);
  Ends second = open_session(road, server);
  road.proxy().stop();
  CHECK(first.client.read_to_end().empty());
  CHECK(second.server.read_to_end().empty());
  CHECK(road.totals().clients == 0);
  CHECK(road.recorder().count(Event::Kind::session_closed) == 1);
}

}  // namespace onetrip::test
