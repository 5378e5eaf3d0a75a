#include "analyzer/label_history.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;

namespace {

/// A window of one statement that gave so many rows.
Window window_of(std::uint64_t rows, const std::string& label = "GET /books") {
  Statement statement;
  statement.id = 7;
  Window window;
  window.label = label;
  window.trips.resize(1);
  window.trips[0].statement = StatementPtr(statement);
  window.trips[0].rows = rows;
  return window;
}

bool grows(const std::vector<std::uint64_t>& sizes) {
  LabelHistory history;
  for (const std::uint64_t rows : sizes) {
    Window window = window_of(rows);
    history.record(window);
  }
  return history.grows("GET /books", 7);
}

}  // namespace

TEST_CASE("five sizes, each larger, and half as much again in all, are growth") {
  CHECK(grows({1000, 1100, 1200, 1300, 1500}));
  CHECK(grows({5000, 1000, 1100, 1200, 1300, 1500}));
  CHECK(grows({1000, 1000, 1100, 1100, 1100, 1200, 1300, 1500, 1500}));
}

TEST_CASE("fewer sizes, a smaller one between, or little more is none") {
  CHECK_FALSE(grows({1000, 1200, 1400, 1600}));
  CHECK_FALSE(grows({1000, 1500, 1400, 1600, 2000}));
  CHECK_FALSE(grows({1000, 1100, 1200, 1300, 1499}));
  CHECK_FALSE(grows({1000, 1000, 1000, 1000, 1000}));
  CHECK_FALSE(grows({10, 20, 30, 50, 90}));
}

TEST_CASE("a window counts once, and for its own label") {
  LabelHistory history;
  Window window = window_of(1);
  history.record(window);
  history.record(window);
  CHECK(history.windows("GET /books") == 1);
  CHECK(history.windows("GET /authors") == 0);
  Window set_up = window_of(1);
  set_up.set_up = true;
  history.record(set_up);
  CHECK(history.windows("GET /books") == 1);
}

TEST_CASE("of labels beyond the bound nothing is kept") {
  LabelHistory history;
  for (std::size_t i = 0; i <= LabelHistory::max_labels; ++i) {
    Window window = window_of(1, std::to_string(i));
    history.record(window);
  }
  CHECK(history.windows("0") == 1);
  CHECK(history.windows(std::to_string(LabelHistory::max_labels)) == 0);
}
