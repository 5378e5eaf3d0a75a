#include "analyzer/event_ring.hpp"

#include <catch2/catch.hpp>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace onetrip;

namespace {

Event numbered(std::uint64_t sequence) {
  Event event;
  event.execution.sequence = sequence;
  return event;
}

std::vector<std::uint64_t> drained(EventRing& ring) {
  std::vector<std::uint64_t> sequences;
  ring.drain([&](Event& event) { sequences.push_back(event.execution.sequence); });
  return sequences;
}

constexpr std::size_t plenty = 1U << 30;

}  // namespace

TEST_CASE("events come out in the order in which they were put") {
  EventRing ring(64, plenty, nullptr);
  for (std::uint64_t i = 1; i <= 3; ++i) {
    Event event = numbered(i);
    ring.put(event);
  }
  CHECK(ring.depth() == 3);
  CHECK(drained(ring) == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(ring.depth() == 0);
  CHECK(drained(ring).empty());
}

TEST_CASE("before an event is taken, the two behind it are shown") {
  EventRing ring(64, plenty, nullptr);
  for (std::uint64_t i = 1; i <= 3; ++i) {
    Event event = numbered(i);
    ring.put(event);
  }
  std::vector<std::string> seen;
  const auto note = [&](const std::string& what, const Event& event) {
    seen.push_back(what + std::to_string(event.execution.sequence));
  };
  ring.drain(
      [&](Event& event) { note("take ", event); },
      [&](const Event& event, int ahead) { note(std::to_string(ahead) + " ahead ", event); });
  CHECK(seen == std::vector<std::string>{"2 ahead 3", "1 ahead 2", "take 1", "1 ahead 3", "take 2",
                                         "take 3"});
}

TEST_CASE("a full ring drops executions and counts, and goes on once drained") {
  EventRing ring(16, plenty, nullptr);
  for (std::uint64_t i = 1; i <= 20; ++i) {
    Event event = numbered(i);
    ring.put(event);
  }
  CHECK(ring.dropped() == 5);
  CHECK(drained(ring).size() == 15);
  Event event = numbered(99);
  ring.put(event);
  CHECK(drained(ring) == std::vector<std::uint64_t>{99});
}

TEST_CASE("a session's end finds room where executions do not") {
  EventRing ring(16, plenty, nullptr);
  for (int i = 0; i < 20; ++i) {
    Event event;
    ring.put(event);
  }
  Event end;
  end.kind = Event::Kind::session_closed;
  ring.put(end);
  bool ended = false;
  ring.drain([&](Event& taken) { ended |= taken.kind == Event::Kind::session_closed; });
  CHECK(ended);
}

TEST_CASE("a ring full of bytes drops, whatever its slots") {
  EventRing ring(1024, 100'000, nullptr);
  for (int i = 0; i < 5; ++i) {
    Event event;
    event.execution.text.assign(30'000, 'x');
    ring.put(event);
  }
  CHECK(ring.dropped() == 2);
  CHECK(drained(ring).size() == 3);
  Event event;
  event.execution.text.assign(30'000, 'x');
  ring.put(event);
  CHECK(ring.dropped() == 2);
}

TEST_CASE("the worker is woken once when the ring is half full, and again after it was drained") {
  int woken = 0;
  EventRing ring(16, plenty, [&] { ++woken; });
  const auto put = [&](int count) {
    for (int i = 0; i < count; ++i) {
      Event event;
      ring.put(event);
    }
  };
  put(7);
  CHECK(woken == 0);
  put(5);
  CHECK(woken == 1);
  drained(ring);
  put(12);
  CHECK(woken == 2);
}

TEST_CASE("what an event held comes back to be used again, unless it grew large") {
  EventRing ring(2, plenty, nullptr);
  const auto round_trip = [&](std::size_t size) {
    Event event;
    event.execution.text.assign(size, 'x');
    ring.put(event);
    ring.drain([](Event& taken) { taken.execution.clear(); });
    auto next = std::make_unique<Event>();
    ring.trade(next);
    drained(ring);
    return next->execution.text.capacity();
  };
  CHECK(round_trip(1000) >= 1000);
  CHECK(round_trip(100'000) < 1000);
}

TEST_CASE(
    "two threads: nothing is lost, doubled or out of order, but what was counted as dropped") {
  EventRing ring(256, plenty, nullptr);
  constexpr std::uint64_t last = 50'000;
  std::thread producer([&] {
    Event event;
    for (std::uint64_t i = 1; i <= last; ++i) {
      event.execution.clear();
      event.execution.sequence = i;
      event.execution.text.assign(static_cast<std::size_t>(i % 100), 'x');
      ring.put(event);
    }
    event.kind = Event::Kind::session_closed;
    // The last one must arrive: when there is no room, the consumer makes some.
    std::uint64_t before = 0;
    do {
      before = ring.dropped();
      ring.put(event);
    } while (ring.dropped() != before);
  });
  std::uint64_t seen = 0, previous = 0, wrong = 0;
  bool ended = false;
  while (!ended) {
    ring.drain([&](Event& event) {
      if (event.kind == Event::Kind::session_closed) {
        ended = true;
        return;
      }
      const Execution& execution = event.execution;
      if (execution.sequence <= previous) ++wrong;
      if (execution.text.size() != execution.sequence % 100) ++wrong;
      previous = execution.sequence;
      ++seen;
    });
  }
  producer.join();
  CHECK(wrong == 0);
  CHECK(seen > 0);
  CHECK(seen + ring.dropped() >= last);
}

TEST_CASE("a resting consumer is woken once by the next event") {
  int woken = 0;
  EventRing ring(16, plenty, [&] { ++woken; });
  Event event;
  ring.put(event);
  CHECK_FALSE(ring.rest());
  CHECK(woken == 0);
  drained(ring);
  CHECK(ring.rest());
  ring.put(event);
  ring.put(event);
  CHECK(woken == 1);
  drained(ring);
  CHECK(ring.rest());
  ring.stop_resting();
  ring.put(event);
  CHECK(woken == 1);
}

TEST_CASE("a steady flow uses few events, however large the ring") {
  EventRing ring(8192, plenty, nullptr);
  std::set<const Event*> objects;
  auto event = std::make_unique<Event>();
  for (int batch = 0; batch < 1000; ++batch) {
    for (int i = 0; i < 10; ++i) {
      ring.trade(event);
      objects.insert(event.get());
    }
    drained(ring);
  }
  CHECK(objects.size() <= 20);
}

namespace {

/// Each look puts one event.
struct Source final : EventSource {
  explicit Source(EventRing& the_ring) : ring(the_ring) {}
  std::size_t waiting() const noexcept override { return waits; }
  std::size_t look() noexcept override {
    if (waits == 0) return 0;
    --waits;
    Event event = numbered(++looks);
    ring.put(event);
    if (looks == comes_at) waits += 10;
    return 1;
  }

  EventRing& ring;
  std::size_t waits = 0;
  std::uint64_t looks = 0, comes_at = 0;
};

}  // namespace

TEST_CASE("what waits in a source is taken behind what was put, and no more than waited") {
  EventRing ring(64, plenty, nullptr);
  Source source(ring);
  REQUIRE(ring.attach(&source));
  Event before = numbered(100);
  ring.put(before);
  source.waits = 3;
  source.comes_at = 2;
  CHECK(drained(ring) == std::vector<std::uint64_t>{100, 1, 2, 3});
  CHECK(source.waits == 10);

  REQUIRE(ring.attach(nullptr));
  CHECK(drained(ring).empty());
  CHECK(source.looks == 3);
}

TEST_CASE("what a source's own thread looked at meanwhile is taken") {
  EventRing ring(64, plenty, nullptr);
  Source source(ring);
  ring.attach(&source);
  Event before = numbered(100);
  ring.put(before);
  source.waits = 1;
  std::vector<std::uint64_t> sequences;
  ring.drain([&](Event& event) {
    sequences.push_back(event.execution.sequence);
    if (event.execution.sequence == 100) source.look();
  });
  CHECK(sequences == std::vector<std::uint64_t>{100, 1});
}

TEST_CASE("a look that tells nothing is no empty drain") {
  struct Silent final : EventSource {
    std::size_t waiting() const noexcept override { return waits; }
    std::size_t look() noexcept override { return std::exchange(waits, 0); }
    std::size_t waits = 1;
  } source;
  EventRing ring(64, plenty, nullptr);
  ring.attach(&source);
  CHECK(ring.drain([](Event&) {}));
  CHECK_FALSE(ring.drain([](Event&) {}));
}

TEST_CASE("a source that has something keeps from rest, and wakes from it") {
  int woken = 0;
  EventRing ring(64, plenty, [&woken] { ++woken; });
  Source source(ring);
  ring.attach(&source);
  source.waits = 1;
  CHECK_FALSE(ring.rest());
  ring.stop_resting();
  ring.nudge(false);
  CHECK(woken == 0);
  ring.nudge(true);
  CHECK(woken == 1);

  source.waits = 0;
  CHECK(ring.rest());
  ring.nudge(false);
  ring.nudge(false);
  CHECK(woken == 2);
}
