#include <catch2/catch.hpp>

#include "proxy/wire/build.hpp"
#include "proxy/wire/frontend.hpp"
#include "tests/net/road.hpp"

/// Protocol 3.2 (PostgreSQL 18): longer cancel keys, options that begin with "_pq_.", and
/// NegotiateProtocolVersion where the server knows less. All of it passes as it came.
namespace onetrip::test {
namespace {

constexpr std::uint32_t reserved_version = 3U << 16U | 9999U;  // clients may ask for it as a probe

std::string hello_of(std::uint32_t protocol) {
  return startup_message({{"user", "ann"}, {"database", "shop"}, {"_pq_.unheard_of", "1"}},
                         protocol);
}

// NegotiateProtocolVersion: newest:Int32 count:Int32 option:String*
std::string negotiate(std::uint32_t newest, const std::vector<std::string>& options) {
  std::string body;
  append(body, newest);
  append(body, static_cast<std::uint32_t>(options.size()));
  for (const auto& option : options) append_string(body, option);
  return backend::message(backend::type::negotiate_protocol_version, body);
}

std::string key_of(std::size_t size) {
  std::string key;
  for (std::size_t i = 0; i < size; ++i) key += static_cast<char>(i);
  return key;
}

std::string one_row_answer() {
  return backend::row_description({{"id", 1, 1, 23, 0}}) + backend::data_row({"1"}) +
         backend::command_complete("SELECT 1") + backend::ready_for_query('I');
}

void greet(Peer& client, Server& server, const std::string& packet, const std::string& greeting) {
  client.send(packet);
  Peer behind = server.accept();
  CHECK(behind.read(packet.size()) == packet);
  behind.send(greeting);
  CHECK(client.read(greeting.size()) == greeting);
  client.send(frontend::query("select 1"));
  behind.read(frontend::query("select 1").size());
  behind.send(one_row_answer());
  CHECK(client.read(one_row_answer().size()) == one_row_answer());
}

void cancel(const Road& road, Server& server, const std::string& request) {
  Peer canceller = road.connect();
  canceller.send(request);
  Peer behind = server.accept();
  CHECK(behind.read(request.size()) == request);
  behind.close();
  CHECK(canceller.read_to_end().empty());
}

}  // namespace

TEST_CASE("Protocol 3.2 passes with its long key, and is observed like 3.0",
          "[trap:protocol-version][trap:cancel-key-length]") {
  const std::size_t size = GENERATE(4U, 32U, 256U);
  Server server;
  Road road(config_to(server.port()));
  Peer client = road.connect();
  greet(client, server, hello_of(startup_code::protocol_3_2), welcome(4711, key_of(size)));
  cancel(road, server, cancel_request(4711, key_of(size)));
  CHECK(road.tells(Event::Kind::execution));
  CHECK(road.recorder().count(Event::Kind::blind) == 0);
  CHECK(road.totals().faults == 0);
}

TEST_CASE("NegotiateProtocolVersion passes, whichever version was asked for",
          "[trap:protocol-version]") {
  const std::uint32_t asked =
      GENERATE(startup_code::protocol_3_0, startup_code::protocol_3_2, reserved_version);
  const std::uint32_t newest = GENERATE(startup_code::protocol_3_0, startup_code::protocol_3_2);
  Server server;
  Road road(config_to(server.port()));
  Peer client = road.connect();
  greet(client, server, hello_of(asked), negotiate(newest, {"_pq_.unheard_of"}) + welcome());
  CHECK(road.tells(Event::Kind::execution));
  CHECK(road.recorder().count(Event::Kind::blind) == 0);
  const auto opened = road.recorder().events(Event::Kind::session_opened);
  REQUIRE(opened.size() == 1);
  CHECK(opened[0].facts.user == "ann");
  CHECK(opened[0].facts.database == "shop");
}

TEST_CASE("A greeting of 3.2 passes however it is cut, and its key is known afterwards",
          "[trap:protocol-version]") {
  const auto key = key_of(32);
  const auto packet = hello_of(startup_code::protocol_3_2);
  const auto greeting =
      negotiate(startup_code::protocol_3_2, {"_pq_.unheard_of"}) + welcome(4711, key);
  Server server;
  Road road(config_to(server.port()));
  for (std::size_t cut = 1; cut < greeting.size(); ++cut) {
    Peer client = road.connect();
    client.send(packet);
    Peer behind = server.accept();
    REQUIRE(behind.read(packet.size()) == packet);
    behind.send(greeting.substr(0, cut));
    REQUIRE(client.read(cut) == greeting.substr(0, cut));
    behind.send(greeting.substr(cut));
    REQUIRE(client.read(greeting.size() - cut) == greeting.substr(cut));
  }
  CHECK(road.recorder().count(Event::Kind::blind) == 0);
  CHECK(road.is_empty());
}

TEST_CASE("A server that refuses a version says so itself", "[trap:protocol-version]") {
  const auto refusal = backend::error_response("FATAL", "0A000", "unsupported frontend protocol");
  Server server;
  Road road(config_to(server.port()));
  Peer client = road.connect();
  client.send(hello_of(reserved_version));
  Peer behind = server.accept();
  behind.read(hello_of(reserved_version).size());
  behind.send(refusal);
  behind.close();
  CHECK(client.read_to_end() == refusal);
}

}  // namespace onetrip::test
