#include <catch2/catch.hpp>

#include "tests/session/scenario.hpp"

using namespace std::chrono_literals;
using namespace std::string_literals;

// Inside, so that close and sync are messages and not system calls.
namespace onetrip::frontend {

TEST_CASE("PortalSuspended ends an Execute without CommandComplete, the next goes on",
          "[trap:portal-suspended]") {
  const Execution one = Scenario()
                            .client(query("begin"))
                            .server(tag("BEGIN") + ready('T'))
                            .at(1ms)
                            .client(parse("", "select id, name from a") + bind("c", "") +
                                    describe('P', "c") + execute("c", 1) + sync())
                            .at(2ms)
                            .server(parsed_and_bound() + id_and_name() + row("1", "x") +
                                    portal_suspended() + ready('T'))
                            .at(3ms)
                            .client(execute("c", 1) + sync())
                            .at(4ms)
                            .server(row("2", "y") + portal_suspended() + ready('T'))
                            .at(5ms)
                            .client(execute("c", 0) + sync())
                            .at(6ms)
                            .server(row("3", "z") + tag("SELECT 1") + ready('T'))
                            .told()
                            .executions()
                            .back();
  CHECK(one.text == "select id, name from a");
  CHECK(one.resumed);
  CHECK(one.outcome == Outcome::completed);
  CHECK(one.rows == 3);
  CHECK(one.cells.size() == 6);
  CHECK(one.sent == 1ms);
  CHECK(one.first_answer == 2ms);
  CHECK(one.complete == 6ms);
  REQUIRE(one.marks.size() == 2);  // the first row came with the first answer
  CHECK(one.marks[0].row == 1);
  CHECK(one.marks[0].time == 4ms);
  CHECK(one.marks[1].row == 2);
  CHECK(one.marks[1].time == 6ms);
}

TEST_CASE("a suspended portal is told when it goes away", "[trap:portal-suspended]") {
  const std::string suspend = parse("", "select id, name from a") + bind("c", "") + execute("c", 1);
  const std::string suspended = parsed_and_bound() + row("1", "x") + portal_suspended();
  SECTION("closed") {
    const Execution one = Scenario()
                              .at(1ms)
                              .client(suspend + flush())
                              .server(suspended)
                              .at(2ms)
                              .client(close('P', "c") + sync())
                              .server(close_complete() + ready())
                              .told()
                              .execution();
    CHECK(one.outcome == Outcome::suspended);
    CHECK(one.complete == 1ms);
  }
  SECTION("by the end of its transaction") {
    CHECK(Scenario()
              .client(suspend + sync())
              .server(suspended + ready())
              .told()
              .execution()
              .outcome == Outcome::suspended);
  }
  SECTION("with its connection") {
    const Told told = Scenario().client(suspend + flush()).server(suspended).closed().told();
    CHECK(told.execution().outcome == Outcome::suspended);
    CHECK(told.others() == "opened closed");
  }
}

TEST_CASE("a portal keeps its statement after that is closed", "[trap:names-at-answer-time]") {
  const Execution one = Scenario()
                            .client(parse("s", "select 1") + bind("p", "s") + close('S', "s") +
                                    parse("s", "select 2") + execute("p") + sync())
                            .server(parsed_and_bound() + close_complete() + parse_complete() +
                                    tag("SELECT 1") + ready())
                            .told()
                            .execution();
  CHECK(one.text == "select 1");
}

TEST_CASE("a simple Query destroys the unnamed statement",
          "[trap:query-destroys-unnamed-statement]") {
  const auto all = Scenario()
                       .client(parse("", "select 1") + sync())
                       .server(parse_complete() + ready())
                       .client(query("select 2"))
                       .server(tag("SELECT 1") + ready())
                       .client(bind("", "") + sync())
                       .server(failed("26000") + ready())
                       .told()
                       .executions();
  REQUIRE(all.size() == 2);
  CHECK(all[1].outcome == Outcome::failed);
  CHECK(all[1].text.empty());
}

TEST_CASE("a simple Query destroys the unnamed portal", "[trap:query-destroys-unnamed-portal]") {
  const auto all =
      Scenario()
          .client(query("begin"))
          .server(tag("BEGIN") + ready('T'))
          .client(parse("", "select id, name from a") + bind("", "") + execute("", 1) + sync())
          .server(parsed_and_bound() + row("1", "x") + portal_suspended() + ready('T'))
          .client(query("select 2"))
          .server(tag("SELECT 1") + ready('T'))
          .client(execute("") + sync())
          .server(failed("34000") + ready('E'))
          .told()
          .executions();
  REQUIRE(all.size() == 4);
  CHECK(all[1].text == "select id, name from a");
  CHECK(all[1].outcome == Outcome::suspended);
  CHECK(all[1].rows == 1);
  CHECK(all[2].text == "select 2");
  CHECK(all[3].outcome == Outcome::failed);
  CHECK(all[3].text.empty());
}

TEST_CASE("Execute of a portal that is not known is told without a text") {
  const Told told = Scenario()
                        .client(execute("cursor_of_sql") + sync())
                        .server(row("1", "x") + tag("FETCH 1") + ready())
                        .told();
  CHECK(told.execution().text.empty());
  CHECK(told.execution().rows == 1);
  CHECK(told.execution().columns == 2);
}

TEST_CASE("a portal's description serves later runs of a named statement") {
  // As JDBC does.
  const auto all =
      Scenario()
          .client(parse("S_1", "select id, name from a") + bind("", "S_1") + describe('P', "") +
                  execute("") + sync())
          .server(parsed_and_bound() + id_and_name() + row("1", "x") + tag("SELECT 1") + ready())
          .client(bind("", "S_1", {}, {1}) + execute("") + sync())
          .server(bind_complete() + row(int4(2), "y") + tag("SELECT 1") + ready())
          .told()
          .executions();
  REQUIRE(all.size() == 2);
  CHECK(all[1].cells.front() == number(2));
}

}  // namespace onetrip::frontend
