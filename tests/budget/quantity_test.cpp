#include "budget/quantity.hpp"

#include <catch2/catch.hpp>

#include "budget/nearest.hpp"

using namespace onetrip;
using namespace std::chrono_literals;

TEST_CASE("durations are read and written") {
  CHECK(parse_duration("100ms") == 100ms);
  CHECK(parse_duration("1.5h") == 90min);
  CHECK(parse_duration("2 s") == 2s);
  CHECK(parse_duration("0s") == 0s);
  CHECK(format_duration(90s) == "90s");
  CHECK(format_duration(120s) == "2m");
  CHECK(format_duration(1500us) == "1500us");
  CHECK(format_duration(0s) == "0s");
}

TEST_CASE("what is no duration is none") {
  for (const char* text : {"", "5", "ms", "-1s", "1e3s", "1..5s", "1 day", "1S", "s1", " 1s", "1s ",
                           "9999999999999h", "."}) {
    INFO(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("sizes are read and written") {
  CHECK(parse_size("16MiB") == 16 << 20);
  CHECK(parse_size("1.5KiB") == 1536);
  CHECK(parse_size("1GB") == 1'000'000'000);
  CHECK(parse_size("512") == 512);
  CHECK(parse_size("512B") == 512);
  CHECK(format_size(16 << 20) == "16MiB");
  CHECK(format_size(1000) == "1000B");
  CHECK(format_size(0) == "0B");
}

TEST_CASE("what is no size is none") {
  for (const char* text : {"", "MiB", "-1", "1mib", "1 2", "99999999999GiB", "0x10"}) {
    INFO(text);
    CHECK_FALSE(parse_size(text));
  }
}

TEST_CASE("a mistyped name finds its neighbour") {
  const std::vector<std::string> names{"status", "explain", "fingerprint", "run"};
  CHECK(nearest("statsu", names) == "status");
  CHECK(nearest("expalin", names) == "explain");
  CHECK(nearest("finger", {"fingers"}) == "fingers");
  CHECK(nearest("rnu", names) == "run");
  CHECK(nearest("idle-gap", {"idle_gap"}) == "idle_gap");
}

TEST_CASE("a name that is far from all finds none") {
  CHECK(nearest("zebra", {"status", "run"}).empty());
  CHECK(nearest("", {"a"}).empty());
  CHECK(nearest(std::string(1000, 'x'), {"run"}).empty());
}
