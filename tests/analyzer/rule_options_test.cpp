#include "analyzer/rule_options.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;
using namespace std::chrono_literals;

TEST_CASE("an option that nobody set has its standard value, and is declared") {
  RuleOptions options;
  CHECK(options.count("rows", 1000, "Rows.") == 1000);
  CHECK(options.duration("held", 1s, "Time.") == 1s);
  REQUIRE(options.declared().size() == 2);
  CHECK(options.declared()[0].name == "rows");
  CHECK(options.declared()[0].kind == RuleOption::Kind::count);
  CHECK(options.declared()[1].standard == OptionValue(Time(1s)));
  CHECK(options.declared()[1].about == "Time.");
}

TEST_CASE("an option that was set has that value; its standard value stays declared") {
  RuleOptions options({{"rows", std::int64_t{5}}, {"part", 0.5}});
  CHECK(options.count("rows", 1000, "Rows.") == 5);
  CHECK(options.size("bytes", 1024, "Bytes.") == 1024);
  CHECK(options.share("part", 0.8, "Share.") == 0.5);
  CHECK(options.declared()[0].standard == OptionValue(std::int64_t{1000}));
}
