#include <catch2/catch.hpp>

#include "tests/analyzer/builders.hpp"

using namespace onetrip;
using namespace onetrip::story;

using Texts = std::vector<std::string>;

namespace {

// As Django's TestCase does it: roll back, then release what is not needed any more.
void django_test(Story& story, const std::string& savepoint, const std::string& select) {
  story.run("SAVEPOINT " + savepoint);
  story.run(select);
  story.run(select);
  story.run("ROLLBACK TO SAVEPOINT " + savepoint);
  story.run("RELEASE SAVEPOINT " + savepoint);
}

std::vector<Closing> tests_in(const Story& story) {
  std::vector<Closing> tests;
  for (const Closing& one : story.closed) {
    if (one.source == WindowSource::savepoint) tests.push_back(one);
  }
  return tests;
}

}  // namespace

TEST_CASE("tests that run in savepoints of one transaction are windows of their own") {
  Story story;
  story.run("BEGIN");
  story.run("INSERT fixture");
  for (const std::string name : {"a", "b", "c", "d"})
    django_test(story, "s1_" + name, "SELECT " + name);
  story.run("ROLLBACK");
  story.end();
  const std::vector<Closing> tests = tests_in(story);
  REQUIRE(tests.size() == 4);
  CHECK(tests[0].texts == Texts{"SELECT a", "SELECT a"});
  CHECK(tests[1].texts == Texts{"SELECT b", "SELECT b"});
  CHECK(tests[3].texts == Texts{"SELECT d", "SELECT d"});
  CHECK(tests[0].statements == 2);
  CHECK(story.closed.back().texts == Texts{"INSERT fixture"});
  CHECK(story.closed.back().statements == 1);
}

TEST_CASE("savepoints inside a test stay in it") {
  Story story;
  story.run("BEGIN");
  django_test(story, "a", "SELECT a");
  story.run("SAVEPOINT b");
  story.run("SELECT b1");
  story.run("SAVEPOINT inner");
  story.run("INSERT b");
  story.run("RELEASE SAVEPOINT inner");
  story.run("SAVEPOINT inner");
  story.run("INSERT c");
  story.run("ROLLBACK TO SAVEPOINT inner");
  story.run("RELEASE SAVEPOINT inner");
  story.run("SELECT b2");
  story.run("ROLLBACK TO SAVEPOINT b");
  const std::vector<Closing> tests = tests_in(story);
  REQUIRE(tests.size() == 2);
  CHECK(tests[1].texts == Texts{"SELECT b1", "INSERT b", "INSERT c", "SELECT b2"});
}

TEST_CASE("frameworks that do not release what they rolled back to are known too") {
  Story story;
  story.run("BEGIN");
  for (const std::string name : {"a", "b", "c"}) {
    story.run("SAVEPOINT sp");
    story.run("SELECT " + name);
    story.run("ROLLBACK TO SAVEPOINT sp");
  }
  CHECK(tests_in(story).size() == 3);
}

TEST_CASE("each test has its own label") {
  Story story;
  story.run("BEGIN");
  for (const std::string name : {"a", "b", "c"}) {
    story.run("SAVEPOINT sp");
    story.run(query("SELECT x").test("test_" + name));
    story.run("ROLLBACK TO SAVEPOINT sp");
  }
  const std::vector<Closing> tests = tests_in(story);
  REQUIRE(tests.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    Tags tags;
    tags.test = std::string("test_") + "abc"[i];
    CHECK(tests[i].label == tags.label());
  }
}

TEST_CASE("a loop of savepoints that are released is one window") {
  Story story;
  story.run("BEGIN");
  const Window* window = nullptr;
  for (int i = 0; i < 4; ++i) {
    story.run("SAVEPOINT sp");
    Window* here = story.run("INSERT book");
    if (window) CHECK(here == window);
    window = here;
    story.run("RELEASE SAVEPOINT sp");
  }
  story.run("COMMIT");
  CHECK(tests_in(story).empty());
}

TEST_CASE("rolled back among released ones splits nothing") {
  Story story;
  story.run("BEGIN");
  story.run("SAVEPOINT a");
  story.run("INSERT book");
  story.run("RELEASE SAVEPOINT a");
  django_test(story, "b", "SELECT b");
  django_test(story, "c", "SELECT c");
  CHECK(tests_in(story).empty());
}

TEST_CASE("a retry under one savepoint is no test") {
  Story story;
  story.run("BEGIN");
  for (int i = 0; i < 3; ++i) {
    story.run("SAVEPOINT sp");
    story.run("INSERT book");
    story.run("ROLLBACK TO SAVEPOINT sp");
    story.run("INSERT book again");
    story.run("RELEASE SAVEPOINT sp");
  }
  CHECK(tests_in(story).empty());
}

TEST_CASE("one savepoint in each of several transactions is no test") {
  Story story;
  const Window* window = nullptr;
  for (int i = 0; i < 3; ++i) {
    story.run("BEGIN");
    story.run("SAVEPOINT sp");
    Window* here = story.run("INSERT book");
    if (window) CHECK(here == window);
    window = here;
    story.run("ROLLBACK TO SAVEPOINT sp");
    story.run("COMMIT");
  }
  CHECK(tests_in(story).empty());
}

TEST_CASE("a transaction whose writes are undone though nothing failed was a test") {
  Story story;
  for (const std::string name : {"a", "b"}) {
    story.run("BEGIN");
    story.run(query("INSERT " + name).rows(1));
    story.run("SELECT " + name);
    story.run("ROLLBACK");
  }
  REQUIRE(story.closed.size() == 2);
  CHECK(story.closed[0].texts == Texts{"INSERT a", "SELECT a"});
  CHECK(story.closed[1].texts == Texts{"INSERT b", "SELECT b"});
  CHECK(story.closed[1].source == WindowSource::idle_gap);
}

TEST_CASE("a transaction that ends as Django's tests do was one, though it only read") {
  Story story;
  for (const std::string name : {"a", "b"}) {
    story.run("BEGIN");
    story.run("SELECT " + name);
    story.run("SET CONSTRAINTS ALL IMMEDIATE");
    story.run("SET CONSTRAINTS ALL DEFERRED");
    story.run("ROLLBACK");
  }
  REQUIRE(story.closed.size() == 2);
  CHECK(story.closed[0].texts == Texts{"SELECT a"});
  CHECK(story.closed[1].texts == Texts{"SELECT b"});
}

TEST_CASE("constraints that are checked within the work are no test's end") {
  Story story;
  story.run("BEGIN");
  story.run("SET CONSTRAINTS ALL DEFERRED");
  const std::uint64_t number = story.run("SELECT a")->number;
  story.run("ROLLBACK");
  CHECK(story.run("SELECT b")->number == number);
}

TEST_CASE("a transaction that only read, wrote no row, failed or was committed was no test") {
  const auto stays = [](const Query& write, const std::string& end) {
    Story story;
    story.run("BEGIN");
    const std::uint64_t number = story.run("SELECT a")->number;
    story.run(write);
    story.run(end);
    return story.run("SELECT b")->number == number;
  };
  CHECK(stays(query("SELECT a2"), "ROLLBACK"));
  CHECK(stays(query("UPDATE a"), "ROLLBACK"));
  CHECK(stays(query("INSERT a").fails("23505"), "ROLLBACK"));
  CHECK(stays(query("INSERT a").rows(1), "COMMIT"));
  CHECK_FALSE(stays(query("INSERT a").rows(1), "ROLLBACK"));
}

TEST_CASE("what failed is undone by need") {
  Story story;
  story.run("BEGIN");
  const std::uint64_t number = story.run(query("INSERT a").rows(1))->number;
  story.run(query("INSERT b").fails("23505"));
  story.run("ROLLBACK");
  CHECK(story.run("SELECT a")->number == number);
}

TEST_CASE("statements with a trace stay with it while tests are told apart") {
  Story story;
  story.run("BEGIN");
  for (const std::string name : {"a", "b", "c"}) {
    story.run("SAVEPOINT sp");
    CHECK(story.run(query("SELECT x").trace(name))->source == WindowSource::trace);
    story.run("ROLLBACK TO SAVEPOINT sp");
  }
  CHECK(tests_in(story).empty());
}
