#include <catch2/catch.hpp>

#include "tests/session/scenario.hpp"

using namespace std::chrono_literals;
using namespace std::string_literals;

// Inside, so that close and sync are messages and not system calls.
namespace onetrip::frontend {

TEST_CASE("Parse, Bind, Describe, Execute make one execution") {
  const Execution one =
      Scenario()
          .at(1ms)
          .client(parse("", "select id, name from author where id = $1") +
                  bind("", "", {{"5", 0}}) + describe('P', "") + execute("") + sync())
          .at(2ms)
          .server(parsed_and_bound() + id_and_name() + row("5", "eve") + tag("SELECT 1") + ready())
          .told()
          .execution();
  CHECK(one.protocol == Protocol::extended);
  CHECK(one.text == "select id, name from author where id = $1");
  CHECK_FALSE(one.named);
  CHECK_FALSE(one.pipelined);
  REQUIRE(one.parameters.size() == 1);
  CHECK(one.parameters[0].hash == number(5));
  CHECK(one.cells == std::vector{number(5), test_hasher().text(25, "eve")});
  CHECK(one.columns == 2);
  CHECK(one.rows == 1);
}

TEST_CASE("a statement described once has no formats yet: each Bind brings its own",
          "[trap:describe-without-formats]") {
  // As asyncpg does: Parse without types in an own Sync, then Bind and Execute only.
  const Told told =
      Scenario()
          .client(parse("s1", "select id, name from author where id = $1") + describe('S', "s1") +
                  sync())
          .server(parse_complete() + backend::parameter_description({type_oid::int4}) +
                  id_and_name() + ready())
          .client(bind("", "s1", {{int4(5), 1}}, {1}) + execute("") + sync())
          .server(bind_complete() + row(int4(5), "eve") + tag("SELECT 1") + ready())
          .client(bind("", "s1", {{"6", 0}}, {1, 0}) + execute("") + sync())
          .server(bind_complete() + row(int4(6), "kim") + tag("SELECT 1") + ready())
          .client(bind("", "s1", {{"7", 0, true}}) + execute("") + sync())
          .server(bind_complete() + row("7", "pat") + tag("SELECT 1") + ready())
          .told();
  const auto all = told.executions();
  REQUIRE(all.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(all[i].named);
    CHECK(all[i].text == "select id, name from author where id = $1");
    CHECK(all[i].cells.front() == number(5 + static_cast<int>(i)));
  }
  CHECK(all[0].parameters[0].hash == number(5));
  CHECK(all[1].parameters[0].hash == number(6));
  CHECK(all[2].parameters[0].kind == Slot::Kind::null);
}

TEST_CASE("declared types are used when Bind follows in the same breath") {
  const Execution one = Scenario()
                            .client(parse("", "select $1", {type_oid::int4}) +
                                    bind("", "", {{int4(-9), 1}}) + execute("") + sync())
                            .server(parsed_and_bound() + tag("SELECT 1") + ready())
                            .told()
                            .execution();
  CHECK(one.parameters[0].hash == number(-9));
}

TEST_CASE("binary of a type that is not known is not guessed", "[trap:binary-as-text]") {
  const Execution one =
      Scenario()
          .client(parse("", "select $1") + bind("", "", {{int4(9), 1}}) + execute("") + sync())
          .server(parsed_and_bound() + tag("SELECT 1") + ready())
          .told()
          .execution();
  CHECK(one.parameters[0].kind == Slot::Kind::unknown);
}

TEST_CASE("array parameters keep their elements, each its own") {
  const Execution one =
      Scenario()
          .client(parse("", "select $1, $2, $3", {1007, 0, 23}) +
                  bind("", "", {{"{1,2}", 0}, {"{3}", 0}, {"4", 0}}) + execute("") + sync())
          .server(parsed_and_bound() + tag("SELECT 1") + ready())
          .told()
          .execution();
  REQUIRE(one.parameters.size() == 3);
  CHECK(one.elements == std::vector{number(1), number(2), number(3)});
  CHECK(one.parameters[1].first_element == 2);
  CHECK(one.parameters[2].kind == Slot::Kind::scalar);
}

TEST_CASE("parameters in clear are kept only where an onetrip setting is named") {
  const auto texts = [](const std::string& text) {
    return Scenario()
        .client(parse("", text) + bind("", "", {{"test one", 0}, {"", 0, true}}) + execute("") +
                sync())
        .server(parsed_and_bound() + tag("SELECT 1") + ready())
        .told()
        .execution()
        .setting_texts;
  };
  CHECK(texts("select set_config('onetrip.request', $1, $2)") ==
        std::vector<std::string>{"test one", ""});
  CHECK(texts("select set_config('other.request', $1, $2)").empty());
}

TEST_CASE("after an error all is dropped up to the next Sync, not the next message",
          "[trap:error-skips-to-sync]") {
  const Told told = Scenario()
                        .client(parse("", "select 1") + bind("", "") + execute("") +
                                parse("", "select nonsense") + bind("", "") + execute("") +
                                parse("", "select 3") + bind("", "") + execute("") + sync() +
                                parse("", "select 4") + bind("", "") + execute("") + sync())
                        .server(parsed_and_bound() + tag("SELECT 1") + failed("42703") + ready() +
                                parsed_and_bound() + tag("SELECT 1") + ready())
                        .told();
  const auto all = told.executions();
  REQUIRE(all.size() == 3);
  CHECK(all[0].text == "select 1");
  CHECK(all[1].text == "select nonsense");
  CHECK(all[1].outcome == Outcome::failed);
  CHECK(all[2].text == "select 4");
  CHECK(told.others() == "opened");
}

TEST_CASE("the Sync that ends an error may not have been sent yet", "[trap:error-skips-to-sync]") {
  const auto all = Scenario()
                       .client(parse("", "select nonsense") + flush())
                       .server(failed("42703"))
                       .client(bind("", "") + execute("") + query("skipped too") + sync())
                       .server(ready())
                       .client(query("select 1"))
                       .server(tag("SELECT 1") + ready())
                       .told()
                       .executions();
  REQUIRE(all.size() == 2);
  CHECK(all[0].outcome == Outcome::failed);
  CHECK(all[1].text == "select 1");
}

TEST_CASE("an error of each message ends at Sync and tells at most one execution",
          "[trap:error-skips-to-sync]") {
  const std::string prepare = parse("s", "select $1") + sync();
  const std::string prepared = parse_complete() + ready();
  struct Case {
    std::string messages, before;
    std::size_t failures;
  };
  const Case cases[] = {
      {parse("s2", "x"), "", 1},
      {bind("", "s", {{"x", 0}}), "", 1},
      {bind("", "s") + describe('P', ""), bind_complete(), 0},
      {bind("", "s") + execute(""), bind_complete(), 1},
      {describe('S', "s"), "", 0},
      {close('S', "s"), "", 0},
      {close('P', "p"), "", 0},
  };
  for (const Case& one : cases) {
    const Told told = Scenario()
                          .client(prepare)
                          .server(prepared)
                          .client(one.messages + execute("dropped") + sync())
                          .server(one.before + failed("22000") + ready())
                          .client(bind("", "s") + execute("") + sync())
                          .server(bind_complete() + tag("SELECT 1") + ready())
                          .told();
    const auto all = told.executions();
    REQUIRE(all.size() == one.failures + 1);
    CHECK(all.back().outcome == Outcome::completed);
    CHECK(all.back().text == "select $1");
    if (one.failures == 1) {
      CHECK(all[0].outcome == Outcome::failed);
      CHECK(all[0].text == (one.before.empty() && one.messages[0] == 'P' ? "x" : "select $1"));
    }
    CHECK(told.others() == "opened");
  }
}

TEST_CASE("an error while Sync commits belongs to no execution", "[trap:error-at-sync]") {
  const Told told = Scenario()
                        .client(parse("", "insert") + bind("", "") + execute("") + sync())
                        .server(parsed_and_bound() + tag("INSERT 0 1") + failed("23503") + ready())
                        .client(query("select 1"))
                        .server(tag("SELECT 1") + ready())
                        .told();
  REQUIRE(told.executions().size() == 2);
  CHECK(told.executions()[0].outcome == Outcome::completed);
  CHECK(told.others() == "opened");
}

TEST_CASE("pipelined executions begin when the answer before them ended") {
  const std::string one = bind("", "s") + execute("") + sync();
  const std::string answer = bind_complete() + tag("SELECT 1") + ready();
  const auto all = Scenario()
                       .client(parse("s", "select 1") + sync())
                       .server(parse_complete() + ready())
                       .at(10ms)
                       .client(one + one)
                       .at(15ms)
                       .server(answer)
                       .at(17ms)
                       .server(answer)
                       .at(20ms)
                       .client(one)
                       .at(21ms)
                       .server(answer)
                       .told()
                       .executions();
  REQUIRE(all.size() == 3);
  CHECK_FALSE(all[0].pipelined);
  CHECK(all[0].begun == 10ms);
  CHECK(all[1].pipelined);
  CHECK(all[1].sent == 10ms);
  CHECK(all[1].begun == 15ms);
  CHECK(all[1].complete == 17ms);
  CHECK_FALSE(all[2].pipelined);
  CHECK(all[2].begun == 20ms);
}

TEST_CASE("Parse of a named statement that exists is an error and changes nothing",
          "[trap:parse-of-existing-name]") {
  const auto all = Scenario()
                       .client(parse("s", "select 1") + sync())
                       .server(parse_complete() + ready())
                       .client(parse("s", "select 2") + sync())
                       .server(failed("42P05") + ready())
                       .client(bind("", "s") + execute("") + sync())
                       .server(bind_complete() + tag("SELECT 1") + ready())
                       .told()
                       .executions();
  REQUIRE(all.size() == 2);
  CHECK(all[1].text == "select 1");
}

TEST_CASE("names mean what they meant when the server read them, not when they passed",
          "[trap:names-at-answer-time]") {
  const std::string run = bind("", "s") + execute("");
  const std::string ran = bind_complete() + tag("SELECT 1");
  const auto all =
      Scenario()
          .client(parse("s", "select 1") + run + close('S', "s") + parse("s", "select 2") + run +
                  sync())
          .server(parse_complete() + ran + close_complete() + parse_complete() + ran + ready())
          .told()
          .executions();
  REQUIRE(all.size() == 2);
  CHECK(all[0].text == "select 1");
  CHECK(all[1].text == "select 2");
}

TEST_CASE("DEALLOCATE, DISCARD ALL and PREPARE by SQL change the names",
          "[trap:sql-changes-names]") {
  const std::string prepare = parse("s", "select 1") + parse("t", "select 2") + sync();
  const std::string prepared = parse_complete() + parse_complete() + ready();
  const auto text_after = [&](const std::string& sql, const std::string& answers,
                              const std::string& name) {
    return Scenario()
        .client(prepare)
        .server(prepared)
        .client(query(sql))
        .server(answers + ready())
        .client(frontend::bind("", name) + execute("") + sync())
        .server(bind_complete() + tag("SELECT 1") + ready())
        .told()
        .executions()
        .back()
        .text;
  };
  CHECK(text_after("select 1", tag("SELECT 1"), "s") == "select 1");
  CHECK(text_after("deallocate s", tag("DEALLOCATE"), "s").empty());
  CHECK(text_after("deallocate s", tag("DEALLOCATE"), "t") == "select 2");
  CHECK(text_after("deallocate t; deallocate s", tag("DEALLOCATE") + failed(), "s") == "select 1");
  CHECK(text_after("deallocate all", tag("DEALLOCATE ALL"), "t").empty());
  CHECK(text_after("discard all", tag("DISCARD ALL"), "t").empty());
  CHECK(text_after("prepare u as select 3", tag("PREPARE"), "u") == "select 3");
}

TEST_CASE("an empty statement and NoData are answered") {
  const auto all =
      Scenario()
          .client(parse("", "") + bind("", "") + describe('P', "") + execute("") + sync())
          .server(parsed_and_bound() + no_data() + empty_query_response() + ready())
          .client(parse("", "delete from a") + describe('S', "") + bind("", "") + execute("") +
                  sync())
          .server(parse_complete() + backend::parameter_description({}) + no_data() +
                  bind_complete() + tag("DELETE 4") + ready())
          .told()
          .executions();
  REQUIRE(all.size() == 2);
  CHECK(all[0].outcome == Outcome::empty);
  CHECK(all[1].rows == 4);
  CHECK(all[1].columns == 0);
}

}  // namespace onetrip::frontend
