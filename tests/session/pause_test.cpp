#include <catch2/catch.hpp>

#include "tests/session/scenario.hpp"

// Inside, so that close and sync are messages and not system calls.
namespace onetrip::frontend {

namespace {

const std::string answered = id_and_name() + row("1", "x") + tag("SELECT 1") + ready();
const std::string run = bind("", "s", {{"1", 0}}) + execute("") + sync();
const std::string ran = bind_complete() + row("1", "x") + tag("SELECT 1") + ready();

std::string texts(const Told& told) {
  std::string all;
  for (const Execution& one : told.executions()) all += "[" + one.text + "]";
  return all;
}

}  // namespace

TEST_CASE("what is asked while paused is not told, and nothing is lost of what follows",
          "[trap:analysis-switched]") {
  const Told told =
      Scenario()
          .pause()
          .client(query("a; b"))
          .server(answered.substr(0, answered.size() - ready().size()) + tag("INSERT 0 1") +
                  ready('T'))
          .client(query("") + query("x") + query("copy a from stdin"))
          .server(empty_query_response() + ready() + failed() + ready() +
                  backend::message('G', "..."))
          .client(message('d', "1\n") + message('c', ""))
          .server(tag("COPY 1") + ready())
          .client(parse("", "c") + bind("p", "") + describe('P', "p") + execute("p", 1) + sync())
          .server(parsed_and_bound() + id_and_name() + row("1", "x") + portal_suspended() + ready())
          .client(parse("", "x") + sync() + bind("", "") + sync() + message('F', "...."))
          .server(failed() + ready() + failed() + ready() + backend::message('V', "") + ready())
          .resume()
          .client(query("seen"))
          .server(answered)
          .closed()
          .told();
  CHECK(texts(told) == "[seen]");
  CHECK(told.execution().sequence == 1);
  CHECK(told.others() == "opened closed");
}

TEST_CASE("statements that were prepared while paused are known later") {
  const Told told =
      Scenario()
          .pause()
          .client(parse("s", "select $1", {23}) + describe('S', "s") + run)
          .server(parse_complete() + backend::parameter_description({23}) + id_and_name() + ran)
          .resume()
          .client(run)
          .server(ran)
          .told();
  CHECK(texts(told) == "[select $1]");
  CHECK(told.execution().parameters.front().hash == number(1));
  CHECK(told.execution().cells.size() == 2);
}

TEST_CASE("what changes names while paused leaves no wrong text", "[trap:analysis-switched]") {
  const auto text_after = [](const std::string& asked, const std::string& answers) {
    return Scenario()
        .client(parse("s", "select $1") + parse("", "unnamed") + sync())
        .server(parse_complete() + parse_complete() + ready())
        .pause()
        .client(asked)
        .server(answers)
        .resume()
        .client(run + bind("", "") + execute("") + sync())
        .server(ran + bind_complete() + tag("SELECT 1") + ready())
        .told();
  };
  CHECK(texts(text_after(sync(), ready())) == "[select $1][unnamed]");
  CHECK(texts(text_after(query("deallocate s"), tag("DEALLOCATE") + ready())) == "[][]");
  CHECK(texts(text_after(close('S', "s") + sync(), close_complete() + ready())) == "[][unnamed]");
  CHECK(texts(text_after(parse("", "other") + sync(), parse_complete() + ready())) ==
        "[select $1][]");
}

TEST_CASE("what was asked before the pause is told, what was asked in it is not") {
  const Told told = Scenario()
                        .client(query("before"))
                        .pause()
                        .server(answered)
                        .client(query("within"))
                        .resume()
                        .server(answered)
                        .client(query("after"))
                        .server(answered)
                        .told();
  CHECK(texts(told) == "[before][after]");
}

TEST_CASE("a portal that was suspended before the pause goes on as the same execution") {
  const Told told =
      Scenario()
          .client(query("begin"))
          .server(tag("BEGIN") + ready('T'))
          .client(parse("", "select") + bind("c", "") + execute("c", 1) + sync())
          .server(parsed_and_bound() + row("1", "x") + portal_suspended() + ready('T'))
          .pause()
          .client(execute("c") + sync())
          .server(row("2", "y") + tag("SELECT 1") + ready('T'))
          .told();
  CHECK(texts(told) == "[begin][select]");
  CHECK(told.executions().back().rows == 2);
}

TEST_CASE("long messages are passed over while paused") {
  Limits limits;
  limits.text_bytes = 10;
  const std::string text(6000, 'x');
  const Told told = Scenario()
                        .with(limits)
                        .pause()
                        .client(query(text) + parse("", text) + parse("s", text) + sync())
                        .server(answered + parse_complete() + parse_complete() + ready())
                        .resume()
                        .client(run)
                        .server(ran)
                        .told_in_whole();
  CHECK(texts(told) == "[xxxxxxxxxx]");
  CHECK(told.execution().truncated);
}

}  // namespace onetrip::frontend
