#include "analyzer/log/csvlog.hpp"

#include <catch2/catch.hpp>

#include "tests/log/log_lines.hpp"

using namespace onetrip;
using namespace onetrip::log_test;

namespace {

ReadLog read_csv(const std::string& log, std::size_t cut = 0) {
  return read<CsvlogReader>(log, cut);
}

const std::string three_lines =
    csv({.message = "statement: SELECT 'a, \"b\"'\n  FROM book -- \"\n"}) +
    csv({.message = "execute s1: SELECT $1", .detail = "parameters: $1 = 'x\"\n,y'"}) +
    csv({.message = "relation \"boks\" does not exist",
         .severity = "ERROR",
         .sqlstate = "42P01",
         .statement = "SELECT *\nFROM boks"});

}  // namespace

TEST_CASE("an entry of csvlog is read, of each version") {
  for (const int columns : {23, 24, 26}) {
    const ReadLog outcome = read_csv(csv({.message = "duration: 1.000 ms"}, columns));
    CHECK(outcome.faults.empty());
    REQUIRE(outcome.entries.size() == 1);
    CHECK(outcome.entries[0] ==
          "1772366400000|ada|shop|10.0.0.9:5000|69a42a40.1f|3/7|LOG|00000|duration: "
          "1.000 ms|||shop|");
  }
}

TEST_CASE("quotes, commas and line ends within a field are the field's") {
  const ReadLog outcome = read_csv(three_lines);
  CHECK(outcome.faults.empty());
  REQUIRE(outcome.entries.size() == 3);
  CHECK_THAT(outcome.entries[0], Catch::Contains("|statement: SELECT 'a, \"b\"'\n  FROM book"));
  CHECK_THAT(outcome.entries[1], Catch::Contains("|parameters: $1 = 'x\"\n,y'|"));
  CHECK_THAT(outcome.entries[2], Catch::Contains("|ERROR|42P01|"));
  CHECK_THAT(outcome.entries[2], Catch::Contains("|SELECT *\nFROM boks|"));
}

TEST_CASE("a csvlog says the same wherever its pieces end") {
  const std::string log =
      "half of a line\",,\n" + three_lines + "no entry\n" + three_lines + "2026-";
  const ReadLog whole = read_csv(log);
  CHECK(whole.entries.size() == 6);
  CHECK(whole.faults == LogFaults{{"cut", 2}, {"not_csv", 1}});
  for (std::size_t cut = 1; cut < log.size(); ++cut) REQUIRE(read_csv(log, cut) == whole);
  CHECK(read_bytes<CsvlogReader>(log) == whole);
}

TEST_CASE("a csvlog may begin and end anywhere") {
  const std::size_t size = three_lines.size();
  for (std::size_t from = 1; from < size; ++from) {
    const ReadLog outcome = read_csv(three_lines.substr(from));
    REQUIRE(outcome.entries.size() <= 2);
    REQUIRE(outcome.faults.size() <= 1);
  }
  for (std::size_t end = 1; end < size; ++end) {
    const ReadLog outcome = read_csv(three_lines.substr(0, end));
    REQUIRE(outcome.entries.size() <= 2);
    if (outcome.entries.empty()) REQUIRE(outcome.faults == LogFaults{{"cut", 1}});
  }
}

TEST_CASE("an entry that was cut off costs the one behind it, and no more") {
  const std::string cut = csv({.message = "statement: SELECT 'cut off"}).substr(0, 140);
  const ReadLog outcome = read_csv(cut + "\n" + three_lines + three_lines);
  CHECK(outcome.entries.size() == 5);
  CHECK(outcome.faults == LogFaults{{"not_csv", 1}});
}

TEST_CASE("lines end with LF or with CR LF, and may be empty") {
  std::string log = "\n" + csv({.message = "one"}) + "\r\n\n" + csv({.message = "two"});
  log.insert(log.size() - 1, "\r");
  const ReadLog outcome = read_csv(log);
  CHECK(outcome.entries.size() == 2);
  CHECK(outcome.faults.empty());
}

TEST_CASE("an entry of too few columns, without a time or too long is counted") {
  CHECK(read_csv("2026-03-01 12:00:00.000 UTC,\"a\",\"b\"\n").faults == LogFaults{{"columns", 1}});
  const Line late{.message = "x", .time = "2026-13-01 12:00:00.000 UTC"};
  CHECK(read_csv(csv(late)).faults == LogFaults{{"no_time", 1}});
  const std::string huge(LogReader::longest_entry + 1, 'x');
  const ReadLog outcome = read_csv(csv({.message = huge}) + csv({.message = "small"}));
  CHECK(outcome.faults == LogFaults{{"too_long", 1}});
  CHECK(outcome.entries.size() == 1);
}

TEST_CASE("what is no log at all is counted once") {
  CHECK(read_csv("a,b\nc\n\nd\n").faults == LogFaults{{"cut", 1}});
  CHECK(read_csv("").faults.empty());
}
