#include <catch2/catch.hpp>

#include "tests/session/scenario.hpp"

using namespace std::chrono_literals;
using namespace std::string_literals;

// Inside, so that close and sync are messages and not system calls.
namespace onetrip::frontend {

TEST_CASE("COPY in the extended protocol leaves the Sync before its data unanswered") {
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

TEST_CASE("COPY that fails at once answers the Sync before its data and the one behind") {
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

TEST_CASE("COPY that fails amid its data is over at the next Sync") {
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

}  // namespace onetrip::frontend
