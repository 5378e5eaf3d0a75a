#include "analyzer/window.hpp"

#include <catch2/catch.hpp>

#include "tests/analyzer/builders.hpp"

using namespace onetrip;
using namespace onetrip::story;

using Texts = std::vector<std::string>;

TEST_CASE("statements close together share a window, a pause splits") {
  Story story;
  const Window* first = story.at(0ms).run("SELECT book");
  CHECK(story.at(50ms).run("SELECT author") == first);
  const Window* second = story.at(200ms).run("SELECT award");
  REQUIRE(second);
  CHECK(texts(*second) == Texts{"SELECT award"});
  REQUIRE(story.closed.size() == 1);
  CHECK(story.closed[0].texts == Texts{"SELECT book", "SELECT author"});
  CHECK(story.closed[0].source == WindowSource::idle_gap);
}

TEST_CASE("the pause is measured from the end of an answer") {
  Story story;
  const Window* first = story.at(0ms).run(query("SELECT slow").took(5s));
  CHECK(story.at(5050ms).run("SELECT book") == first);
}

TEST_CASE("a long statement goes on in the window that its silence had closed") {
  Story story;
  const std::uint64_t number = story.at(0ms).run("SELECT book")->number;
  story.table.tick(500ms);
  CHECK(story.closed.size() == 1);
  const Window* again = story.at(20ms).run(query("SELECT slow").took(1s));
  CHECK(again->number == number);
  CHECK(texts(*again) == Texts{"SELECT book", "SELECT slow"});
  CHECK(story.table.counters().reopened == 1);
  story.tick(2s);
  CHECK(story.closed.size() == 2);
}

TEST_CASE("two connections without tags are two windows") {
  Story story;
  const Window* one = story.on(1).at(0ms).run("SELECT book");
  CHECK(story.on(2).at(2ms).run("SELECT book") != one);
}

TEST_CASE("a transaction's begin or end splits nothing, nor do pauses inside") {
  Story story;
  const Window* first = story.at(0ms).run("SELECT book");
  CHECK(story.at(5ms).run("BEGIN") == nullptr);
  CHECK(story.at(10ms).run("SELECT a") == first);
  story.table.tick(900ms);
  CHECK(story.closed.empty());
  CHECK(story.at(1000ms).run("SELECT b") == first);
  story.at(1010ms).run("COMMIT");
  CHECK(story.at(1020ms).run("SELECT c") == first);
  story.at(1030ms).run("BEGIN");
  story.at(1040ms).run("ROLLBACK");
  CHECK(story.at(1050ms).run("SELECT d") == first);
}

TEST_CASE("a pipelined transaction is known from its statements") {
  Story story;
  const Window* first = story.at(0ms).run("SELECT book");
  story.at(1ms).run("BEGIN");
  Query late = query("SELECT a").pipelined();
  CHECK(story.at(500ms).run(late) == first);
}

TEST_CASE("trips say which transaction they ran in") {
  Story story;
  story.at(0ms).run("SELECT book");
  for (int i = 0; i < 2; ++i) {
    story.run("BEGIN");
    story.run("SELECT book");
    story.run("SELECT author");
    story.run("COMMIT");
  }
  const std::vector<Trip>& trips = story.run("SELECT book")->trips;
  REQUIRE(trips.size() == 6);
  CHECK(trips[0].transaction == 0);
  CHECK(trips[1].transaction != 0);
  CHECK(trips[2].transaction == trips[1].transaction);
  CHECK(trips[3].transaction != trips[1].transaction);
  CHECK(trips[4].transaction == trips[3].transaction);
  CHECK(trips[5].transaction == 0);
}

TEST_CASE("trips say how many conflicts their session had met, of a COMMIT too") {
  Story story;
  story.at(0ms).run("BEGIN");
  story.run(query("UPDATE book").fails("40001"));
  story.run("ROLLBACK");
  story.run("BEGIN");
  story.run(query("UPDATE book").fails("23505"));
  story.run("ROLLBACK");
  story.run("BEGIN");
  story.run("UPDATE book");
  story.run(query("COMMIT").fails("40P01"));
  const std::vector<Trip>& trips = story.run("SELECT book")->trips;
  REQUIRE(trips.size() == 4);
  CHECK(trips[0].attempt == 0);
  CHECK(trips[1].attempt == 1);
  CHECK(trips[2].attempt == 1);
  CHECK(trips[3].attempt == 2);
}

TEST_CASE("what pools send between users ends a window") {
  const std::string marker = GENERATE("SELECT 1", "ROLLBACK", "RESET ALL", "DISCARD ALL");
  INFO(marker);
  Story story;
  story.at(0ms).run("SELECT book");
  CHECK(story.at(2ms).run(marker) == nullptr);
  CHECK(story.closed.size() == 1);
  CHECK(texts(*story.at(4ms).run("SELECT author")) == Texts{"SELECT author"});
}

TEST_CASE("an empty query ends a window, and so does the connection's end") {
  Story story;
  story.at(0ms).run("SELECT book");
  story.at(2ms).ping_empty();
  CHECK(story.closed.size() == 1);
  story.at(4ms).run("SELECT author");
  story.table.session_closed(1, 6ms);
  CHECK(story.closed.size() == 2);
}

TEST_CASE("SELECT 1 amid a transaction's work is no marker") {
  Story story;
  story.at(0ms).run("BEGIN");
  const Window* window = story.at(1ms).run("SELECT book");
  story.at(2ms).run("SELECT 1");
  CHECK(story.at(3ms).run("SELECT author") == window);
}

TEST_CASE("with idle gaps off, only a transaction holds untagged statements together") {
  WindowTable::Config config;
  config.idle_gap_on = false;
  Story story(config);
  const std::uint64_t first = story.at(0ms).run("SELECT book")->number;
  CHECK(story.at(2ms).run("SELECT book")->number != first);
  story.at(4ms).run("BEGIN");
  const std::uint64_t held = story.at(6ms).run("SELECT book")->number;
  CHECK(story.at(8ms).run("SELECT author")->number == held);
  story.at(9ms).run("COMMIT");
  CHECK(story.at(10ms).run("SELECT book")->number != held);
}

TEST_CASE(
    "a window that grows too old is saturated and ends at the next gap, even in a transaction") {
  WindowTable::Config config;
  config.max_age = 1s;
  Story story(config);
  story.at(0ms).run("BEGIN");
  for (Time now = 1ms; now < 1500ms; now += 50ms) story.at(now).run("SELECT book");
  const Window* old = story.at(1500ms).run("SELECT book");
  CHECK(old->saturated);
  CHECK(story.table.counters().saturated == 1);
  const std::uint64_t number = old->number;
  const Window* fresh = story.at(1800ms).run("SELECT book");
  CHECK(fresh->number != number);
  CHECK_FALSE(fresh->saturated);
}

TEST_CASE("a window that grows too large drops further trips and counts them") {
  WindowTable::Config config;
  config.max_trips = 3;
  Story story(config);
  Window* window = nullptr;
  for (int i = 0; i < 5; ++i) window = story.run("SELECT book");
  CHECK(window->trips.size() == 3);
  CHECK(window->dropped_trips == 2);
  CHECK(window->saturated);
  CHECK(window->totals.statements == 5);
  CHECK(story.table.counters().dropped_trips == 2);
}

TEST_CASE("an ignored statement is not kept, an allowed one is marked") {
  Story story;
  CHECK(story.run(query("SELECT book").allow("ignore")) == nullptr);
  CHECK(story.table.counters().ignored == 1);
  const auto allowed = [&](const std::string& comment) {
    return story.run(query("SELECT book").allow(comment))->trips.back().allowed();
  };
  CHECK(allowed("allow:n-plus-one;tenants") == "n-plus-one");
  CHECK(allowed("allow:n-plus-one") == "n-plus-one");
  CHECK(allowed("n-plus-one") == "");
  CHECK(allowed("") == "");
}

TEST_CASE("DDL makes its window a set-up") {
  Story story;
  CHECK_FALSE(story.run("SELECT book")->set_up);
  CHECK(story.run("CREATE TABLE book (id int)")->set_up);
}

TEST_CASE("a window that has as many rows as it may have indexes no further result") {
  WindowTable::Config config;
  config.max_rows = 12;
  Story story(config);
  story.run(query("SELECT book").rows(5));
  story.run(query("SELECT author").rows(6));
  Window* window = story.run(query("SELECT review").rows(2));
  CHECK(window->trips.back().rows == 2);
  CHECK(window->trips.back().indexed_rows() == 0);
  CHECK(story.table.counters().unindexed_results == 1);
  story.run(query("SELECT award").rows(1));
  CHECK(window->trips.back().indexed_rows() == 1);
  CHECK(story.table.counters().unindexed_results == 1);
  CHECK(window->indexed_rows == 12);
  CHECK(story.at(9s).run(query("SELECT review").rows(2))->trips.back().indexed_rows() == 2);
}

TEST_CASE("cells past the cap go first, oldest window first, then whole windows") {
  WindowTable::Config config;
  config.max_bytes = 90'000;
  Story story(config);
  for (int i = 0; i < 12; ++i) {
    story.on(static_cast<SessionId>(i + 1)).run(query("SELECT book").rows(1000));
  }
  CHECK(story.table.bytes() <= config.max_bytes);
  CHECK(story.table.counters().shed > 0);
  std::vector<std::uint32_t> indexed;
  story.table.for_each([&](Window& window) { indexed.push_back(window.trips[0].indexed_rows()); });
  REQUIRE(indexed.size() == 12);
  CHECK(indexed.front() == 0);
  CHECK(indexed.back() == 1000);
}

TEST_CASE("one window larger than the whole cap loses its trips, and no more") {
  WindowTable::Config config;
  config.max_bytes = 4'000;
  Story story(config);
  Window* window = nullptr;
  for (int i = 0; i < 100; ++i) window = story.run(query("SELECT book").rows(5));
  CHECK(story.table.bytes() <= config.max_bytes);
  CHECK(window->totals.statements == 100);
  CHECK(window->trips.size() + window->dropped_trips == 100);
}

TEST_CASE("more windows than may be open: the oldest closes") {
  WindowTable::Config config;
  config.max_open = 10;
  Story story(config);
  for (SessionId session = 1; session <= 25; ++session) story.on(session).run("SELECT book");
  CHECK(story.closed.size() == 15);
  CHECK(story.table.counters().closed_early == 15);
}

TEST_CASE("FETCHes of one cursor are one, and carry the statement that it runs") {
  Story story;
  story.at(0ms).run("BEGIN");
  story.run(query("DECLARE c CURSOR FOR SELECT book").name("c"));
  story.run("FETCH 10 FROM c");
  Window* window = story.run("FETCH 10 FROM c");
  REQUIRE(window->trips.size() == 3);
  CHECK(window->trips[1].statement->normalized == "DECLARE c CURSOR FOR SELECT book");
  CHECK(window->trips[1].cursor != 0);
  CHECK(window->trips[1].cursor == window->trips[2].cursor);
  story.run("CLOSE c");
  story.run(query("DECLARE c CURSOR FOR SELECT author").name("c"));
  story.run("FETCH 10 FROM c");
  CHECK(window->trips[4].cursor != window->trips[1].cursor);
}

TEST_CASE("EXECUTE is known by what was prepared, when its arguments are the slots") {
  Story story;
  story.run(query("PREPARE ? AS SELECT book WHERE id = $1").name("p").slots(1));
  story.run(query("PREPARE ? AS SELECT book WHERE a = $2 AND b = $1").name("q").slots(2));
  story.run(query("EXECUTE ?(?)").name("p").slots(1));
  Window* window = story.run(query("EXECUTE ?(?, ?)").name("q").slots(2));
  REQUIRE(window->trips.size() == 2);
  CHECK(window->trips[0].statement->kind == StatementKind::select);
  CHECK(window->trips[1].statement->kind == StatementKind::execute);
  story.run(query("DEALLOCATE ?").name("p"));
  story.run(query("EXECUTE ?(?)").name("p").slots(1));
  CHECK(window->trips[2].statement->kind == StatementKind::execute);
}

TEST_CASE("a window that takes another's memory knows nothing of it") {
  Window window;
  window.number = window.container = window.dropped_trips = window.judged_trips = window.bytes = 1;
  window.indexed_rows = 1;
  window.source = WindowSource::trace;
  window.id = window.label = window.name = window.application = window.database = "old";
  window.framework = window.db_driver = "old";
  window.pair = 1;
  window.elsewhere = {{7, {1, "till"}}};
  window.opened = window.last = 1s;
  window.closed = window.saturated = window.set_up = window.remembered = true;
  window.trips.resize(1);
  window.sessions = {7};
  window.totals = {1, 1, 1, 1s};
  window.holds.resize(1);
  clear(window);

  CHECK(window.number + window.container + window.dropped_trips + window.judged_trips == 0);
  CHECK(window.bytes + window.indexed_rows == 0);
  CHECK(window.source == WindowSource::idle_gap);
  CHECK(window.id + window.label + window.name + window.application + window.database == "");
  CHECK(window.framework + window.db_driver == "");
  CHECK(window.pair == 0);
  CHECK(window.elsewhere.empty());
  CHECK(window.opened + window.last == Time());
  CHECK_FALSE((window.closed || window.saturated || window.set_up || window.remembered));
  CHECK(window.trips.empty());
  CHECK(window.sessions.empty());
  CHECK(window.totals.statements + window.totals.rows + window.totals.bytes == 0);
  CHECK(window.totals.server_time == Time());
  CHECK(window.holds.empty());
}

TEST_CASE("ids of windows differ, and from run to run with the seed") {
  WindowTable::Config other;
  other.id_seed = 42;
  Story one, two(other);
  const std::string id = one.on(1).run("SELECT book")->id;
  CHECK(id.size() == 16);
  CHECK(one.on(2).run("SELECT book")->id != id);
  CHECK(two.run("SELECT book")->id != id);
}

TEST_CASE("windows that began before a moment are told alone, oldest first") {
  Story story;
  const auto numbers = [&story](Time when) {
    std::vector<std::uint64_t> told;
    story.table.for_each_before(when, [&](Window& window) { told.push_back(window.number); });
    return told;
  };
  using Numbers = std::vector<std::uint64_t>;
  const std::uint64_t first = story.on(1).at(0ms).run("SELECT book")->number;
  const std::uint64_t second = story.on(2).at(10ms).run("SELECT author")->number;
  CHECK(numbers(0ms).empty());
  CHECK(numbers(5ms) == Numbers{first});
  CHECK(numbers(10ms) == Numbers{first});
  CHECK(numbers(11ms) == Numbers{first, second});
}
