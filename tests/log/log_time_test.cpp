#include "analyzer/log/log_time.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;
using namespace std::chrono_literals;

namespace {

constexpr Time noon = std::chrono::seconds(1'772'366'400);  // 2026-03-01 12:00:00 UTC

Time time_at(LogClock& clock, std::string_view text) {
  const auto local = read_local_time(text);
  REQUIRE(local);
  return clock.since_1970(*local);
}

}  // namespace

TEST_CASE("a time of a log is read to the millisecond, with its zone") {
  const auto local = read_local_time("2026-03-01 12:00:00.250 CET");
  REQUIRE(local);
  CHECK(local->clock == noon + 250ms);
  CHECK(local->zone == "CET");
  CHECK(read_local_time("2026-03-01 12:00:00 UTC")->clock == noon);
  CHECK(read_local_time("2024-02-29 00:00:00 UTC"));
}

TEST_CASE("what is no time is none") {
  for (const std::string_view text :
       {"", "2026-03-01", "2026-03-01 12:00:00", "2026-03-01 12:00:00 ", "2026-02-30 12:00:00 UTC",
        "2026-03-01T12:00:00 UTC", "2026-03-01 12:00:00.1UTC", "1969-03-01 12:00:00 UTC",
        "9999-03-01 12:00:00 UTC", "2026-03-01 12:0x:00 UTC"})
    CHECK_FALSE(read_local_time(text));
}

TEST_CASE("UTC and numbers say themselves how far from Greenwich they are") {
  LogClock clock;
  CHECK(time_at(clock, "2026-03-01 12:00:00.000 UTC") == noon);
  CHECK(time_at(clock, "2026-03-01 15:00:00.000 +03") == noon);
  CHECK(time_at(clock, "2026-03-01 08:30:00.000 -0330") == noon);
  CHECK(time_at(clock, "2026-03-01 17:30:00.000 +05:30") == noon);
}

TEST_CASE("what an abbreviation means is told by a session's id") {
  LogClock clock;
  clock.learn("2026-03-01 13:00:00 CET", "69a42a40.1f");
  CHECK(time_at(clock, "2026-03-01 13:00:00.000 CET") == noon);
  clock.learn("2026-03-01 00:00:00 CET", "69a42a40.1f");  // is known already
  CHECK(time_at(clock, "2026-03-01 13:00:00.000 CET") == noon);
}

TEST_CASE("an id that is no time teaches nothing") {
  for (const std::string_view id : {"", ".", "zz.1", "1.1", "ffffffffffffffffff.1"}) {
    LogClock clock;
    clock.learn("2026-03-01 13:00:00 CET", id);
    CHECK(time_at(clock, "2026-03-01 13:00:00.000 CET") == noon + 1h);
  }
}

TEST_CASE("time goes on over the end of summer time, though no session began since") {
  LogClock clock;
  clock.learn("2026-10-25 02:00:00 CEST", "6add4680.1f");
  const Time before = time_at(clock, "2026-10-25 02:59:59.900 CEST");
  CHECK(time_at(clock, "2026-10-25 02:00:00.000 CET") == before + 100ms);
  CHECK(time_at(clock, "2026-10-25 02:00:01.000 CET") == before + 1100ms);
}
