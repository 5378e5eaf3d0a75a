#include "app/reload.hpp"

#include <catch2/catch.hpp>

#include "app/config_keys.hpp"

using namespace onetrip;

namespace {

Config complete() {
  Config config;
  for (const ConfigKey& key : config_keys()) key.field(config);
  return config;
}

}  // namespace

TEST_CASE("the same configuration has no changes") {
  CHECK(config_changes(complete(), complete()).empty());
}

TEST_CASE("a change is told with both values, and whether it waits for a restart") {
  Config next = complete();
  next.limits.io_threads = 4;
  next.log.level = "debug";
  next.rules["n-plus-one"].level = "off";
  const auto changes = config_changes(complete(), next);
  REQUIRE(changes.size() == 3);
  CHECK(changes[0].key == "limits.io_threads");
  CHECK(changes[0].before == "1");
  CHECK(changes[0].after == "4");
  CHECK_FALSE(changes[0].live);
  CHECK(changes[1].key == "rules.n-plus-one.level");
  CHECK(changes[1].live);
  CHECK(changes[2].key == "log.level");
  CHECK(changes[2].live);
}

TEST_CASE("a password that changed is a change, and is not shown") {
  Config before = complete(), after = complete();
  before.proxies[0].upstream = "postgres://u:one@h";
  after.proxies[0].upstream = "postgres://u:two@h";
  const auto changes = config_changes(before, after);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].key == "proxy[0].upstream");
  CHECK(changes[0].before == "\"postgres://u:***@h\"");
  CHECK(changes[0].after == changes[0].before);
}

TEST_CASE("another number of pairs is one change") {
  Config next = complete();
  next.proxies.push_back({});
  const auto changes = config_changes(complete(), next);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].key == "[[proxy]]");
  CHECK_FALSE(changes[0].live);
}

TEST_CASE("only what may change at once is taken over") {
  Config running = complete(), next = complete();
  next.limits.io_threads = 4;
  next.analysis.sample = 0.5;
  next.ignore.users = {"backup"};
  next.rules["n-plus-one"].proven = "info";
  take_live_values(running, next);
  CHECK(running.limits.io_threads == 1);
  CHECK(running.analysis.sample == 0.5);
  CHECK(running.ignore.users == std::vector<std::string>{"backup"});
  CHECK(running.rules["n-plus-one"].proven == "info");
  const auto left = config_changes(running, next);
  REQUIRE(left.size() == 1);
  CHECK(left[0].key == "limits.io_threads");
}

TEST_CASE("settings of labels are taken over at once") {
  Config running = complete(), next = complete();
  next.rules["n-plus-one"].labels.resize(1);
  next.rules["n-plus-one"].labels[0].match = "GET *";
  auto changes = config_changes(running, next);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].key == "[[rules.n-plus-one.labels]]");
  CHECK(changes[0].live);
  take_live_values(running, next);
  CHECK(config_changes(running, next).empty());
  next.rules["n-plus-one"].labels[0].level = "off";
  changes = config_changes(running, next);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].key == "rules.n-plus-one.labels[0].level");
  CHECK(changes[0].live);
}
