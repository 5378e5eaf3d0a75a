#include "analyzer/window_store.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace onetrip {
namespace {

using namespace std::chrono_literals;

/// Those that are due, in the order in which they are given.
std::vector<std::uint64_t> due(WindowStore& store, Time now) {
  std::vector<std::uint64_t> numbers;
  while (const WindowStore::Entry* entry = store.due(now)) numbers.push_back(entry->window.number);
  return numbers;
}

TEST_CASE("Timers come in the order of their times, however they were set") {
  WindowStore store({}, nullptr);
  std::vector<WindowStore::Entry*> entries;
  for (int i = 0; i < 5; ++i) entries.push_back(&store.open(WindowSource::idle_gap, 0s));
  const Time times[] = {5s, 3s, 6s, 4s, 6s};
  for (std::size_t i = 0; i < entries.size(); ++i) store.set_timer(*entries[i], times[i]);
  CHECK(store.next_due() == 3s);
  CHECK(due(store, 2s).empty());
  CHECK(due(store, 4s) == std::vector<std::uint64_t>{2, 4});
  CHECK(store.next_due() == 5s);
  CHECK(due(store, 10s) == std::vector<std::uint64_t>{1, 3, 5});
  CHECK_FALSE(store.next_due());
}

TEST_CASE("A timer that was set again holds as it was set last, earlier or later") {
  WindowStore store({}, nullptr);
  WindowStore::Entry& entry = store.open(WindowSource::idle_gap, 0s);
  store.set_timer(entry, 5s);
  store.set_timer(entry, 3s);
  CHECK(due(store, 4s) == std::vector<std::uint64_t>{1});
  CHECK(due(store, 6s).empty());
  store.set_timer(entry, 7s);
  store.set_timer(entry, 9s);
  CHECK(due(store, 8s).empty());
  CHECK(due(store, 9s) == std::vector<std::uint64_t>{1});
}

TEST_CASE("A window that was forgotten is not due, nor is it found") {
  WindowStore store({}, nullptr);
  WindowStore::Entry& first = store.open(WindowSource::idle_gap, 0s);
  WindowStore::Entry& second = store.open(WindowSource::idle_gap, 0s);
  store.set_timer(first, 1s);
  store.set_timer(second, 2s);
  store.end(1);
  CHECK(store.find(1) == nullptr);
  CHECK(store.find(2) == &second);
  CHECK(store.numbers() == std::vector<std::uint64_t>{2});
  CHECK(due(store, 3s) == std::vector<std::uint64_t>{2});
}

TEST_CASE("A window that had many trips leaves no room for them to the next") {
  WindowStore store({}, nullptr);
  WindowStore::Entry& long_one = store.open(WindowSource::idle_gap, 0s);
  for (int i = 0; i < 1000; ++i) store.file(long_one, Trip());
  store.end(1);
  const WindowStore::Entry& next = store.open(WindowSource::idle_gap, 1s);
  CHECK(&next == &long_one);
  CHECK(next.window.trips.capacity() <= 64);
}

TEST_CASE("A window that grows long takes the room of one that was, with its trips in order") {
  WindowStore store({}, nullptr);
  WindowStore::Entry& first = store.open(WindowSource::idle_gap, 0s);
  for (int i = 0; i < 1000; ++i) store.file(first, Trip());
  const std::size_t room = first.window.trips.capacity();
  store.end(1);
  for (const std::size_t expected : {room, std::size_t{128}}) {
    WindowStore::Entry& next = store.open(WindowSource::idle_gap, 1s);
    for (std::uint64_t i = 0; i < 65; ++i) {
      Trip trip;
      trip.order = i;
      store.file(next, std::move(trip));
    }
    CHECK(next.window.trips.capacity() == expected);
    for (std::uint64_t i = 0; i < 65; ++i) CHECK(next.window.trips[i].order == i);
  }
}

TEST_CASE("A window that closed is due when it may not be opened any more") {
  WindowStore store({}, nullptr);
  WindowStore::Entry& closed = store.open(WindowSource::idle_gap, 0s);
  WindowStore::Entry& reopened = store.open(WindowSource::idle_gap, 0s);
  store.set_timer(closed, 1s);
  store.close(closed, 1s);
  store.close(reopened, 2s);
  store.reopen(reopened);
  CHECK(due(store, 30s).empty());
  CHECK(store.next_due() == closed.kept_until);
  REQUIRE(store.due(closed.kept_until) == &closed);
  store.end(closed.window.number);
  CHECK(store.due(1h) == nullptr);
  CHECK_FALSE(store.next_due());
}

}  // namespace
}  // namespace onetrip
