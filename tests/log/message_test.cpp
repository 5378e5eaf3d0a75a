#include "analyzer/log/message.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace onetrip;
using namespace std::chrono_literals;
using What = LogMessage::What;

namespace {

std::string parameters(std::string_view detail) {
  std::string out;
  const bool read = read_parameters(detail, [&](std::optional<std::string_view> value) {
    out += value ? "<" + std::string(*value) + ">" : "NULL";
  });
  return read ? out : "no";
}

}  // namespace

TEST_CASE("messages of no statement say nothing") {
  for (const std::string_view text :
       {"", "connection authorized: user=ada", "disconnection: session time: 0:00:01",
        "duration: ", "duration: x ms", "duration: -1 ms", "duration: nan ms", "duration: 1.0",
        "duration: 1.0 ms  plan:\nQuery Text: SELECT 1", "execute s1", "executed: x",
        "Anweisung: SELECT 1", "fastpath function call: \"lo_open\" (OID 952)"})
    CHECK(read_message(text).what == What::other);
}

TEST_CASE("a simple Query is told at its beginning or at its end") {
  const LogMessage begin = read_message("statement: SELECT 1: 2");
  CHECK(begin.what == What::query);
  CHECK(begin.sql == "SELECT 1: 2");
  CHECK_FALSE(begin.duration);
  const LogMessage both = read_message("duration: 0.345 ms  statement: SELECT\n1");
  CHECK(both.what == What::query);
  CHECK(both.sql == "SELECT\n1");
  CHECK(both.duration == 345us);
}

TEST_CASE("an Execute is told with the name of its statement") {
  const LogMessage unnamed = read_message("execute <unnamed>: SELECT $1");
  CHECK(unnamed.what == What::execute);
  CHECK(unnamed.name.empty());
  CHECK(unnamed.sql == "SELECT $1");
  const LogMessage portal = read_message("duration: 12 ms  execute S_1/C_2: SELECT a/b");
  CHECK(portal.what == What::execute);
  CHECK(portal.name == "S_1");
  CHECK(portal.sql == "SELECT a/b");
  CHECK(portal.duration == 12ms);
}

TEST_CASE("Parse, Bind and the going on with a portal are no statements") {
  for (const std::string_view text :
       {"duration: 0.1 ms  parse s1: SELECT $1", "duration: 0.1 ms  bind s1/p: SELECT $1",
        "execute fetch from s1/p: SELECT $1", "duration: 1 ms  execute fetch from s1/p: SELECT $1"})
    CHECK(read_message(text).what == What::step);
  const LogMessage ended = read_message("duration: 3.000 ms");
  CHECK(ended.what == What::ended);
  CHECK(ended.duration == 3ms);
}

TEST_CASE("parameters are read as the server quotes them") {
  CHECK(parameters("parameters: $1 = '5', $2 = NULL, $3 = ''") == "<5>NULL<>");
  CHECK(parameters("Parameters: $1 = 'it''s', $2 = ', $3 = ''x'''") == "<it's><, $3 = 'x'>");
  CHECK(parameters("parameters: $1 = ''''") == "<'>");
}

TEST_CASE("a detail that is not all parameters is none") {
  for (const std::string_view detail :
       {"", "parameters: ", "parameters: $2 = '1'", "parameters: $1 = 5", "parameters: $1 = '5",
        "parameters: $1 = '5',", "parameters: $1 = '5' and", "prepare: PREPARE p AS SELECT 1",
        "parameters: $1 = '5', $1 = '6'"})
    CHECK(parameters(detail) == "no");
}
