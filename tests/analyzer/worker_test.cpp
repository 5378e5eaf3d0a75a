#include "analyzer/worker.hpp"

#include <pthread.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace onetrip;
using namespace std::chrono_literals;

namespace {

const ValueHasher& hasher() {
  static const ValueHasher one{ValueHasher::Key{}};
  return one;
}

std::unique_ptr<Engine> make_engine() {
  return std::make_unique<Engine>(hasher(), Engine::Config(), std::vector<std::unique_ptr<Rule>>(),
                                  nullptr, std::vector<FindingSink*>());
}

// Long enough that only what the test does wakes the worker.
Worker::Config patient() {
  Worker::Config config;
  config.interval = 1h;
  return config;
}

Time still() {
  return 1s;
}

void put_select(EventRing& ring) {
  Event event;
  event.session = 1;
  event.execution.text = "SELECT name FROM book";
  event.execution.text_hash = hasher().bytes(event.execution.text);
  event.execution.complete = event.time = 1ms;
  ring.put(event);
}

std::uint64_t executions(Worker& worker) {
  std::uint64_t count = 0;
  worker.ask([&](Engine& engine, Time) { count = engine.counters().executions; }).get();
  return count;
}

}  // namespace

TEST_CASE("a question is answered after everything that was put before it") {
  Worker worker(patient(), 2, make_engine, still);
  for (int i = 1; i <= 100; ++i) {
    put_select(worker.ring(0));
    put_select(worker.ring(1));
    REQUIRE(executions(worker) == static_cast<std::uint64_t>(2 * i));
  }
  CHECK(worker.dropped() == 0);
  CHECK(worker.depth() == 0);
}

TEST_CASE("questions get the clock's time, and their exceptions come back") {
  Worker worker(patient(), 1, make_engine, still);
  Time told{};
  worker.ask([&](Engine&, Time now) { told = now; }).get();
  CHECK(told == 1s);
  auto failing = worker.ask([](Engine&, Time) { throw std::runtime_error("no"); });
  // Once the next one is answered, the worker holds nothing of it any more.
  CHECK(executions(worker) == 0);
  CHECK_THROWS_WITH(failing.get(), "no");
}

TEST_CASE("the worker has a stack for deep statements") {
  Worker worker(patient(), 1, make_engine, still);
  std::size_t size = 0;
  worker
      .ask([&](Engine&, Time) {
        pthread_attr_t attributes;
        pthread_getattr_np(pthread_self(), &attributes);
        pthread_attr_getstacksize(&attributes, &size);
        pthread_attr_destroy(&attributes);
      })
      .get();
  CHECK(size >= 64U << 20);
}

TEST_CASE("an engine that cannot be made is told to who wanted the worker") {
  const auto failing = []() -> std::unique_ptr<Engine> { throw std::runtime_error("no engine"); };
  CHECK_THROWS_WITH(Worker(patient(), 1, failing, still), "no engine");
}

TEST_CASE("flush returns when all is judged") {
  Worker worker(patient(), 1, make_engine, still);
  put_select(worker.ring(0));
  worker.flush();
  CHECK(worker.depth() == 0);
  CHECK(executions(worker) == 1);
}

TEST_CASE("a half full ring wakes the worker, however long its interval") {
  Worker::Config config = patient();
  config.ring_slots = 64;
  Worker worker(config, 1, make_engine, still);
  for (int i = 0; i < 32; ++i) put_select(worker.ring(0));
  while (worker.depth() >= 32) std::this_thread::yield();
  CHECK(worker.dropped() == 0);
}

TEST_CASE("its end takes what was put, and answers who still asks") {
  std::future<void> late;
  std::atomic<std::uint64_t> seen{0};
  {
    Worker worker(patient(), 1, make_engine, still);
    put_select(worker.ring(0));
    late = worker.ask([&](Engine& engine, Time) { seen = engine.counters().executions; });
  }
  CHECK_NOTHROW(late.get());
  CHECK(seen == 1);
}

TEST_CASE("several threads ask and put at once") {
  Worker::Config config;
  config.interval = 1ms;
  Worker worker(config, 2, make_engine, still);
  std::vector<std::thread> threads;
  for (std::size_t ring = 0; ring < 2; ++ring) {
    threads.emplace_back([&worker, ring] {
      for (int i = 0; i < 500; ++i) put_select(worker.ring(ring));
    });
  }
  threads.emplace_back([&worker] {
    for (int i = 0; i < 50; ++i) worker.flush();
  });
  for (std::thread& thread : threads) thread.join();
  CHECK(executions(worker) + worker.dropped() == 1000);
}

TEST_CASE("a worker that nothing comes to rests, and is woken by one event") {
  Worker::Config config;
  config.interval = 1ms;
  Worker worker(config, 2, make_engine, still);
  for (std::uint64_t i = 1; i <= 3; ++i) {
    while (!worker.rests()) std::this_thread::yield();
    put_select(worker.ring(i % 2));
    while (worker.depth() > 0) std::this_thread::yield();
    CHECK(executions(worker) == i);
  }
}
