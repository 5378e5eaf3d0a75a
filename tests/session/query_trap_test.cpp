#include <catch2/catch.hpp>

#include "tests/session/scenario.hpp"

using namespace std::chrono_literals;
using namespace std::string_literals;

// Inside, so that close and sync are messages and not system calls.
namespace onetrip::frontend {

namespace {

const std::string ran = bind_complete() + tag("SELECT 1");

std::string run(const std::string& name) {
  return frontend::bind("", name) + execute("");
}

}  // namespace

TEST_CASE("Parse takes one statement: two are refused, as one execution",
          "[trap:one-statement-per-parse]") {
  const Told told = Scenario()
                        .client(parse("", "select 1; select 2") + run("") + sync())
                        .server(failed("42601") + ready())
                        .told();
  CHECK(told.execution().outcome == Outcome::failed);
  CHECK(told.execution().text == "select 1; select 2");
}

TEST_CASE("Flush has no answer, wherever it stands", "[trap:flush-has-no-answer]") {
  const Told told = Scenario()
                        .client(flush() + parse("", "select 1") + flush())
                        .server(parse_complete())
                        .client(bind("", "") + flush() + flush())
                        .server(bind_complete())
                        .client(execute("") + flush())
                        .server(tag("SELECT 1"))
                        .client(flush() + sync() + flush())
                        .server(ready())
                        .client(query("select 2"))
                        .server(tag("SELECT 1") + ready())
                        .told();
  REQUIRE(told.executions().size() == 2);
  CHECK(told.others() == "opened");
}

TEST_CASE("a portal may be suspended any number of times", "[trap:portal-suspended]") {
  Scenario scenario = Scenario()
                          .client(parse("", "select") + bind("c", "") + execute("c", 1) + flush())
                          .server(parsed_and_bound() + row("0", "x") + portal_suspended());
  for (int i = 1; i < 20; ++i) {
    scenario.client(execute("c", 1) + flush()).server(row("1", "x") + portal_suspended());
  }
  const Told told =
      scenario.client(execute("c", 1) + sync()).server(tag("SELECT 0") + ready()).told();
  CHECK(told.execution().rows == 20);
  CHECK(told.execution().resumed);
}

TEST_CASE("Parse of the unnamed statement replaces it", "[trap:unnamed-parse-replaces]") {
  const auto all = Scenario()
                       .client(parse("", "select 1") + parse("", "select 2") + run("") + sync())
                       .server(parse_complete() + parse_complete() + ran + ready())
                       .told()
                       .executions();
  REQUIRE(all.size() == 1);
  CHECK(all[0].text == "select 2");
}

TEST_CASE("names change at ParseComplete and CloseComplete only",
          "[trap:names-change-at-completion]") {
  const Told told = Scenario()
                        .client(parse("s", "select 1") + sync())
                        .server(parse_complete() + ready())
                        .client(parse("", "x") + close('S', "s") + parse("s", "select 2") + sync())
                        .server(failed() + ready())
                        .client(run("s") + sync())
                        .server(ran + ready())
                        .told();
  CHECK(told.executions().back().text == "select 1");
}

TEST_CASE("Close of a name that is unknown succeeds", "[trap:close-of-unknown-name]") {
  const Told told = Scenario()
                        .client(close('S', "nobody") + close('P', "nobody") + close('S', "") +
                                close('P', "") + parse("", "select 1") + run("") + sync())
                        .server(close_complete() + close_complete() + close_complete() +
                                close_complete() + parse_complete() + ran + ready())
                        .told();
  CHECK(told.execution().text == "select 1");
  CHECK(told.others() == "opened");
}

TEST_CASE("one letter, two messages: S, H, D, C and E differ by direction",
          "[trap:letters-by-direction]") {
  // Sync and ParameterStatus, Flush and CopyOutResponse, Describe and DataRow, Close and
  // CommandComplete, Execute and ErrorResponse.
  const std::string status = backend::parameter_status("TimeZone", "UTC");
  const Told told = Scenario()
                        .client(parse("s", "copy a to stdout") + describe('S', "s") + flush() +
                                run("s") + close('S', "s") + sync() + query("x"))
                        .server(parse_complete() + backend::parameter_description({}) + no_data())
                        .server(status + bind_complete() + backend::message('H', "..."))
                        .server(backend::message('d', "1\n") + backend::message('c', "") + status +
                                tag("COPY 1") + close_complete() + ready() + failed() + ready())
                        .told();
  const auto all = told.executions();
  REQUIRE(all.size() == 2);
  CHECK(all[0].command == "COPY");
  CHECK(all[1].outcome == Outcome::failed);
  CHECK(told.others() == "opened");
}

TEST_CASE("ParameterStatus comes between DataRows too", "[trap:messages-at-any-time]") {
  const Told told =
      Scenario()
          .client(query("select id, set_config('application_name', 'x', false) from a"))
          .server(id_and_name() + row("1", "x") +
                  backend::parameter_status("application_name", "x") + row("2", "y"))
          .server(backend::message('A', "\0\0\0\1channel\0payload\0"s) + tag("SELECT 2") + ready())
          .told();
  CHECK(told.others() == "opened changed");
  CHECK(told.execution().rows == 2);
  CHECK(told.execution().cells.size() == 4);
}

TEST_CASE("format codes are none, one for all, or one each", "[trap:format-codes]") {
  // The builder writes one each: these bodies have the number that is given.
  const auto bind_with = [](const std::string& formats, const std::string& first,
                            const std::string& second, const std::string& results) {
    const auto value = [](const std::string& bytes) {
      return int4(static_cast<std::int64_t>(bytes.size())) + bytes;
    };
    return message('B', "\0s\0"s + formats + "\0\2"s + value(first) + value(second) + results);
  };
  const std::string none = "\0\0"s, all_text = "\0\1\0\0"s, all_binary = "\0\1\0\1"s;
  const std::string text_and_binary = "\0\2\0\0\0\1"s;
  const auto check = [&](const std::string& sent, const std::string& answer_row) {
    const Execution one =
        Scenario()
            .client(parse("s", "select $1, $2", {23, 23}) + describe('S', "s") + sent +
                    execute("") + sync())
            .server(parse_complete() + backend::parameter_description({23, 23}) +
                    backend::row_description({{"id", 16400, 1, 23, 0}, {"b_id", 16400, 2, 23, 0}}) +
                    bind_complete() + answer_row + tag("SELECT 1") + ready())
            .told()
            .execution();
    REQUIRE(one.parameters.size() == 2);
    CHECK(one.parameters[0].hash == number(5));
    CHECK(one.parameters[1].hash == number(6));
    CHECK(one.cells == std::vector{number(5), number(6)});
  };
  check(bind_with(none, "5", "6", none), row("5", "6"));
  check(bind_with(all_text, "5", "6", all_text), row("5", "6"));
  check(bind_with(all_binary, int4(5), int4(6), all_binary), row(int4(5), int4(6)));
  check(bind_with(text_and_binary, "5", int4(6), text_and_binary), row("5", int4(6)));
}

TEST_CASE("a length of -1 is NULL, as parameter and as cell", "[trap:null-length]") {
  const Execution one =
      Scenario()
          .client(parse("", "select $1, $2", {23, 23}) + bind("", "", {{"", 0, true}, {"5", 0}}) +
                  describe('P', "") + execute("") + sync())
          .server(parsed_and_bound() + id_and_name() +
                  backend::data_row({backend::null_value, "x"}) + tag("SELECT 1") + ready())
          .told()
          .execution();
  REQUIRE(one.parameters.size() == 2);
  CHECK(one.parameters[0].kind == Slot::Kind::null);
  CHECK(one.parameters[1].hash == number(5));
  CHECK(one.cells == std::vector{no_value, test_hasher().text(type_oid::text, "x")});
}

TEST_CASE("binary values are never taken for text", "[trap:binary-as-text]") {
  // Kept in clear only where the statement names a setting, and then only what is text.
  const Execution one =
      Scenario()
          .client(parse("", "select set_config('onetrip.request', $1, $2)",
                        {type_oid::text, type_oid::bytea}) +
                  bind("", "", {{"clear", 1}, {"\1\2", 1}}) + execute("") + sync())
          .server(parsed_and_bound() + tag("SELECT 1") + ready())
          .told()
          .execution();
  CHECK(one.setting_texts == std::vector<std::string>{"clear", ""});
}

TEST_CASE("text of any encoding passes as it came", "[trap:client-encoding]") {
  const std::string texts[] = {"select '\xff\xfe \xc3'", "select '\x82\xa0\x83\x5c'",
                               "select '\xef\xbf\xbe\xed\xa0\x80'", "\x80"};
  for (const std::string& text : texts) {
    const auto all = Scenario()
                         .client(query(text) + parse("\xff", text) + run("\xff") + sync())
                         .server(tag("SELECT 1") + ready() + parse_complete() + ran + ready())
                         .told()
                         .executions();
    REQUIRE(all.size() == 2);
    CHECK(all[0].text == text);
    CHECK(all[1].text == text);
  }
}

TEST_CASE("counts that are not true read nothing beyond their message",
          "[trap:broken-inside-a-message][CVE-2024-27304]") {
  const std::string many = "\xff\xff";
  const std::string bodies[] = {"\0s\0"s + many, "\0s\0\0\0"s + many,
                                "\0s\0\0\0\0\1\x7f\xff\xff\xff"s, "\0s\0\0\0\0\1\xff\xff\xff\xfe"s,
                                "\0s\0\0\0\0\1\0\0\0\5abc"s};
  for (const std::string& body : bodies) {
    const Told told =
        Scenario()
            .client(parse("s", "select $1") + message('B', body) + execute("") + sync())
            .server(parse_complete() + failed("08P01") + ready())
            .client(message('P', "s\0select\0"s + many) + sync() + query("select 1"))
            .server(failed("08P01") + ready() + tag("SELECT 1") + ready())
            .told();
    CHECK(told.others() == "opened");
    CHECK(told.executions().back().text == "select 1");
  }
  const Told told = Scenario()
                        .client(query("select 1"))
                        .server(backend::message('T', many + "id") + backend::message('D', many) +
                                tag("SELECT 99999999999999999999999999") + ready())
                        .told();
  CHECK(told.others() == "opened");
  CHECK(told.execution().rows == 1);
}

}  // namespace onetrip::frontend
