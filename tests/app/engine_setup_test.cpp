#include "app/engine_setup.hpp"

#include <catch2/catch.hpp>

#include "app/catalogs.hpp"
#include "app/facts_text.hpp"
#include "app/process_stats.hpp"

using namespace onetrip;

TEST_CASE("levels of a rule become severities per confidence") {
  Config config;
  config.rules["n-plus-one"].level = "warning";
  config.rules["n-plus-one"].possible = "info";
  using enum Confidence;
  const auto levels = [&] { return engine_config(config, 0).rules.at("n-plus-one"); };
  CHECK(levels() == RuleLevels{{proven, Severity::warning},
                               {likely, Severity::warning},
                               {possible, Severity::info}});

  config.rules["n-plus-one"] = {"off", "error", "default", "default"};
  CHECK(levels() ==
        RuleLevels{{proven, Severity::error}, {likely, std::nullopt}, {possible, std::nullopt}});
  config.rules["n-plus-one"] = {"default", "default", "off", "default"};
  CHECK(levels() == RuleLevels{{likely, std::nullopt}});
  config.rules["n-plus-one"] = {};
  CHECK(levels().empty());
}

TEST_CASE("an idle gap of zero switches it off") {
  Config config;
  CHECK(engine_config(config, 0).window.idle_gap_on);
  config.window.idle_gap = Time(0);
  CHECK_FALSE(engine_config(config, 0).window.idle_gap_on);
}

TEST_CASE("a pair becomes addresses") {
  Config config;
  config.proxies[0] = {{"127.0.0.1:0", "/tmp"}, "postgres://u:p@db:5433/x"};
  const ProxyConfig proxy = proxy_config(config, config.proxies[0]);
  REQUIRE(proxy.listen.size() == 2);
  CHECK(proxy.listen[0].port == 0);
  CHECK(proxy.listen[1].unix_dir == "/tmp");
  CHECK(proxy.upstream.host == "db");
  CHECK(proxy.upstream.port == 5433);
}

TEST_CASE("keys of value hashes differ from start to start") {
  CHECK(random_key() != random_key());
}

TEST_CASE("the catalog is logged in to as its own setting says, else as the upstream's URL") {
  Config config;
  config.proxies[0].upstream = "db:5432";
  CHECK(catalog_dsn(config).empty());
  config.proxies[0].upstream = "postgres://me:a'b%5C@db/x?sslmode=prefer";
  CHECK(catalog_dsn(config) == "user='me' password='a\\'b\\\\' sslmode='prefer'");
  config.catalog.dsn = "host=other";
  CHECK(catalog_dsn(config) == "host=other");
}

TEST_CASE("a catalog file that is none is told by name") {
  Config config;
  config.catalog.file = __FILE__;
  CHECK_THROWS_WITH(Catalogs(config, {}), Catch::Contains("engine_setup_test.cpp"));
  config.catalog.file = "/nonexistent/file";
  CHECK_THROWS_WITH(Catalogs(config, {}), Catch::Contains("/nonexistent/file"));
}

TEST_CASE("the process knows its own memory, time and descriptors") {
  const Vitals::Process process = read_process_stats();
  CHECK(process.resident_bytes > 1 << 20);
  CHECK(process.virtual_bytes >= process.resident_bytes);
  CHECK(process.open_fds >= 3);
  CHECK(process.max_fds >= process.open_fds);
  CHECK(process.start_time_seconds > 1e9);
}

TEST_CASE("facts of a statement are told by name") {
  Statement statement;
  statement.fingerprint = "v1:00";
  statement.normalized = "SELECT * FROM a JOIN b ON a.x = b.y WHERE a.id = $1";
  statement.tables = {{"", "a", "", false}, {"s", "b", "c", true}};
  statement.joins = {{{0, "x"}, {1, "y"}}};
  Predicate predicate;
  predicate.column = {0, "id"};
  statement.predicates = {predicate};
  statement.kind = StatementKind::select;
  statement.has_where = statement.parsed = true;
  const std::string text = statement_text(statement);
  CHECK_THAT(text, Catch::Contains("tables       a, s.b as c (written)\n"));
  CHECK_THAT(text, Catch::Contains("joins        a.x = s.b.y\n"));
  CHECK_THAT(text, Catch::Contains("predicates   a.id = slot 0\n"));
  CHECK_THAT(text, Catch::Contains("traits       where\n"));
  CHECK(statement_facts_json(statement).at("unparsed_reason").is_null());
}
