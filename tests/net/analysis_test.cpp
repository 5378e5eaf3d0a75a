// Relays, their journal, the ring and the analysis thread, together.
#include "analyzer/worker.hpp"

#include <atomic>
#include <thread>

#include "proxy/wire/frontend.hpp"
#include "tests/net/road.hpp"

using namespace onetrip;
using namespace onetrip::test;
using namespace std::chrono_literals;

namespace {

const ValueHasher hasher{ValueHasher::Key{}};

std::unique_ptr<Engine> make_engine() {
  return std::make_unique<Engine>(hasher, Engine::Config(), std::vector<std::unique_ptr<Rule>>(),
                                  nullptr, std::vector<FindingSink*>());
}

Time still() {
  return 1s;
}

std::uint64_t executions(Worker& worker) {
  std::uint64_t count = 0;
  worker.ask([&](Engine& engine, Time) { count = engine.counters().executions; }).get();
  return count;
}

const std::string question = frontend::query("SELECT name FROM book");
const std::string answer = backend::command_complete("SELECT 0") + backend::ready_for_query('I');

void run(Ends& ends) {
  ends.client.send(question);
  REQUIRE(ends.server.read(question.size()) == question);
  ends.server.send(answer);
  REQUIRE(ends.client.read(answer.size()) == answer);
}

/// An answer without end, of a session of its own, until its scope ends.
class Stream {
 public:
  explicit Stream(Ends ends) : ends_(std::move(ends)) {
    ends_.client.send(question);
    ends_.server.read(question.size());
    ends_.server.send(backend::row_description({{"id", 16'400, 1, type_oid::int4, 0}}));
    std::string rows;
    while (rows.size() < 200'000) rows += backend::data_row({std::string(100, '7')});
    writer_ = std::thread([this, rows] {
      while (!over_) ends_.server.send(rows);
      ends_.server.shutdown_write();
    });
    reader_ = std::thread([this] {
      while (!ends_.client.read_some().empty()) {
      }
    });
  }
  ~Stream() {
    over_ = true;
    writer_.join();
    reader_.join();
  }

 private:
  Ends ends_;
  std::atomic<bool> over_{false};
  std::thread writer_, reader_;
};

}  // namespace

TEST_CASE("what a client knows to be answered is known to whoever asks then") {
  Server server;
  Worker::Config config;
  config.interval = GENERATE(1ms, std::chrono::milliseconds(1h));
  Worker worker(config, 1, make_engine, still);
  constexpr int statements = 200;
  {
    ProxyConfig with_room = config_to(server.port());
    with_room.journal_bytes = std::size_t{1}
                              << 30U;  // the analysis thread may be kept from running
    Road road(with_room, worker.ring(0));
    Ends ends = open_session(road, server);
    const Stream beside(open_session(road, server));
    for (std::uint64_t i = 1; i <= statements; ++i) {
      run(ends);
      REQUIRE(executions(worker) == i);
    }
  }
  // And what was cut when the proxy ended.
  CHECK(executions(worker) == statements + 1);
  CHECK(worker.dropped() == 0);
}

TEST_CASE("an analysis thread that rests is woken by the first bytes") {
  Server server;
  Worker::Config config;
  config.interval = 1ms;
  Worker worker(config, 1, make_engine, still);
  Road road(config_to(server.port()), worker.ring(0));
  Ends ends = open_session(road, server);
  for (int i = 0; i < 20; ++i) {
    REQUIRE(eventually([&] { return worker.rests(); }));
    run(ends);
    REQUIRE(eventually([&] { return worker.waiting() == 0 && worker.depth() == 0; }));
  }
  CHECK(executions(worker) == 20);
}
