#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <thread>
#include <vector>

#include "proxy/wire/frontend.hpp"
#include "tests/net/road.hpp"

namespace onetrip::test {
namespace {

std::string noise(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

// Sends in pieces of any size.
void send_chunked(Peer& peer, std::string_view bytes, unsigned seed) {
  std::mt19937 random(seed);
  while (!bytes.empty()) {
    const auto size =
        std::min<std::size_t>(bytes.size(), 1 + random() % (random() % 3 ? 100 : 90000));
    peer.send(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
}

std::string one_row_answer() {
  return backend::row_description({{"id", 1, 1, 23, 0}}) + backend::data_row({"1"}) +
         backend::command_complete("SELECT 1") + backend::ready_for_query('I');
}

}  // namespace

TEST_CASE("Bytes pass as they came, in both directions at once, however they are cut",
          "[trap:two-directions]") {
  Server server;
  Road road(config_to(server.port()));
  for (const unsigned seed : {1U, 2U, 3U}) {
    Ends ends = open_session(road, server);
    const auto question = noise(3'000'000, seed);
    const auto answer = noise(5'000'000, seed + 100);
    std::string heard_by_server, heard_by_client;
    std::thread to_server([&] { send_chunked(ends.client, question, seed); });
    std::thread to_client([&] { send_chunked(ends.server, answer, seed); });
    std::thread at_server([&] { heard_by_server = ends.server.read(question.size()); });
    heard_by_client = ends.client.read(answer.size());
    to_server.join();
    to_client.join();
    at_server.join();
    CHECK(heard_by_server == question);
    CHECK(heard_by_client == answer);
  }
  CHECK(road.is_empty());
  CHECK(road.totals().faults == 0);
}

TEST_CASE("Every byte is counted") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  ends.client.send("1234567");
  ends.server.read(7);
  ends.server.send("abc");
  ends.client.read(3);
  CHECK(road.totals().bytes_from_client == hello().size() + 7);
  CHECK(road.totals().bytes_from_server == welcome().size() + 3);
  CHECK(road.totals().clients == 1);
  CHECK(road.totals().connections == 1);
}

TEST_CASE("Clients on several threads are never mixed") {
  constexpr unsigned clients = 12;
  Server server;
  Road road(config_to(server.port()), 3);
  std::vector<Ends> all;
  for (unsigned i = 0; i < clients; ++i) all.push_back(open_session(road, server));
  std::vector<std::string> heard(clients);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < clients; ++i) {
    threads.emplace_back([&, i] { send_chunked(all[i].client, noise(400'000, i), i); });
    threads.emplace_back([&, i] { heard[i] = all[i].server.read(400'000); });
  }
  for (auto& thread : threads) thread.join();
  for (unsigned i = 0; i < clients; ++i) CHECK(heard[i] == noise(400'000, i));
}

TEST_CASE("Sessions come and go on several threads and leave nothing") {
  Server server;
  Road road(config_to(server.port()), 3);
  for (int round = 0; round < 40; ++round) {
    Ends ends = open_session(road, server);
    Ends other = open_session(road, server);
    if (round % 2 == 0) ends.client.reset();
    if (round % 3 == 0) other.server.close();
  }
  CHECK(road.is_empty());
  CHECK(road.totals().connections == 80);
}

TEST_CASE("A client that closes its half still gets its answer", "[trap:half-close]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_half_closed(road, server);
  ends.server.send("last answer");
  ends.server.close();
  CHECK(ends.client.read_to_end() == "last answer");
  CHECK(road.is_empty());
}

TEST_CASE("A client that is killed takes its server connection with it", "[trap:client-gone]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  ends.client.send("select pg_sleep(1000)");
  ends.server.read(21);
  ends.client.reset();
  CHECK(ends.server.read_to_end().empty());
  CHECK(road.is_empty());
}

TEST_CASE("A client that is killed while its server does not read is noticed too",
          "[trap:client-gone]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  fill(ends.client);
  ends.client.reset();
  CHECK(road.is_empty());
}

TEST_CASE("A client that is killed while it does not read its answer is noticed",
          "[trap:client-gone]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  fill(ends.server);
  ends.client.reset();
  CHECK(road.is_empty());
}

TEST_CASE("A server's last words arrive, and then an end, not a reset", "[trap:last-words]") {
  const auto fatal = backend::error_response("FATAL", "57P01", "terminating connection");
  Server server;
  Road road(config_to(server.port()));

  SECTION("in order") {
    Ends ends = open_session(road, server);
    ends.server.send(fatal);
    ends.server.close();
    CHECK(ends.client.read_to_end() == fatal);
  }
  SECTION("while the client is sending to a server that has gone") {
    Ends ends = open_session(road, server);
    const auto question = frontend::query("select 1");
    ends.client.send(question);
    ends.server.read(question.size());
    // The I/O thread is held at the answer's event, so that it then meets all of this at once.
    auto held = road.recorder().hold();
    ends.server.send(one_row_answer());
    REQUIRE(eventually([&] { return road.totals().bytes_from_server > welcome().size(); }));
    fill(ends.client);
    ends.server.send(fatal);
    ends.server.close();
    held.unlock();
    CHECK(ends.client.read_to_end() == one_row_answer() + fatal);
  }
  SECTION("while much of them is still on its way and the client goes on asking") {
    Ends ends = open_session(road, server);
    const auto rows = noise(1'000'000, 8);
    ends.server.send(rows + fatal);
    ends.server.close();
    const auto all = welcome().size() + rows.size() + fatal.size();
    REQUIRE(eventually([&] { return road.totals().bytes_from_server == all; }));
    for (int i = 0; i < 1000; ++i) {
      ends.client.send("x");
      std::this_thread::yield();
    }
    CHECK(ends.client.read_to_end() == rows + fatal);
  }
  SECTION("all of a long answer to a slow reader") {
    Ends ends = open_session(road, server);
    const auto rows = noise(3'000'000, 7);
    std::thread reader([&] {
      ends.server.send(rows);
      ends.server.send(fatal);
      ends.server.close();
    });
    CHECK(eventually([&] { return road.totals().bytes_from_server > welcome().size(); }));
    CHECK(ends.client.read_to_end() == rows + fatal);
    reader.join();
  }
}

TEST_CASE("A client that stays after its server has gone is let go after a while",
          "[trap:server-gone]") {
  Server server;
  auto config = config_to(server.port());
  config.linger = std::chrono::milliseconds(20);
  Road road(config);
  Ends ends = open_session(road, server);
  ends.server.close();
  CHECK(road.is_empty());
  CHECK(ends.client.read_to_end().empty());
}

TEST_CASE("What is seen is seen before it is forwarded") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  const auto question = frontend::query("select id from book");
  for (std::size_t i = 1; i <= 300; ++i) {
    ends.client.send(question);
    ends.server.read(question.size());
    ends.server.send(one_row_answer());
    ends.client.read(one_row_answer().size());
    // The client has the answer: its execution must have been told by now.
    REQUIRE(road.recorder().count(Event::Kind::execution) == i);
  }
  CHECK(road.recorder().count(Event::Kind::blind) == 0);
  const auto execution = road.recorder().events(Event::Kind::execution).back().execution;
  CHECK(execution.text == "select id from book");
  CHECK(execution.rows == 1);
  CHECK(execution.sent <= execution.first_answer);
}

TEST_CASE("A session is told from its first to its last moment") {
  Server server;
  Road road(config_to(server.port()));
  {
    Ends ends = open_session(road, server);
    const auto opened = road.recorder().events(Event::Kind::session_opened);
    REQUIRE(opened.size() == 1);
    CHECK(opened[0].facts.user == "ann");
    CHECK(opened[0].facts.database == "shop");
    CHECK(opened[0].facts.upstream == "127.0.0.1:" + std::to_string(server.port()));
    CHECK(opened[0].facts.client.substr(0, 10) == "127.0.0.1:");
  }
  CHECK(eventually([&] { return road.recorder().count(Event::Kind::session_closed) == 1; }));
}

TEST_CASE("Analysis is switched off and on without dropping a connection") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  const auto ask = [&] {
    const auto question = frontend::query("select 1");
    ends.client.send(question);
    ends.server.read(question.size());
    ends.server.send(one_row_answer());
    return ends.client.read(one_row_answer().size());
  };
  ask();
  road.proxy().set_analysis(false);
  CHECK(ask() == one_row_answer());
  CHECK(road.recorder().count(Event::Kind::execution) == 1);
  road.proxy().set_analysis(true);
  ask();
  CHECK(road.recorder().count(Event::Kind::execution) == 2);
}

TEST_CASE("How long bytes were in the proxy is put into the bucket that holds it") {
  Overhead overhead;
  using namespace std::chrono;
  for (const nanoseconds took : {0ns, 1'000ns, 1'001ns, 2'000ns, 100'000'000ns, 100'000'001ns})
    overhead.add(took);
  CHECK(overhead.counts[0].get() == 2);
  CHECK(overhead.counts[1].get() == 2);
  CHECK(overhead.counts[11].get() == 1);
  CHECK(overhead.counts[12].get() == 1);
  CHECK(overhead.sum_ns.get() == 200'004'002);
}

TEST_CASE("Of batches that are sent when their turn ends every 61st is timed, one in a turn") {
  Overhead overhead;
  constexpr int turns = 61, batches = 64;
  for (int turn = 0; turn < turns; ++turn) {
    for (int batch = 0; batch < batches; ++batch) {
      overhead.read();
      overhead.posted();
      overhead.sent(true);  // of another, that was not timed
    }
    overhead.turn_ended();
  }
  std::uint64_t timed = 0;
  for (const auto& count : overhead.counts) timed += count.get();
  CHECK(timed == 61);  // 3 of 64 fell into a turn that had one
}

TEST_CASE("A part of all batches is timed, in both directions") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  const auto timed = [&] {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : road.totals().overhead) sum += count;
    return sum;
  };
  CHECK(timed() == 0);
  constexpr std::uint64_t rounds = 200;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    ends.client.send("ping");
    REQUIRE(ends.server.read(4) == "ping");
    ends.server.send("pong");
    REQUIRE(ends.client.read(4) == "pong");
  }
  CHECK(eventually([&] { return timed() >= 2 * rounds / 61; }));
  CHECK(timed() <= 1 + 2 * rounds / 61);
  CHECK(road.totals().overhead_ns > 0);
}

}  // namespace onetrip::test
