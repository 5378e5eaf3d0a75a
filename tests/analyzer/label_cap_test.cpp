#include "analyzer/label_cap.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace onetrip;
using Pair = LabelPairCap::Pair;

TEST_CASE("values past the cap are other, and an empty one is none") {
  LabelCap cap(2);
  for (const char* value : {"a", "b", "a"}) CHECK(cap.capped(value) == value);
  CHECK(cap.capped("c") == "other");
  CHECK(cap.capped("") == "none");
  CHECK(cap.collapsed() == 1);
}

TEST_CASE("a pair past the cap keeps its first value") {
  LabelPairCap cap(2);
  CHECK(cap.capped("GET /a", "web") == Pair("GET /a", "web"));
  CHECK(cap.capped("GET /b", "web") == Pair("GET /b", "web"));
  CHECK(cap.capped("GET /a", "jobs") == Pair("GET /a", "other"));
  CHECK(cap.collapsed() == 1);
  CHECK(cap.capped("GET /a", "web") == Pair("GET /a", "web"));
  CHECK(cap.collapsed() == 1);
}

TEST_CASE("a pair whose one value is past its cap keeps the other") {
  LabelPairCap cap(2);
  for (const char* tenant : {"t1", "t2", "t3", "t4"}) cap.capped("shop", tenant);
  CHECK(cap.capped("shop", "t3") == Pair("shop", "other"));
  CHECK(cap.capped("", "t1") == Pair("none", "other"));  // a pair past the cap
  CHECK(cap.capped("x", "t9") == Pair("x", "other"));
  CHECK(cap.capped("y", "t1") == Pair("other", "t1"));
}

TEST_CASE("whatever comes, there are few pairs") {
  constexpr std::size_t most = 5;
  LabelPairCap cap(most);
  std::set<Pair> pairs;
  for (int i = 0; i < 100; ++i)
    for (int j = 0; j < 100; ++j) pairs.insert(cap.capped(std::to_string(i), std::to_string(j)));
  CHECK(pairs.size() <= 3 * most + 1);
}
