#include <catch2/catch.hpp>

#include "app/config.hpp"

using namespace onetrip;

TEST_CASE("the history lies in systemd's folder for state, unless something is said of it") {
  ConfigSources sources;
  CHECK(load_config(sources).config.store.path == "off");
  sources.environment = {{"STATE_DIRECTORY", "/var/lib/onetrip:/var/lib/more"}};
  const LoadedConfig borrowed = load_config(sources);
  CHECK(borrowed.config.store.path == "/var/lib/onetrip/history.db");
  CHECK(borrowed.origins.at("store.path") == "STATE_DIRECTORY");
  sources.environment["ONETRIP_STORE__PATH"] = "off";
  CHECK(load_config(sources).config.store.path == "off");
}
