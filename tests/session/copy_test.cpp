#include <catch2/catch.hpp>

#include "tests/session/scenario.hpp"

using namespace std::chrono_literals;
using namespace std::string_literals;

// Inside, so that close and sync are messages and not system calls.
namespace onetrip::frontend {

TEST_CASE("Sync and Flush are ignored by a server that reads COPY data", "[trap:sync-in-copy-in]") {
  const std::string copy = parse("", "copy a from stdin") + bind("", "") + execute("") + sync();
  const std::string data = message('d', "1\n") + message('c', "") + sync();
  const std::string next = query("select 1");
  const std::string begun = parsed_and_bound() + backend::message('G', "...");
  const std::string answered = tag("SELECT 1") + ready();
  const auto check = [](const Scenario& scenario) {
    const Told told = scenario.told();
    REQUIRE(told.executions().size() == 2);
    CHECK(told.executions()[0].command == "COPY");
    CHECK(told.executions()[1].text == "select 1");
    CHECK(told.others() == "opened");
  };
  SECTION("when the client waits for the server to begin") {
    check(Scenario()
              .client(copy)
              .server(begun)
              .client(data)
              .server(tag("COPY 1") + ready())
              .client(next)
              .server(answered));
  }
  SECTION("when it does not wait") {
    check(Scenario().client(copy + data + next).server(begun + tag("COPY 1") + ready() + answered));
  }
  SECTION("when Sync and Flush come amid the data") {
    check(Scenario()
              .client(parse("", "copy a from stdin") + bind("", "") + execute("") + flush())
              .server(begun)
              .client(sync() + message('d', "1\n") + flush() + sync() + data)
              .server(tag("COPY 1") + ready())
              .client(next)
              .server(answered));
  }
}

TEST_CASE("COPY that fails at once answers the Sync before its data and the one behind",
          "[trap:copy-failure-and-sync]") {
  const Told told =
      Scenario()
          .client(parse("", "copy b from stdin") + bind("", "") + execute("") + sync() +
                  message('d', "1\n") + message('c', "") + sync() + query("select 1"))
          .server(failed("42P01") + ready() + ready() + tag("SELECT 1") + ready())
          .told();
  REQUIRE(told.executions().size() == 2);
  CHECK(told.executions()[1].text == "select 1");
  CHECK(told.others() == "opened");
}

TEST_CASE("COPY that fails amid its data is over at the next Sync",
          "[trap:copy-failure-and-sync][trap:late-copy-data]") {
  const Told told =
      Scenario()
          .client(parse("", "copy a from stdin") + bind("", "") + execute("") + sync())
          .server(parsed_and_bound() + backend::message('G', "..."))
          .client(message('d', "bad\n"))
          .server(failed("22P02"))
          .client(message('d', "more\n") + message('c', "") + sync())
          .server(ready())
          .client(query("select 1"))
          .server(tag("SELECT 1") + ready())
          .told();
  REQUIRE(told.executions().size() == 2);
  CHECK(told.others() == "opened");
}

TEST_CASE("a Sync amid the data of a COPY that fails may be answered, or not",
          "[trap:copy-failure-and-sync]") {
  // It depends on how far the server had read, which nobody can tell.
  const std::string bad = message('d', "bad\n") + sync() + message('d', "more\n");
  const std::string copying = backend::message('G', "...");
  const std::string prepared = parse("", "select 1") + bind("", "") + execute("") + sync();
  const std::string ran = parsed_and_bound() + tag("SELECT 1") + ready();
  const bool answered = GENERATE(false, true);
  const std::string failure = failed("22P02") + ready() + (answered ? ready() : "");
  const auto check = [](const Scenario& scenario, std::size_t executions) {
    const Told told = scenario.told();
    CHECK(told.others() == "opened");
    REQUIRE(told.executions().size() == executions);
    CHECK(told.executions().front().outcome == Outcome::failed);
    CHECK(told.executions().back().text == "select 1");
    CHECK(told.executions().back().outcome == Outcome::completed);
  };
  const Scenario of_query =
      Scenario().client(query("copy a from stdin")).server(copying).client(bad).server(failure);
  const Scenario of_execute =
      Scenario()
          .client(parse("", "copy a from stdin") + bind("", "") + execute("") + sync())
          .server(parsed_and_bound() + copying)
          .client(bad + message('c', "") + sync())
          .server(failure);
  for (Scenario scenario : {of_query, of_execute}) {
    SECTION("before a Query") {
      check(scenario.client(query("select 1")).server(tag("SELECT 1") + ready()), 2);
    }
    SECTION("before messages of the extended protocol") {
      check(scenario.client(prepared).server(ran), 2);
    }
    SECTION("before nothing but another Sync") {
      check(scenario.client(sync()).server(ready()).client(prepared + prepared).server(ran + ran),
            3);
    }
    SECTION("before a Query that fails") {
      check(scenario.client(query("x") + prepared).server(failed() + ready() + ran), 3);
    }
    SECTION("before a function call that fails") {
      check(scenario.client(message('F', "....") + prepared).server(failed() + ready() + ran), 2);
    }
  }
}

TEST_CASE("COPY that fails before it read the Sync that follows Execute answers it",
          "[trap:copy-failure-and-sync]") {
  // As a trigger before the statement does. The client has not even said CopyDone.
  const Told told =
      Scenario()
          .client(parse("", "copy a from stdin") + bind("", "") + execute("") + sync())
          .server(parsed_and_bound() + backend::message('G', "...") + failed("P0001"))
          .server(ready())
          .client(query("select 1"))
          .server(tag("SELECT 1") + ready())
          .told();
  REQUIRE(told.executions().size() == 2);
  CHECK(told.others() == "opened");
}

TEST_CASE("COPY in, out and rows may follow each other in one Query",
          "[trap:copy-in-a-query][trap:sync-in-copy-in]") {
  const std::string data = backend::message('d', "1\n"), done = backend::message('c', "");
  const Told told =
      Scenario()
          .client(query("copy a to stdout; select id, name from a; copy a from stdin; x; y"))
          .server(backend::message('H', "...") + data + data + done + tag("COPY 2"))
          .server(id_and_name() + row("1", "x") + tag("SELECT 1") + backend::message('G', "..."))
          .client(data + sync() + flush() + data + done)
          .server(tag("COPY 2") + failed("42601") + ready())
          .client(query("select 1"))
          .server(tag("SELECT 1") + ready())
          .told();
  const auto all = told.executions();
  REQUIRE(all.size() == 5);
  CHECK(all[0].rows == 2);
  CHECK(all[1].cells.size() == 2);
  CHECK(all[2].rows == 2);
  CHECK(all[3].outcome == Outcome::failed);
  CHECK(all[4].text == "select 1");
  CHECK(told.others() == "opened");
}

}  // namespace onetrip::frontend
