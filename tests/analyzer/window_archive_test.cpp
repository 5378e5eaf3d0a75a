#include "analyzer/window_archive.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;

namespace {

Window window_of(std::uint64_t number, std::size_t trips) {
  Window window;
  window.number = number;
  window.closed = true;
  window.trips.resize(trips);
  for (Trip& trip : window.trips) trip.statement = StatementPtr(Statement());
  return window;
}

}  // namespace

TEST_CASE("windows that were forgotten leave no room for the many trips that they had") {
  constexpr std::size_t trips = 1000, within_bounds = WindowArchive::max_trips / trips;
  WindowArchive archive;
  std::uint64_t number = 0;
  while (number < within_bounds) archive.put(window_of(++number, trips), {});
  const std::size_t full = archive.footprint();
  while (number < 5 * within_bounds) archive.put(window_of(++number, trips), {});
  CHECK(archive.all().size() == within_bounds);
  CHECK(archive.footprint() < full + full / 4);
}

TEST_CASE("windows of few trips use the memory of those that were forgotten") {
  WindowArchive archive;
  std::uint64_t number = 0;
  while (number < WindowArchive::max_windows) archive.put(window_of(++number, 5), {});
  const std::size_t full = archive.footprint();
  while (number < 2 * WindowArchive::max_windows) archive.put(window_of(++number, 5), {});
  CHECK(archive.footprint() == full);
  CHECK(archive.find(1) == nullptr);
  REQUIRE(archive.find(number) != nullptr);
  CHECK(archive.find(number)->trips.size() == 5);
}
