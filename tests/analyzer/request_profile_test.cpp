#include "analyzer/request_profile.hpp"

#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

/// A trip sent at `sent` that took so long.
Trip trip(Time sent, Time took, std::uint64_t rows = 1) {
  Trip trip;
  trip.sent = trip.begun = sent;
  trip.complete = sent + took;
  trip.rows = rows;
  trip.columns = 1;
  return trip;
}

Window window_of(std::initializer_list<Trip> trips) {
  Window window;
  window.trips.assign(trips);
  return window;
}

void add(RequestProfile& profile, Window& window, const std::string& label = "GET /books") {
  profile.add(label, window, think_times(window));
  for (Trip& one : window.trips) one.profiled = true;
}

/// A request with so many rows, and as many statements after them, 2 ms each.
Window loop_of(std::uint64_t rows) {
  Window window = window_of({trip(0ms, 2ms, rows)});
  for (std::uint64_t i = 1; i <= rows; ++i)
    window.trips.push_back(trip(std::chrono::milliseconds(3 * i), 2ms));
  return window;
}

}  // namespace

TEST_CASE("the application thinks while the database has nothing of the request to do") {
  CHECK(think_times(window_of({})).empty());
  CHECK(think_times(window_of({trip(5ms, 1ms)})).empty());
  CHECK(think_times(window_of({trip(0ms, 2ms), trip(5ms, 1ms), trip(6ms, 1ms)})) ==
        std::vector<Time>{0ms, 3ms, 0ms});
}

TEST_CASE("on several connections, or in a pipeline, one at work is enough") {
  // In the order of their answers: the second was sent first, and was long at work.
  CHECK(think_times(window_of({trip(2ms, 1ms), trip(0ms, 10ms), trip(12ms, 1ms)})) ==
        std::vector<Time>{0ms, 0ms, 2ms});
}

TEST_CASE("requests are told apart by name, the dearest first") {
  RequestProfile profile;
  Window cheap = window_of({trip(0ms, 1ms)});
  Window dear = window_of({trip(0ms, 3ms, 70), trip(5ms, 4ms)});
  Window failed = window_of({trip(0ms, 2ms)});
  failed.trips[0].outcome = Outcome::failed;
  add(profile, cheap, "cheap");
  add(profile, dear);
  add(profile, failed);
  const std::vector<RequestProfile::Row> rows = profile.rows("", 10);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].name == "GET /books");
  CHECK(rows[0].windows == 2);
  CHECK(rows[0].calls == 3);
  CHECK(rows[0].errors == 1);
  CHECK(rows[0].rows == 72);
  CHECK(rows[0].total_ms == Approx(9));
  CHECK(rows[0].share == Approx(0.9));
  CHECK(rows[0].think_ms == Approx(2));
  CHECK(rows[0].statements_per_window == Approx(1.5));
  CHECK(rows[0].ms_per_window == Approx(4.5));
  CHECK(rows[0].p99_ms == Approx(4).epsilon(0.02));
  CHECK(profile.rows("calls", 1).size() == 1);
}

TEST_CASE("a loop's statements and time grow with the rows") {
  RequestProfile profile;
  for (const std::uint64_t rows : {3U, 10U, 6U}) {
    Window window = loop_of(rows);
    add(profile, window);
  }
  const RequestProfile::Row row = profile.rows("", 1).front();
  CHECK(row.statements.verdict() == "linear");
  CHECK(row.statements.at(1000) == Approx(1001));
  CHECK(row.ms.verdict() == "linear");
  CHECK(row.ms.per_row() == Approx(2));
}

TEST_CASE("one statement, however many its rows, is constant") {
  RequestProfile profile;
  for (const std::uint64_t rows : {3U, 10U, 600U}) {
    Window window = window_of({trip(0ms, 2ms, rows)});
    add(profile, window);
  }
  CHECK(profile.rows("", 1).front().statements.verdict() == "constant");
  CHECK(profile.rows("", 1).front().ms.verdict() == "constant");
}

TEST_CASE("late statements are added, and make no second request") {
  RequestProfile profile;
  Window window = window_of({trip(0ms, 2ms)});
  add(profile, window);
  window.trips.push_back(trip(5ms, 1ms));
  add(profile, window);
  const RequestProfile::Row row = profile.rows("", 1).front();
  CHECK(row.calls == 2);
  CHECK(row.windows == 1);
  CHECK(row.think_ms == Approx(3));
}

TEST_CASE("set-up is no request, and what cannot be told apart is none either") {
  RequestProfile profile;
  Window set_up = window_of({trip(0ms, 2ms)}), several = set_up;
  set_up.set_up = true;
  several.saturated = true;
  add(profile, set_up);
  CHECK(profile.rows("", 1).empty());
  add(profile, several);
  CHECK(profile.rows("", 1).front().calls == 1);
  CHECK(profile.rows("", 1).front().windows == 0);
  CHECK(profile.rows("", 1).front().statements_per_window == 0);
}

TEST_CASE("names beyond the bound are counted together") {
  RequestProfile profile;
  for (std::size_t i = 0; i < RequestProfile::most_names + 5; ++i) {
    Window window = window_of({trip(0ms, 1ms)});
    add(profile, window, std::to_string(i));
  }
  CHECK(profile.rows("", 100'000).size() == RequestProfile::most_names + 1);
  CHECK(profile.rows("calls", 1).front().name == "other");
  CHECK(profile.rows("calls", 1).front().calls == 5);
}

TEST_CASE("the engine knows what each label and each application costs") {
  Story story;
  story.run("SELECT id, author_id FROM book /*route='/books'*/");
  story.wait(4ms).run("SELECT name FROM author WHERE id = $1 /*route='/books'*/", {7});
  story.wait(5s).findings();
  story.engine().tick(story.now() + 5s);
  const auto labels = story.engine().requests(Engine::RequestsBy::label, "", 10);
  REQUIRE(labels.size() == 1);
  CHECK(labels[0].name == "/books");
  CHECK(labels[0].calls == 2);
  CHECK(labels[0].think_ms == Approx(5));
  const auto applications = story.engine().requests(Engine::RequestsBy::application, "", 10);
  REQUIRE(applications.size() == 1);
  CHECK(applications[0].name == "bookshop");
  CHECK(story.engine().statements("calls", 10).size() == 2);
  story.engine().reset();
  CHECK(story.engine().requests(Engine::RequestsBy::label, "", 10).empty());
}
