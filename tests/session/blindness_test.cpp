#include <catch2/catch.hpp>

#include "tests/session/scenario.hpp"

using namespace onetrip;
using namespace std::chrono_literals;
using frontend::query;

namespace {

const std::string answered = tag("SELECT 1") + ready();

/// What is said after sync is lost does not matter.
Scenario and_more(Scenario scenario) {
  return scenario.client(query("select 2")).server(answered).closed();
}

}  // namespace

TEST_CASE("an impossible length: look no further, forward, tell it once",
          "[trap:lengths-checked][CVE-2024-27304]") {
  const std::string broken("Q\0\0\0\3", 5);
  for (const bool from_client : {true, false}) {
    Scenario scenario = Scenario().client(query("select 1"));
    scenario = from_client ? scenario.client(broken) : scenario.server(broken);
    scenario = and_more(scenario);
    const Told told = scenario.told();
    CHECK(told.others() == "opened blind:out_of_sync closed");
    CHECK(told.executions().empty());
    CHECK(scenario.blindness() == Blindness::out_of_sync);
  }
}

TEST_CASE("an answer without its question makes blind", "[trap:server-is-untrusted]") {
  const std::vector<std::string> answers{ready(),
                                         tag("SELECT 1"),
                                         parse_complete(),
                                         bind_complete(),
                                         close_complete(),
                                         no_data(),
                                         portal_suspended(),
                                         empty_query_response(),
                                         id_and_name(),
                                         row("1", "x"),
                                         failed(),
                                         backend::authentication_ok(),
                                         backend::message('G', "..."),
                                         backend::message('?', ""),
                                         backend::message('V', "")};
  for (const std::string& answer : answers) {
    CHECK(and_more(Scenario().server(answer)).told().others() == "opened blind:out_of_sync closed");
  }
}

TEST_CASE("an answer to another question makes blind", "[trap:server-is-untrusted]") {
  const std::string bound = frontend::parse("", "select 1") + frontend::bind("", "");
  const std::vector<Scenario> scenarios{
      Scenario().client(query("a")).server(parse_complete()),
      Scenario().client(query("a")).server(portal_suspended()),
      Scenario().client(query("a")).server(failed() + tag("SELECT 1")),
      Scenario().client(query("a")).server(tag("SELECT 1") + ready('?')),
      Scenario().client(bound).server(bind_complete()),
      Scenario().client(bound).server(tag("SELECT 1")),
      Scenario().client(bound).server(ready()),
      Scenario().client(frontend::sync()).server(tag("SELECT 1")),
      Scenario().client(frontend::close('S', "s")).server(parse_complete()),
      Scenario().client(frontend::describe('P', "p")).server(backend::parameter_description({})),
      Scenario().client(frontend::execute("p")).server(id_and_name()),
      Scenario().client(frontend::message('F', "")).server(tag("SELECT 1")),
  };
  for (const Scenario& scenario : scenarios) {
    CHECK(and_more(scenario).told().others() == "opened blind:out_of_sync closed");
  }
}

TEST_CASE("a message that no client sends makes blind") {
  CHECK(and_more(Scenario().client(frontend::message('?', "x"))).told().others() ==
        "opened blind:out_of_sync closed");
}

TEST_CASE("what is broken inside a message is the server's to complain about",
          "[trap:broken-inside-a-message]") {
  for (const char type : {'Q', 'P', 'B', 'D', 'C', 'E'}) {
    const Told told = Scenario()
                          .client(frontend::message(type, "x") + frontend::sync())
                          .server(failed("08P01") + ready() + (type == 'Q' ? ready() : ""))
                          .client(query("select 1"))
                          .server(answered)
                          .told();
    CHECK(told.others() == "opened");
    CHECK(told.executions().back().text == "select 1");
  }
}

TEST_CASE("the server is untrusted, too: answers broken inside are counted, cells unknown",
          "[trap:server-is-untrusted]") {
  const Told told = Scenario()
                        .client(query("select id, name from a"))
                        .server(id_and_name() + backend::message('D', "") +
                                backend::message('D', std::string("\0\2\0\0\0\1", 6)) +
                                backend::message('D', std::string("\0\2\x7f\xff\xff\xff", 6)) +
                                backend::message('C', "") + ready())
                        .told();
  CHECK(told.execution().rows == 3);
  CHECK(told.execution().cells == std::vector<ValueHash>(6, no_value));
}

TEST_CASE("too much in flight makes blind until it is answered", "[trap:deep-pipeline]") {
  Limits limits;
  limits.pipeline_bytes = 1000;
  const std::string long_text(300, 'x');
  const std::string one =
      frontend::parse("", long_text) + frontend::bind("", "") + frontend::execute("");
  const std::string answer = parse_complete() + bind_complete() + tag("SELECT 1");
  SECTION("of many Queries") {
    const Scenario scenario = Scenario()
                                  .with(limits)
                                  .client(query(long_text) + query(long_text) + query(long_text))
                                  .server(answered + answered)
                                  .client(query("unseen"))
                                  .server(answered + answered)
                                  .client(query("seen again"))
                                  .server(answered)
                                  .closed();
    const Told told = scenario.told();
    CHECK(told.others() == "opened blind:too_large closed");
    CHECK(told.execution().text == "seen again");
    CHECK(scenario.blindness() == Blindness::none);
  }
  SECTION("of messages that no Sync followed yet") {
    const Told told = Scenario()
                          .with(limits)
                          .client(one + one + one)
                          .server(answer)
                          .client(one + frontend::sync() + one)
                          .server(answer + answer + answer + ready() + answer)
                          .client(frontend::sync())
                          .server(ready())
                          .client(query("seen again"))
                          .server(answered)
                          .told();
    CHECK(told.others() == "opened blind:too_large");
    CHECK(told.execution().text == "seen again");
  }
  SECTION("and it may come again") {
    const std::string burst = query(long_text) + query(long_text) + query(long_text);
    const std::string all = answered + answered + answered;
    CHECK(Scenario()
              .with(limits)
              .client(burst)
              .server(all)
              .client(burst)
              .server(all)
              .told()
              .others() == "opened blind:too_large blind:too_large");
  }
}

TEST_CASE("names that may have changed while blind are forgotten, others kept") {
  Limits limits;
  limits.pipeline_bytes = 1000;
  const std::string burst = query(std::string(500, 'x')) + query(std::string(500, 'x')) +
                            frontend::parse("replaced", "select 3") +
                            frontend::close('S', "closed") + frontend::sync();
  const std::string burst_answers =
      answered + answered + parse_complete() + close_complete() + ready();
  const auto text_of = [&](const std::string& name, const std::string& more_answers) {
    return Scenario()
        .with(limits)
        .client(frontend::parse("kept", "select 1"))
        .server(parse_complete())
        .client(frontend::parse("replaced", "select 1"))
        .server(parse_complete())
        .client(frontend::parse("closed", "select 1") + frontend::sync())
        .server(parse_complete() + ready())
        .client(burst)
        .server(more_answers + burst_answers)
        .client(frontend::bind("", name) + frontend::execute("") + frontend::sync())
        .server(bind_complete() + answered)
        .told()
        .executions()
        .back()
        .text;
  };
  CHECK(text_of("kept", "") == "select 1");
  CHECK(text_of("replaced", "").empty());
  CHECK(text_of("closed", "").empty());
  CHECK(text_of("kept", tag("DISCARD ALL")).empty());
}

TEST_CASE("names in flight when it became too much are forgotten too") {
  Limits limits;
  limits.pipeline_bytes = 1000;
  const std::string filler(600, 'x');
  const std::string prepare = frontend::parse("s", "select 1") + frontend::sync();
  const auto text_after = [&](const std::string& sent, const std::string& answers) {
    return Scenario()
        .with(limits)
        .client(prepare)
        .server(parse_complete() + ready())
        .client(sent + frontend::sync())
        .server(answers + ready())
        .client(frontend::bind("", "s") + frontend::execute("") + frontend::sync())
        .server(bind_complete() + answered)
        .told()
        .executions()
        .back()
        .text;
  };
  const std::string closing = frontend::close('S', "s");
  const std::string parsing = frontend::parse("s", filler);
  const std::string other = frontend::parse("other", filler);
  CHECK(
      text_after(closing + parsing + other, close_complete() + parse_complete() + parse_complete())
          .empty());
  CHECK(
      text_after(closing + other + parsing, close_complete() + parse_complete() + parse_complete())
          .empty());
  CHECK(text_after(other + other, parse_complete() + parse_complete()) == "select 1");
}

TEST_CASE("an end cuts what had begun") {
  const Execution one = Scenario()
                            .at(1ms)
                            .client(query("select id, name from a"))
                            .at(2ms)
                            .server(id_and_name() + row("1", "x"))
                            .at(3ms)
                            .closed()
                            .told()
                            .execution();
  CHECK(one.outcome == Outcome::cut);
  CHECK(one.rows == 1);
  CHECK(one.first_answer == 2ms);
  CHECK(one.complete == 3ms);
}

TEST_CASE("an end cuts what was sent, the oldest only") {
  const std::string one = frontend::parse("", "select $1") + frontend::bind("", "", {{"5", 0}}) +
                          frontend::execute("") + frontend::sync();
  SECTION("by Query") {
    const Told told = Scenario().client(query("first") + query("second")).closed().told();
    CHECK(told.execution().text == "first");
    CHECK(told.execution().outcome == Outcome::cut);
    CHECK(told.others() == "opened closed");
  }
  SECTION("by Execute") {
    const Told told = Scenario().client(one + one).closed().told();
    CHECK(told.execution().text == "select $1");
    CHECK(told.execution().parameters.size() == 1);
    CHECK(told.execution().outcome == Outcome::cut);
  }
  SECTION("nothing when all is answered") {
    CHECK(Scenario().client(query("a")).server(answered).closed().told().execution().outcome ==
          Outcome::completed);
  }
}

TEST_CASE("the server's last words fail the statement, and nothing behind it is cut") {
  const Told told = Scenario()
                        .client(query("select pg_sleep(9)") + query("second"))
                        .server(failed("57P01", "FATAL"))
                        .closed()
                        .told();
  CHECK(told.execution().outcome == Outcome::failed);
  CHECK(told.others() == "opened closed");
}

TEST_CASE("a FATAL may come when nothing was asked") {
  CHECK(Scenario().server(failed("57P05", "FATAL")).closed().told().others() == "opened closed");
}
