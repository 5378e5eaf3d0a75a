#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "tests/net/road.hpp"

namespace onetrip::test {
namespace {

constexpr std::size_t megabyte = 1'000'000;

std::size_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

TEST_CASE(
    "A reader that does not read stops the reading from its peer, and 200 MB pass in little "
    "memory",
    "[trap:slow-reader][trap:bounded-memory]") {
  constexpr std::size_t all = 200 * megabyte;
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  const auto before = resident_bytes();

  std::size_t sent = fill(ends.server);
  CHECK(sent < 60 * megabyte);  // what the kernel's buffers of two connections took
  CHECK(road.totals().bytes_from_server < all);

  std::thread rest([&] {
    const std::string block(megabyte, 'x');
    for (; sent < all; sent += block.size()) ends.server.send(block);
    ends.server.close();
  });
  std::size_t received = 0;
  for (std::string piece = ends.client.read_some(); !piece.empty();
       piece = ends.client.read_some()) {
    received += piece.size();
  }
  rest.join();
  CHECK(received == sent);
  if (!under_address_sanitizer) CHECK(resident_bytes() < before + 8 * megabyte);
}

TEST_CASE("Both sides blocked in writing is no deadlock", "[trap:two-directions]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  const auto up = fill(ends.client);
  const auto down = fill(ends.server);
  CHECK(up > 0);
  CHECK(down > 0);
  // Either side begins to read, and all that was sent arrives.
  CHECK(ends.server.read(up).size() == up);
  CHECK(ends.client.read(down).size() == down);
  ends.client.send("next");
  CHECK(ends.server.read(4) == "next");
}

TEST_CASE("A stalled session does not stop another on the same thread", "[trap:fair-turns]") {
  Server server;
  Road road(config_to(server.port()));
  Ends stalled = open_session(road, server);
  fill(stalled.server);
  Ends other = open_session(road, server);
  other.client.send("question");
  CHECK(other.server.read(8) == "question");
  other.server.send("answer");
  CHECK(other.client.read(6) == "answer");
}

TEST_CASE("A half that is closed behind pending bytes is closed after them", "[trap:half-close]") {
  Server server;
  Road road(config_to(server.port()));
  Ends ends = open_session(road, server);
  const auto sent = fill(ends.client);
  ends.client.shutdown_write();
  CHECK(ends.server.read_to_end().size() == sent);
  ends.server.send("done");
  CHECK(ends.client.read(4) == "done");
}

}  // namespace onetrip::test
