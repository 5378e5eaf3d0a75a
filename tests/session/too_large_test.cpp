#include <catch2/catch.hpp>
#include <limits>

#include "tests/session/scenario.hpp"

using namespace std::string_literals;

// Inside, so that close and sync are messages and not system calls.
namespace onetrip::frontend {

namespace {

const std::string answered = tag("SELECT 1") + ready();
const std::string copy_in = backend::message('G', "...");
const std::string data = message('d', "1\n"), done = message('c', "");

Limits little() {
  Limits limits;
  limits.pipeline_bytes = 1000;
  return limits;
}

/// Everything of a conversation is in flight when it is too much, and then it is answered; what
/// comes behind is seen again.
void comes_back(const std::string& asked, const std::string& answers) {
  const Told told = Scenario()
                        .with(little())
                        .client(query(std::string(1200, 'x')) + asked)
                        .server(answered + answers)
                        .client(query("seen again"))
                        .server(answered)
                        .told();
  CHECK(told.others() == "opened blind:too_large");
  REQUIRE(told.executions().size() == 1);
  CHECK(told.execution().text == "seen again");
}

/// The same, where the client reads before it goes on.
void comes_back(const Scenario& scenario) {
  Scenario all = scenario;
  const Told told = all.client(query("seen again")).server(answered).told();
  CHECK(told.others() == "opened blind:too_large");
  REQUIRE(told.executions().size() == 1);
  CHECK(told.execution().text == "seen again");
}

Scenario blind() {
  return Scenario().with(little()).client(query(std::string(1200, 'x')));
}

const std::string statement = parse("", "select 1") + bind("", "") + execute("");
const std::string statement_answer = parsed_and_bound() + tag("SELECT 1");

}  // namespace

TEST_CASE("what is in flight is counted by kinds until it is answered") {
  comes_back(query("select 1; select 2"), id_and_name() + row("1", "x") + tag("SELECT 1") +
                                              id_and_name() + tag("SELECT 0") + ready());
  comes_back(query(""), empty_query_response() + ready());
  comes_back(statement + sync() + sync(), statement_answer + ready() + ready());
  comes_back(parse("s", "") + describe('S', "s") + bind("", "s") + describe('P', "") + execute("") +
                 close('S', "s") + sync(),
             parse_complete() + backend::parameter_description({}) + no_data() + bind_complete() +
                 id_and_name() + row("1", "x") + portal_suspended() + close_complete() + ready());
  comes_back(message('F', "...."), backend::message('V', "....") + ready());
  comes_back(query("copy a to stdout"), backend::message('H', "...") +
                                            backend::message('d', "1\n") +
                                            backend::message('c', "") + tag("COPY 1") + ready());
}

TEST_CASE("errors are counted as the server makes them") {
  comes_back(query("select 1; x; select 2") + query("y"),
             tag("SELECT 1") + failed() + ready() + failed() + ready());
  comes_back(statement + sync() + message('F', "...."),
             statement_answer + failed("23503") + ready() + failed() + ready());
  SECTION("a Query is skipped like all up to the next Sync") {
    comes_back(parse("", "x") + query("skipped") + message('F', "skipped") + sync() + query("y"),
               failed() + ready() + answered);
  }
  SECTION("that Sync may not have been sent yet") {
    comes_back(blind()
                   .client(statement)
                   .server(answered + failed())
                   .client(query("skipped") + message('F', "skipped"))
                   .client(statement + sync())
                   .server(ready()));
  }
}

TEST_CASE("COPY data is counted as the server reads it") {
  const std::string copy = parse("", "copy a from stdin") + bind("", "") + execute("") + sync();
  SECTION("a Sync that precedes CopyDone is not answered") {
    comes_back(copy + data + done + sync(), parsed_and_bound() + copy_in + tag("COPY 1") + ready());
    comes_back(blind()
                   .client(copy)
                   .server(answered + parsed_and_bound() + copy_in)
                   .client(sync() + data + flush() + done + sync())
                   .server(tag("COPY 1") + ready()));
  }
  SECTION("of a Query") {
    comes_back(query("copy a from stdin; copy b from stdin") + data + done + data + done,
               copy_in + tag("COPY 1") + copy_in + tag("COPY 1") + ready());
    comes_back(blind()
                   .client(query("copy a from stdin"))
                   .server(answered + copy_in)
                   .client(data + sync() + message('f', "why\0"s))
                   .server(failed() + ready()));
  }
  SECTION("of a COPY that failed a Sync amid the data may be answered, or not") {
    const std::string more = data + sync() + data + done + sync();
    comes_back(copy + more, parsed_and_bound() + copy_in + failed() + ready());
    comes_back(copy + more, parsed_and_bound() + copy_in + failed() + ready() + ready());
    comes_back(copy + more + statement + sync(), parsed_and_bound() + copy_in + failed() + ready() +
                                                     ready() + statement_answer + ready());
    comes_back(copy + more + query("select 1"),
               parsed_and_bound() + copy_in + failed() + ready() + ready() + answered);
  }
  SECTION("what comes late is not answered") {
    comes_back(query("copy a from stdin") + data + done + query("select 1"),
               failed() + ready() + answered);
  }
}

TEST_CASE("a wrong answer while counting loses sync") {
  const std::vector<std::string> wrong{parse_complete(), ready() + ready(), "?\0\0\0\4"s};
  for (const std::string& answer : wrong) {
    const Told told =
        blind().client(sync() + parse("", "x")).server(answered + answer).closed().told();
    CHECK(told.others() == "opened blind:too_large blind:out_of_sync closed");
  }
}

TEST_CASE("replication may begin while counting") {
  const Scenario scenario = blind()
                                .client(query("START_REPLICATION 0/0"))
                                .server(answered + backend::message('W', "..."))
                                .client("no message at all")
                                .server("nor this");
  CHECK(scenario.told().others() == "opened blind:too_large");
  CHECK(scenario.blindness() == Blindness::none);
}

TEST_CASE("what began in sight goes on while counting") {
  // The Query whose error was seen still has its ReadyForQuery to come.
  const std::string filler = query(std::string(1200, 'x'));
  const Told told = Scenario()
                        .with(little())
                        .client(query("copy a from stdin"))
                        .server(copy_in)
                        .client(data + sync() + data)
                        .server(failed("22P02"))
                        .client(filler)
                        .server(ready() + ready() + answered)
                        .client(query("seen again"))
                        .server(answered)
                        .told();
  CHECK(told.others() == "opened blind:too_large");
  REQUIRE(told.executions().size() == 2);
  CHECK(told.executions().back().text == "seen again");
}

TEST_CASE("even a limit that nothing fits into ends with every answer") {
  Limits none;
  none.pipeline_bytes = none.prepared_bytes = none.portal_bytes = none.text_bytes = 0;
  const Scenario scenario = Scenario()
                                .with(none)
                                .client(query("select 1"))
                                .server(answered)
                                .client(statement + sync())
                                .server(statement_answer + ready());
  CHECK(scenario.told().others() == "opened blind:too_large blind:too_large");
  CHECK(scenario.blindness() == Blindness::none);
}

TEST_CASE("with limits as large as can be all is kept") {
  constexpr std::size_t all = std::numeric_limits<std::size_t>::max();
  const std::string text(3'000'000, 'x');
  for (const std::size_t limit : {all, std::size_t{1} << 32U, (std::size_t{1} << 32U) - 1}) {
    Limits limits;
    limits.pipeline_bytes = limits.prepared_bytes = limits.portal_bytes = limits.text_bytes = limit;
    const Told told = Scenario()
                          .with(limits)
                          .client(query(text) + parse("s", text) + bind("p", "s") + sync())
                          .server(answered + parsed_and_bound() + ready('T'))
                          .client(execute("p") + sync())
                          .server(tag("SELECT 1") + ready())
                          .told_in_whole();
    const auto executions = told.executions();
    REQUIRE(executions.size() == 2);
    CHECK(executions[0].text.size() == text.size());
    CHECK(executions[1].text.size() == text.size());
    CHECK(told.others() == "opened");
  }
}

}  // namespace onetrip::frontend
