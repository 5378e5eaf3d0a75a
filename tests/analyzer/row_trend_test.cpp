#include "analyzer/row_trend.hpp"

#include <catch2/catch.hpp>
#include <utility>
#include <vector>

using namespace onetrip;

namespace {

RowTrend trend(const std::vector<std::pair<std::uint64_t, double>>& requests) {
  RowTrend trend;
  for (const auto& [rows, figure] : requests) trend.add(rows, figure);
  return trend;
}

}  // namespace

TEST_CASE("one size, or sizes that are close, say nothing") {
  CHECK(RowTrend().verdict().empty());
  CHECK(trend({{10, 11}}).verdict().empty());
  CHECK(trend({{10, 11}, {10, 11}}).verdict().empty());
  CHECK(trend({{10, 11}, {19, 20}}).verdict().empty());
  CHECK(trend({{0, 1}, {1, 2}}).verdict().empty());
}

TEST_CASE("a statement for each row is linear, whatever there is besides") {
  const RowTrend found = trend({{10, 13}, {20, 23}, {50, 53}});
  CHECK(found.verdict() == "linear");
  CHECK(found.per_row() == Approx(1));
  CHECK(found.at(1000) == Approx(1003));
}

TEST_CASE("times that scatter about a line are linear") {
  CHECK(trend({{10, 2.4}, {20, 3.7}, {40, 8.8}, {80, 15.1}}).verdict() == "linear");
}

TEST_CASE("the same, or nearly so, whatever the rows: constant") {
  CHECK(trend({{10, 3}, {20, 3}, {500, 3}}).verdict() == "constant");
  CHECK(trend({{10, 3.1}, {20, 2.95}, {500, 3.05}}).verdict() == "constant");
}

TEST_CASE("what falls, jumps about, or rises a little is neither") {
  CHECK(trend({{10, 9}, {20, 6}, {40, 3}}).verdict().empty());
  CHECK(trend({{10, 3}, {20, 30}, {40, 5}, {80, 33}}).verdict().empty());
  CHECK(trend({{10, 10}, {20, 11}, {40, 12}}).verdict().empty());
}

TEST_CASE("a line is never below zero") {
  CHECK(trend({{10, 1}, {100, 91}}).at(0) == 0);
}
