#include "analyzer/number_table.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>

namespace onetrip {
namespace {

using Table = NumberTable<int, 4>;

int value_of(const Table& table, std::uint64_t number) {
  const int* value = table.find(number);
  return value == nullptr ? -1 : *value;
}

TEST_CASE("A number that is held is found, however many younger ones came") {
  Table table;
  CHECK(table.find(0) == nullptr);
  for (std::uint64_t number = 1; number <= 20; ++number)
    table.add(number, static_cast<int>(number) * 10);
  for (std::uint64_t number = 1; number <= 20; ++number)
    CHECK(value_of(table, number) == static_cast<int>(number) * 10);
  CHECK(table.find(21) == nullptr);
}

TEST_CASE("A number that was erased is not found, and its place is free") {
  Table table;
  table.add(1, 10);
  table.add(5, 50);  // in the place of 1
  table.erase(5);
  CHECK(table.find(5) == nullptr);
  CHECK(value_of(table, 1) == 10);
  table.erase(1);
  table.erase(1);
  table.erase(9);
  CHECK(table.find(1) == nullptr);
  table.add(9, 90);
  CHECK(value_of(table, 9) == 90);
  table.clear();
  CHECK(table.find(9) == nullptr);
}

TEST_CASE("Whatever comes and goes, a table holds what a map would") {
  Table table;
  std::map<std::uint64_t, int> map;
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same each time
  for (int i = 0; i < 5000; ++i) {
    const std::uint64_t number = 1 + random() % 40;
    if (map.erase(number) != 0) {
      table.erase(number);
    } else {
      table.add(number, i);
      map[number] = i;
    }
    for (std::uint64_t each = 0; each <= 41; ++each)
      REQUIRE(value_of(table, each) == (map.contains(each) ? map[each] : -1));
  }
}

}  // namespace
}  // namespace onetrip
