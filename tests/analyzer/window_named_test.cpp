#include <catch2/catch.hpp>

#include "tests/analyzer/builders.hpp"

using namespace onetrip;
using namespace onetrip::story;

using Texts = std::vector<std::string>;

namespace {

Query set_request(const std::string& name) {
  return query("SET onetrip.request = '…'").sets("onetrip.request", name);
}

WindowTable::Named named(std::string name, std::string application = "",
                         std::string database = "") {
  WindowTable::Named wanted;
  wanted.name = std::move(name);
  wanted.application = std::move(application);
  wanted.database = std::move(database);
  return wanted;
}

const Closing* closing(const Story& story, const std::string& name) {
  for (const Closing& one : story.closed) {
    if (one.source == WindowSource::named && one.name == name) return &one;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("SET onetrip.request opens a container, another name or RESET closes it") {
  Story story;
  story.run("SELECT before");
  story.run(set_request("test_a"));
  Window* inside = story.run("SELECT a");
  REQUIRE(story.table.find(inside->container));
  CHECK(story.table.find(inside->container)->name == "test_a");
  CHECK(inside->label == "test_a");
  CHECK(texts(*inside) == Texts{"SELECT a"});
  story.run("SELECT a");
  story.run(set_request("test_b"));
  REQUIRE(closing(story, "test_a"));
  CHECK(closing(story, "test_a")->statements == 2);
  CHECK(closing(story, "test_a")->texts.empty());
  story.run("SELECT b");
  story.run(query("RESET onetrip.request").sets("onetrip.request", ""));
  CHECK(closing(story, "test_b")->statements == 1);
  CHECK(story.run("SELECT after")->container == 0);
}

TEST_CASE("an empty name, RESET ALL, DISCARD ALL and the connection's end close it too") {
  Story story;
  const auto opened = [&] {
    story.run(set_request("t"));
    story.run("SELECT a");
    story.closed.clear();
  };
  opened();
  story.run(set_request(""));
  CHECK(closing(story, "t"));
  opened();
  story.run("RESET ALL");
  CHECK(closing(story, "t"));
  opened();
  story.run("DISCARD ALL");
  CHECK(closing(story, "t"));
  opened();
  story.table.session_closed(1, story.now());
  CHECK(closing(story, "t"));
}

TEST_CASE("set_config with parameters opens it") {
  Story story;
  story.run(query("SELECT set_config('onetrip.request', $1, false)")
                .sets("onetrip.request", "")
                .in_clear({"test_a"}));
  CHECK(story.table.find(story.run("SELECT a")->container)->name == "test_a");
}

TEST_CASE("a rollback does not take the marker back") {
  Story story;
  story.run("BEGIN");
  story.run(set_request("test_a"));
  story.run("SELECT a");
  story.run("ROLLBACK");
  CHECK(story.run("SELECT b")->container != 0);
}

TEST_CASE("onetrip.label labels what runs, and the container, instead of its name") {
  Story story;
  story.run(set_request("test_a"));
  story.run(query("SET onetrip.label = 'checkout'").sets("onetrip.label", "checkout"));
  Window* window = story.run("SELECT a");
  CHECK(window->label == "checkout");
  CHECK(story.table.find(window->container)->label == "checkout");
}

TEST_CASE("connections that set one name share the container") {
  Story story;
  story.on(1).run(set_request("test_a"));
  story.on(2).run(set_request("test_a"));
  const std::uint64_t container = story.on(1).run("SELECT a")->container;
  CHECK(story.on(2).run("SELECT b")->container == container);
  story.on(1).run("SELECT c");
  CHECK(story.table.find(container)->sessions == std::vector<SessionId>{1, 2});
  story.on(1).run(set_request(""));
  CHECK_FALSE(closing(story, "test_a"));
  story.on(2).run(set_request(""));
  REQUIRE(closing(story, "test_a"));
  CHECK(closing(story, "test_a")->statements == 3);
}

TEST_CASE("a container opened from outside holds the sessions that its filters match") {
  Story story;
  story.on(1).opens("shop", "test_1");
  story.on(2).opens("shop", "test_2");
  const auto one = story.table.open_named(named("t", "", "test_1"), story.now());
  REQUIRE(one);
  CHECK(story.on(1).run("SELECT a")->container == *one);
  CHECK(story.on(2).run("SELECT a")->container == 0);
  CHECK_FALSE(story.table.open_named(named("t"), story.now()));
  const auto two = story.table.open_named(named("t", "", "test_2"), story.now());
  REQUIRE(two);
  CHECK(story.on(2).run("SELECT b")->container == *two);
}

TEST_CASE("opening and closing from outside end the idle-gap windows of those connections") {
  Story story;
  story.run("SELECT before");
  const auto number = story.table.open_named(named("t"), story.now());
  CHECK(story.closed.size() == 1);
  story.run("SELECT inside");
  CHECK(story.table.close_named(*number, story.now()));
  REQUIRE(story.closed.size() == 3);
  CHECK(story.closed[1].texts == Texts{"SELECT inside"});
  CHECK(story.closed[2].name == "t");
  CHECK(texts(*story.run("SELECT after")) == Texts{"SELECT after"});
  CHECK_FALSE(story.table.close_named(*number, story.now()));
}

TEST_CASE("what all connections send in a container that is one request is one window") {
  Story story;
  WindowTable::Named request = named("GET /books");
  request.one_request = true;
  story.on(1).run("SELECT before");
  const auto number = story.table.open_named(request, story.now());
  Window* window = story.on(1).run("SELECT a");
  CHECK(window->container == *number);
  CHECK(window->label == "GET /books");
  CHECK(story.on(2).run("SELECT b") == window);
  story.tick(10s);
  story.on(1).run("DISCARD ALL");
  CHECK(story.on(1).run("SELECT c") == window);
  CHECK(texts(*window) == Texts{"SELECT a", "SELECT b", "SELECT c"});
  REQUIRE(story.closed.size() == 1);
  CHECK(story.closed[0].texts == Texts{"SELECT before"});
  story.table.close_named(*number, story.now());
  REQUIRE(story.closed.size() == 3);
  CHECK(story.closed[1].statements == 3);
  CHECK(story.on(2).run("SELECT after")->container == 0);
}

TEST_CASE("a trace in it, or a container inside it, is a window of its own") {
  Story story;
  WindowTable::Named request = named("GET /books");
  request.one_request = true;
  story.table.open_named(request, story.now());
  const std::uint64_t whole = story.on(1).run("SELECT a")->number;
  CHECK(story.on(1).run(query("SELECT b").trace("aa"))->number != whole);
  story.on(2).run(set_request("inside"));
  CHECK(story.on(2).run("SELECT c")->number != whole);
  CHECK(story.on(1).run("SELECT d")->number == whole);
}

TEST_CASE("a container with a time to live closes by itself") {
  Story story;
  WindowTable::Named wanted = named("t");
  wanted.ttl = 10s;
  story.table.open_named(wanted, 0ms);
  story.tick(9s);
  CHECK_FALSE(closing(story, "t"));
  story.tick(10s);
  CHECK(closing(story, "t"));
  CHECK(story.table.open_named(wanted, story.now()));
}

TEST_CASE("a container sums what lies in those inside it") {
  Story story;
  const auto suite = story.table.open_named(named("suite"), 0ms);
  story.run(set_request("test_a"));
  Window* window = story.run(query("SELECT a").rows(7));
  CHECK(story.table.find(window->container)->container == *suite);
  CHECK(story.table.find(*suite)->totals.statements == 1);
  CHECK(story.table.find(*suite)->totals.rows == 7);
  CHECK(story.table.find(*suite)->totals.server_time == 1ms);
}

TEST_CASE("closing a container closes the traces in it, which a late statement may open again") {
  Story story;
  const auto number = story.table.open_named(named("t"), 0ms);
  const std::uint64_t trace = story.run(query("SELECT a").trace("aa"))->number;
  story.table.close_named(*number, story.now());
  REQUIRE(story.closed.size() == 2);
  CHECK(story.closed[0].number == trace);
  CHECK(story.run(query("SELECT b").trace("aa"))->number == trace);
}

TEST_CASE("what a test runs outside its requests is set-up, unless it makes none") {
  Story story;
  const auto number = story.table.open_named(named("t"), 0ms);
  CHECK_FALSE(story.run("INSERT fixture")->set_up);
  CHECK_FALSE(story.run(query("SELECT a").trace("aa"))->set_up);
  CHECK(story.run("SELECT check")->set_up);
  story.table.close_named(*number, story.now());
  for (const Closing& one : story.closed) {
    if (one.source == WindowSource::idle_gap) CHECK(one.set_up);
  }
}

TEST_CASE("a named window inside another is a request of it") {
  Story story;
  const auto test = story.table.open_named(named("t"), story.now());
  story.run("INSERT fixture");
  WindowTable::Named wanted = named("GET /books");
  wanted.parent = *test;
  const auto request = story.table.open_named(wanted, story.now());
  CHECK_FALSE(story.run("SELECT a")->set_up);
  story.table.close_named(*request, story.now());
  CHECK(story.run("SELECT check")->set_up);
  story.table.close_named(*test, story.now());
  REQUIRE(story.closed.size() == 5);
  CHECK(story.closed[0].texts == Texts{"INSERT fixture"});
  CHECK(story.closed[0].set_up);
  CHECK(story.closed[1].texts == Texts{"SELECT a"});
  CHECK_FALSE(story.closed[1].set_up);
}

TEST_CASE("SET onetrip.request inside another window is a request of it") {
  Story story;
  story.table.open_named(named("suite"), story.now());
  story.run("INSERT fixture");
  story.run(set_request("test_a"));
  CHECK_FALSE(story.run("SELECT a")->set_up);
  CHECK(story.closed.front().texts == Texts{"INSERT fixture"});
  CHECK(story.closed.front().set_up);
}

TEST_CASE(
    "a request in a test that runs in a savepoint has its statements, and the test its set-up") {
  Story story;
  story.run("BEGIN");
  for (int i = 0; i < 2; ++i) {
    story.run("SAVEPOINT s");
    story.run("SELECT earlier");
    story.run("ROLLBACK TO SAVEPOINT s");
  }
  const auto test = story.table.open_named(named("t"), story.now());
  story.run("SAVEPOINT s");
  Window* own = story.run("INSERT fixture");
  CHECK(own->source == WindowSource::savepoint);
  CHECK(own->container == *test);
  WindowTable::Named wanted = named("GET /books");
  wanted.parent = *test;
  const auto request = story.table.open_named(wanted, story.now());
  Window* asked = story.run("SELECT a");
  CHECK(asked->container == *request);
  CHECK_FALSE(asked->set_up);
  CHECK(story.closed.back().texts == Texts{"INSERT fixture"});
  CHECK(story.closed.back().set_up);
  story.table.close_named(*request, story.now());
  CHECK(story.run("SELECT check")->set_up);
}

TEST_CASE("closing all closes containers last and forgets everything") {
  Story story;
  story.table.open_named(named("t"), 0ms);
  story.run("SELECT a");
  story.run(query("SELECT a").trace("aa"));
  story.end();
  REQUIRE(story.closed.size() == 3);
  CHECK(story.closed.back().name == "t");
  CHECK(story.table.bytes() == 0);
}
