#include "analyzer/log/jsonlog.hpp"

#include <catch2/catch.hpp>

#include "analyzer/log/csvlog.hpp"
#include "tests/log/log_lines.hpp"

using namespace onetrip;
using namespace onetrip::log_test;

namespace {

ReadLog read_json(const std::string& log, std::size_t cut = 0) {
  return read<JsonlogReader>(log, cut);
}

const std::vector<Line> lines{
    {.message = "statement: SELECT 'a, \"b\"'\n  FROM book"},
    {.message = "execute s1: SELECT $1", .detail = "parameters: $1 = 'x\\y'"},
    {.message = "no",
     .severity = "ERROR",
     .sqlstate = "42P01",
     .statement = "SELECT *\nFROM boks"}};

std::string text_of(std::string (*write)(const Line&)) {
  std::string out;
  for (const Line& line : lines) out += write(line);
  return out;
}

}  // namespace

TEST_CASE("jsonlog tells what csvlog tells") {
  const ReadLog outcome = read_json(text_of(json));
  CHECK(outcome.faults.empty());
  CHECK(outcome.entries.size() == 3);
  CHECK(outcome == read<CsvlogReader>(text_of([](const Line& line) { return csv(line); })));
}

TEST_CASE("a jsonlog says the same wherever its pieces end") {
  const std::string log =
      "\"half\":1}\n" + text_of(json) + "no entry\n\n" + text_of(json) + "{\"ti";
  const ReadLog whole = read_json(log);
  CHECK(whole.entries.size() == 6);
  CHECK(whole.faults == LogFaults{{"cut", 2}, {"not_json", 1}});
  for (std::size_t cut = 1; cut < log.size(); ++cut) REQUIRE(read_json(log, cut) == whole);
  CHECK(read_bytes<JsonlogReader>(log) == whole);
}

TEST_CASE("a last line of jsonlog without its line end is taken if it is whole") {
  std::string log = json({.message = "one"});
  log.pop_back();
  CHECK(read_json(log).entries.size() == 1);
  log.pop_back();
  CHECK(read_json(log).faults == LogFaults{{"cut", 1}});
}

TEST_CASE("bytes that are no UTF-8 are the database's own") {
  const ReadLog outcome = read_json(json({.message = "statement: SELECT '\xe9'"}));
  REQUIRE(outcome.entries.size() == 1);
  CHECK_THAT(outcome.entries[0], Catch::Contains("SELECT '\xe9'"));
}

TEST_CASE("a line without a time, of another kind or too long is counted") {
  const std::string good = json({.message = "one"});
  CHECK(read_json(good + "{\"a\":1}\n[1]\n7\n").faults ==
        LogFaults{{"no_time", 1}, {"not_json", 2}});
  CHECK(read_json(good + "{\"timestamp\":17}\n").faults == LogFaults{{"no_time", 1}});
  CHECK(read_json(good + std::string(100, '[') + "\n").faults == LogFaults{{"not_json", 1}});
  const std::string huge(LogReader::longest_entry + 1, 'x');
  const ReadLog outcome = read_json(huge + "\n" + good);
  CHECK(outcome.faults == LogFaults{{"too_long", 1}});
  CHECK(outcome.entries.size() == 1);
}
