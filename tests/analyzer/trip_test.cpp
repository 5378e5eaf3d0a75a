#include "analyzer/trip.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <utility>
#include <vector>

namespace onetrip {
namespace {

struct Given {
  std::vector<Slot> slots;
  std::vector<ValueHash> elements, cells;
  std::vector<RowMark> marks;

  explicit Given(std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      slots.push_back({Slot::Kind::scalar, 100 + i, 0, 0, 0, 0});
      elements.push_back(200 + i);
      cells.push_back(300 + i);
      marks.push_back({static_cast<std::uint32_t>(i), Time(400 + i)});
    }
  }
  TripValues values() const {
    TripValues kept;
    kept.keep(slots, elements, cells, marks);
    return kept;
  }
};

void check(const TripValues& values, const Given& given) {
  REQUIRE(values.slots().size() == given.slots.size());
  for (std::size_t i = 0; i < given.slots.size(); ++i)
    CHECK(values.slots()[i].hash == given.slots[i].hash);
  CHECK(std::vector(values.elements().begin(), values.elements().end()) == given.elements);
  CHECK(std::vector(values.cells().begin(), values.cells().end()) == given.cells);
  REQUIRE(values.marks().size() == given.marks.size());
  for (std::size_t i = 0; i < given.marks.size(); ++i) {
    CHECK(values.marks()[i].row == given.marks[i].row);
    CHECK(values.marks()[i].time == given.marks[i].time);
  }
}

TEST_CASE("a trip's values, few or many, go with it when it is copied and moved") {
  for (const std::size_t size : {0U, 1U, 2U, 50U}) {
    const Given given(size), others(3), one(1);
    TripValues kept = given.values();
    check(kept, given);
    const TripValues copy = kept;
    check(copy, given);
    TripValues moved = std::move(kept);
    check(moved, given);
    for (const Given* before : {&others, &one}) {
      TripValues assigned = before->values();
      assigned = moved;
      check(assigned, given);
      TripValues taken = before->values();
      taken = std::move(assigned);
      check(taken, given);
      check(assigned, Given(0));  // NOLINT(bugprone-use-after-move): it holds nothing
    }
    TripValues& itself = moved;
    moved = itself;
    check(moved, given);
  }
}

TEST_CASE("a trip may keep a part of what it holds") {
  for (const std::size_t size : {1U, 50U}) {
    const Given given(size);
    TripValues kept = given.values();
    kept.keep({}, kept.elements(), kept.cells(), {});
    CHECK(kept.slots().empty());
    CHECK(std::vector(kept.elements().begin(), kept.elements().end()) == given.elements);
    CHECK(std::vector(kept.cells().begin(), kept.cells().end()) == given.cells);
    CHECK(kept.marks().empty());
  }
}

TEST_CASE("the memory that a trip says it holds grows with its values, but for a few") {
  const auto footprint = [](std::size_t cells) {
    Trip trip;
    const Given given(cells);
    trip.keep({}, {}, given.cells, {});
    return trip.footprint();
  };
  CHECK(footprint(0) == sizeof(Trip));
  CHECK(footprint(8) == sizeof(Trip));
  CHECK(footprint(100) == sizeof(Trip) + 100 * sizeof(ValueHash));
}

}  // namespace
}  // namespace onetrip
