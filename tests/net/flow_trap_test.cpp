#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <random>
#include <thread>
#include <vector>

#include "proxy/wire/frontend.hpp"
#include "tests/net/road.hpp"

/// The traps of flow control and of ends, in a session that is open.
namespace onetrip::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t megabyte = 1'000'000;

std::string noise(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::string one_row_answer() {
  return backend::row_description({{"id", 1, 1, 23, 0}}) + backend::data_row({"1"}) +
         backend::command_complete("SELECT 1") + backend::ready_for_query('I');
}

std::string fatal() {
  return backend::error_response("FATAL", "57P01", "terminating connection");
}

}  // namespace

TEST_CASE("No byte is held back until its message is complete", "[trap:no-byte-held-back]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  for (const char byte : frontend::query("select id from book")) {
    ends.client.send({&byte, 1});
    REQUIRE(ends.server.read(1) == std::string(1, byte));
  }
  for (const char byte : one_row_answer()) {
    ends.server.send({&byte, 1});
    REQUIRE(ends.client.read(1) == std::string(1, byte));
  }
  CHECK(road.tells(Event::Kind::execution));
}

TEST_CASE("What fills a buffer to its last byte is forwarded and the next is waited for",
          "[trap:readiness-told-once]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  for (const std::size_t whole : {4096U, 8192U, 16384U, 32768U, 65536U, 131072U, 262144U}) {
    for (const std::size_t size : {whole - 1, whole, whole + 1}) {
      const auto bytes = noise(size, static_cast<unsigned>(size));
      ends.client.send(bytes);
      REQUIRE(ends.server.read(size) == bytes);
      ends.server.send(bytes);
      REQUIRE(ends.client.read(size) == bytes);
    }
  }
}

TEST_CASE("What came while the thread was busy is told once, and all of it is forwarded",
          "[trap:readiness-told-once]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  const auto question = frontend::query("select 1");
  ends.client.send(question);
  ends.server.read(question.size());
  auto held = road.recorder().hold();  // the thread stops at the answer's event
  ends.server.send(one_row_answer());
  REQUIRE(eventually([&] { return road.totals().bytes_from_server > welcome().size(); }));
  const auto up = fill(ends.client);
  const auto down = fill(ends.server);
  CHECK(up > megabyte / 10);
  CHECK(down > megabyte / 10);
  SECTION("without another word") {}
  SECTION("and the end of both") {
    ends.client.shutdown_write();
    ends.server.shutdown_write();
  }
  held.unlock();
  std::string heard;
  std::thread at_server([&] { heard = ends.server.read(up); });
  CHECK(ends.client.read(one_row_answer().size() + down).size() == one_row_answer().size() + down);
  at_server.join();
  CHECK(heard == std::string(up, 'x'));
}

TEST_CASE("A session that never stops talking leaves its thread's others their turns",
          "[trap:fair-turns]") {
  Server server;
  Road road(config_to(server.port()));
  Ends busy = open_session(road, server);
  Ends other = open_session(road, server);
  std::atomic<bool> enough{false};
  const std::string block(megabyte, 'x');
  std::thread talker([&] {
    while (!enough) busy.server.send_some(block);
  });
  std::thread listener([&] {
    while (!busy.client.read_some().empty()) {
    }
  });
  for (int i = 0; i < 100; ++i) {
    other.client.send("question");
    CHECK(other.server.read(8) == "question");
    other.server.send("answer");
    CHECK(other.client.read(6) == "answer");
  }
  enough = true;
  talker.join();
  busy.server.close();
  listener.join();
}

TEST_CASE("Many sessions that stand still in both directions take little memory",
          "[trap:two-directions][trap:bounded-memory]") {
  constexpr std::size_t sessions = 8, buffers = 2, buffer = 64 * 1024;
  Server server;
  Road road(config_to(server.port()));
  std::vector<Ends> all;
  for (std::size_t i = 0; i < sessions; ++i) all.push_back(open_session(road, server));
  const auto before = resident_bytes();
  std::size_t bytes = 0;
  for (auto& ends : all) bytes += fill(ends.client) + fill(ends.server);
  CHECK(bytes > sessions * buffers * buffer);
  if (!under_address_sanitizer) {
    CHECK(resident_bytes() < before + sessions * buffers * buffer + 4 * megabyte);
  }
  road.proxy().stop();
  CHECK(road.totals().clients == 0);
}

TEST_CASE("A client that hangs up while its server computes is told to the server at once",
          "[trap:client-gone]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  ends.client.send("select pg_sleep(1000)");
  ends.server.read(21);
  SECTION("in order: the server hears the end, and may still try to answer") {
    ends.client.close();
    CHECK(ends.server.read_to_end().empty());
    CHECK(ends.server.is_deserted());
  }
  SECTION("killed") {
    ends.client.reset();
    CHECK(ends.server.is_cut());
  }
  SECTION("with an answer unread") {
    ends.server.send("half an answer");
    REQUIRE(ends.client.stirs_within(patience));
    ends.client.close();
    CHECK(ends.server.is_cut());
  }
  ends.server.close();
  CHECK(road.is_empty());
}

TEST_CASE("A client that says goodbye is heard to its last byte", "[trap:client-gone]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  ends.client.send(frontend::terminate());
  ends.client.close();
  CHECK(ends.server.read_to_end() == frontend::terminate());
  ends.server.close();
  CHECK(road.is_empty());
}

TEST_CASE("A server that goes is told to its client, whatever the client is doing",
          "[trap:server-gone]") {
  Server server;
  auto config = config_to(server.port());
  config.linger = 20ms;
  Road road(config);
  Ends ends = open_session(road, server);
  SECTION("waiting, and the server ends") {
    ends.server.close();
    CHECK(ends.client.read_to_end().empty());
  }
  SECTION("waiting, and the server is killed") {
    ends.server.reset();
    CHECK(ends.client.is_cut());
  }
  SECTION("blocked in sending, and the server is killed") {
    fill(ends.client);
    ends.server.reset();
    CHECK(ends.client.is_deserted());
  }
  SECTION("reading late, and the server is killed") {
    const auto sent = fill(ends.server);
    ends.server.reset();
    CHECK(ends.client.read_to_end().size() <= sent);
  }
  CHECK(road.is_empty());
  CHECK(road.totals().faults == 0);
}

TEST_CASE("What a killed server had said arrives unchanged as far as it arrives, and ends in order",
          "[trap:server-gone]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  const auto rows = noise(megabyte, 9);
  std::string heard;
  std::thread reader([&] { heard = ends.client.read_to_end(); });
  ends.server.send(rows);
  ends.server.reset();
  reader.join();
  CHECK(heard == rows.substr(0, heard.size()));
  CHECK(eventually(
      [&] { return welcome().size() + heard.size() == road.totals().bytes_from_server; }));
}

TEST_CASE("Last words behind a half that is closed already arrive before the end",
          "[trap:last-words][trap:half-close]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_half_closed(road, server);
  const auto rows = noise(2 * megabyte, 5);
  std::thread sender([&] {
    ends.server.send(rows + fatal());
    ends.server.close();
  });
  CHECK(ends.client.read_to_end() == rows + fatal());
  sender.join();
  CHECK(road.is_empty());
}

TEST_CASE("A client that closed its half and is then killed is let go",
          "[trap:client-gone][trap:half-close]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_half_closed(road, server);
  ends.client.reset();
  CHECK(road.is_empty());  // though the server has not spoken
  CHECK(ends.server.is_deserted());
}

TEST_CASE("A half that the server closes first leaves the other half open", "[trap:half-close]") {
  Server server;
  auto config = config_to(server.port());
  config.linger = 600s;
  Road road(config);
  Ends ends = open_session(road, server);
  ends.server.send("the last of it");
  ends.server.shutdown_write();
  CHECK(ends.client.read_to_end() == "the last of it");
  const auto more = noise(megabyte, 6);
  std::string heard;
  std::thread reader([&] { heard = ends.server.read_to_end(); });
  ends.client.send(more);
  ends.client.shutdown_write();
  reader.join();
  CHECK(heard == more);
  CHECK(road.is_empty());
}

TEST_CASE("Analysis that is switched off and on again all the time changes no byte",
          "[trap:analysis-switched]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  std::atomic<bool> enough{false};
  std::thread switcher([&] {
    for (bool on = false; !enough; on = !on) road.proxy().set_analysis(on);
    road.proxy().set_analysis(true);
  });
  const auto ask = [&](int i) {
    const auto question = frontend::query("select " + std::to_string(i));
    ends.client.send(question);
    const bool heard = ends.server.read(question.size()) == question;
    ends.server.send(one_row_answer());
    return ends.client.read(one_row_answer().size()) == one_row_answer() && heard;
  };
  for (int i = 0; i < 500; ++i) REQUIRE(ask(i));
  enough = true;
  switcher.join();
  REQUIRE(ask(-1));  // in which analysis is on again at the latest
  REQUIRE(ask(-2));
  CHECK(eventually([&] {
    const auto told = road.recorder().events(Event::Kind::execution);
    return !told.empty() && told.back().execution.text == "select -2";
  }));
  CHECK(road.recorder().count(Event::Kind::blind) == 0);
}

}  // namespace onetrip::test
