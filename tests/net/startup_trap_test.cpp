#include <catch2/catch.hpp>

#include "tests/net/road.hpp"

/// The traps between accept and the session, as a client and a server would see us step into them.
namespace onetrip::test {
namespace {

using namespace std::chrono_literals;

constexpr auto a_moment = 30ms;  // in which nothing must happen

void ask_and_be_told_no(Peer& client, const std::string& request) {
  client.send(request);
  CHECK(client.read(1) == "N");
}

// A startup packet of so many bytes.
std::string packet_of(std::size_t size) {
  const auto short_one = startup_message({{"user", "ann"}, {"options", ""}});
  const std::string padding(size - short_one.size(), 'o');
  return startup_message({{"user", "ann"}, {"options", padding}});
}

void check_refused_unseen(Road& road, Server& server, Peer& client) {
  CHECK(client.is_cut());
  CHECK(road.is_empty());
  CHECK(road.totals().of(StartupFailure::bad_packet) == 1);
  CHECK_FALSE(server.stirs_within(0ms));
}

}  // namespace

TEST_CASE("SSLRequest and GSSENCRequest come once each, in either order",
          "[trap:requests-once-each][trap:requests-without-end][CVE-2026-6479]") {
  Server server;
  Road road(config_to(server.port()));
  Peer client = road.connect();
  const auto ssl = ssl_request(), gss = gssenc_request();
  SECTION("SSL, GSS, and the startup goes on") {
    ask_and_be_told_no(client, ssl);
    ask_and_be_told_no(client, gss);
    client.send(hello());
    CHECK(server.accept().read(hello().size()) == hello());
  }
  SECTION("GSS twice") {
    ask_and_be_told_no(client, gss);
    client.send(gss);
    check_refused_unseen(road, server, client);
  }
  SECTION("SSL, GSS, SSL") {
    ask_and_be_told_no(client, ssl);
    ask_and_be_told_no(client, gss);
    client.send(ssl);
    check_refused_unseen(road, server, client);
  }
  SECTION("GSS, SSL, GSS") {
    ask_and_be_told_no(client, gss);
    ask_and_be_told_no(client, ssl);
    client.send(gss);
    check_refused_unseen(road, server, client);
  }
  SECTION("a hundred thousand of them at once") {
    std::string flood;
    for (int i = 0; i < 100'000; ++i) flood += i % 2 == 0 ? ssl : gss;
    client.send_some(flood);
    check_refused_unseen(road, server, client);
  }
}

TEST_CASE("Nothing may have come behind a request for encryption when it is answered",
          "[trap:bytes-behind-request][CVE-2021-3935]") {
  Server server;
  Road road(config_to(server.port()));
  Peer client = road.connect();
  SECTION("one byte behind SSLRequest") {
    client.send(ssl_request() + "x");
  }
  SECTION("a startup packet behind GSSENCRequest") {
    client.send(gssenc_request() + hello());
  }
  SECTION("GSSENCRequest behind SSLRequest") {
    client.send(ssl_request() + gssenc_request());
  }
  SECTION("a byte behind the second request") {
    ask_and_be_told_no(client, gssenc_request());
    client.send(ssl_request() + "x");
  }
  check_refused_unseen(road, server, client);
}

TEST_CASE("A request for encryption may be cut anywhere", "[trap:startup-cut-anywhere]") {
  Server server;
  Road road(config_to(server.port()));
  const auto request = ssl_request();
  for (std::size_t cut = 1; cut < request.size(); ++cut) {
    Peer client = road.connect();
    client.send(request.substr(0, cut));
    client.send(request.substr(cut));
    CHECK(client.read(1) == "N");
  }
}

TEST_CASE("A byte now and then does not prolong the startup's deadline",
          "[trap:startup-deadline][CVE-2026-25949]") {
  const bool asks_for_tls = GENERATE(false, true);
  Server server;
  auto config = config_to(server.port());
  config.startup = 100ms;
  Road road(config);
  Peer client = road.connect();
  if (asks_for_tls) ask_and_be_told_no(client, ssl_request());
  const auto packet = packet_of(10'000);
  std::size_t sent = 0;
  while (sent < packet.size() && !client.stirs_within(2ms)) client.send(packet.substr(sent++, 1));
  CHECK(sent > 10);
  CHECK(sent < packet.size());
  CHECK(client.is_cut());
  CHECK(road.is_empty());
  CHECK(road.totals().of(StartupFailure::deadline) == 1);
}

TEST_CASE("A server that does not answer the connect is given up, and said so",
          "[trap:connect-without-answer]") {
  SilentServer server;
  auto config = config_to(server.port());
  SECTION("by the deadline of the startup") {
    config.startup = 50ms;
    config.connect = 60s;
  }
  SECTION("by the limit of one connect") {
    config.connect = 50ms;
  }
  Road road(config);
  Peer client = road.connect();
  client.send(hello());
  check_timeout_is_told(client);
  client.close();
  CHECK(road.is_empty());
}

TEST_CASE("A server that is away is told once the startup packet was read, not before",
          "[trap:unreachable-upstream]") {
  Server server;
  Road road(config_to(server.port()));
  server.close();
  Peer client = road.connect();
  CHECK_FALSE(client.stirs_within(a_moment));
  ask_and_be_told_no(client, ssl_request());
  client.send(hello().substr(0, 12));
  CHECK_FALSE(client.stirs_within(a_moment));
  client.send(hello().substr(12));
  const auto answer = client.read_to_end();
  CHECK(error_of(answer).sqlstate == "08006");
  CHECK(error_of(answer).severity == "FATAL");
}

TEST_CASE("A startup packet is as long as a server takes it", "[trap:startup-packet-length]") {
  Server server;
  Road road(config_to(server.port()));
  Peer client = road.connect();
  SECTION("10,000 bytes pass") {
    client.send(packet_of(10'000));
    CHECK(server.accept().read(10'000) == packet_of(10'000));
  }
  SECTION("10,005 do not, and are not waited for") {
    client.send(packet_of(10'005).substr(0, 8));
    check_refused_unseen(road, server, client);
  }
  SECTION("nor do 4 GB") {
    client.send(std::string("\xff\xff\xff\xff\0\x3\0\0", 8));
    check_refused_unseen(road, server, client);
  }
  SECTION("nor less than a length and a code") {
    client.send(std::string("\0\0\0\x7\0\x3\0\0", 8));
    check_refused_unseen(road, server, client);
  }
}

TEST_CASE("A replication connection is forwarded blindly once both sides copy",
          "[trap:replication-mode]") {
  const std::string mode = GENERATE("true", "database");
  Server server;
  Road road(config_to(server.port()));
  const auto packet = startup_message({{"user", "ann"}, {"replication", mode}});
  Peer client = road.connect();
  client.send(packet);
  Peer behind = server.accept();
  CHECK(behind.read(packet.size()) == packet);
  const auto copy_both = backend::message(backend::type::copy_both_response, std::string(3, '\0'));
  behind.send(welcome() + copy_both);
  CHECK(client.read((welcome() + copy_both).size()) == welcome() + copy_both);
  const std::string stream("d\0\0\0\2 no message at all \xff\xff\xff\xff", 29);
  for (int i = 0; i < 100; ++i) {
    behind.send(stream);
    CHECK(client.read(stream.size()) == stream);
    client.send(stream);
    CHECK(behind.read(stream.size()) == stream);
  }
  CHECK(road.totals().faults == 0);
}

TEST_CASE("Passwords and what authentication says pass verbatim and are told to nobody",
          "[trap:p-has-four-meanings]") {
  const std::string secret = "canary-7d1f";
  Server server;
  Road road(config_to(server.port()));
  Peer client = road.connect();
  client.send(hello());
  Peer behind = server.accept();
  behind.read(hello().size());
  const auto offer = backend::message('R', std::string("\0\0\0\xaSCRAM-SHA-256\0\0", 19));
  behind.send(offer);
  CHECK(client.read(offer.size()) == offer);
  for (int step = 0; step < 3; ++step) {
    const auto answer = "p" + std::string("\0\0\0\xf", 4) + secret;
    client.send(answer);
    CHECK(behind.read(answer.size()) == answer);
  }
  behind.send(welcome());
  CHECK(client.read(welcome().size()) == welcome());
  using Kind = Event::Kind;
  client.close();
  behind.close();
  CHECK(road.tells(Kind::session_closed));
  for (const auto kind : {Kind::execution, Kind::session_opened, Kind::session_changed}) {
    for (const auto& event : road.recorder().events(kind)) {
      CHECK(event.execution.text.find(secret) == std::string::npos);
      CHECK(event.facts.user + event.facts.database == "annshop");
    }
  }
  CHECK(road.recorder().count(Kind::execution) == 0);
  CHECK(road.recorder().count(Kind::blind) == 0);
}

TEST_CASE("A client that goes while it starts is let go, and no server hears of it",
          "[trap:client-gone-in-startup]") {
  const bool killed = GENERATE(false, true);
  Server server;
  Road road(config_to(server.port()));
  Peer client = road.connect();
  SECTION("before its first byte") {}
  SECTION("in a packet") {
    client.send(hello().substr(0, 9));
  }
  SECTION("after its request for encryption") {
    ask_and_be_told_no(client, ssl_request());
  }
  REQUIRE(eventually([&] { return road.totals().connections == 1; }));
  if (killed) {
    client.reset();
  } else {
    client.close();
  }
  CHECK(road.is_empty());
  CHECK_FALSE(server.stirs_within(0ms));
}

TEST_CASE("A client that is killed while its server is dialled is let go at once",
          "[trap:client-gone-in-startup]") {
  SilentServer server;
  auto config = config_to(server.port());
  config.connect = config.startup = 600s;
  Road road(config);
  Peer client = road.connect();
  client.send(hello());
  REQUIRE(eventually([&] { return road.totals().clients == 1; }));
  CHECK_FALSE(client.stirs_within(a_moment));
  client.reset();
  CHECK(road.is_empty());
}

TEST_CASE("A length that cannot be is the server's to complain about",
          "[trap:lengths-checked][CVE-2024-27304]") {
  const std::string length =
      GENERATE(std::string("\0\0\0\0", 4), std::string("\0\0\0\3", 4),
               std::string("\xff\xff\xff\xff", 4), std::string("\x80\0\0\0", 4));
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  const std::string message = "Q" + length + "select 1" + std::string(100'000, '\0');
  ends.client.send(message);
  CHECK(ends.server.read(message.size()) == message);
  ends.server.send("T" + length + message);
  CHECK(ends.client.read(message.size() + 5) == "T" + length + message);
  ends.client.send("and on");
  CHECK(ends.server.read(6) == "and on");
  CHECK(road.totals().faults == 0);
}

}  // namespace onetrip::test
