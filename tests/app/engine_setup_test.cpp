#include "app/engine_setup.hpp"

#include <catch2/catch.hpp>

#include "app/catalogs.hpp"
#include "app/descriptors.hpp"
#include "app/facts_text.hpp"
#include "app/pair_sink.hpp"
#include "app/process_stats.hpp"

using namespace onetrip;

TEST_CASE("levels of a rule become severities per confidence") {
  Config config;
  config.rules["n-plus-one"].level = "warning";
  config.rules["n-plus-one"].possible = "info";
  using enum Confidence;
  const auto levels = [&] { return engine_config(config, 0).rules.at("n-plus-one").levels; };
  CHECK(levels() == RuleLevels{{proven, Severity::warning},
                               {likely, Severity::warning},
                               {possible, Severity::info}});

  config.rules["n-plus-one"] = {};
  config.rules["n-plus-one"].level = "off";
  config.rules["n-plus-one"].proven = "error";
  CHECK(levels() ==
        RuleLevels{{proven, Severity::error}, {likely, std::nullopt}, {possible, std::nullopt}});
  config.rules["n-plus-one"] = {};
  config.rules["n-plus-one"].likely = "off";
  CHECK(levels() == RuleLevels{{likely, std::nullopt}});
  config.rules["n-plus-one"] = {};
  CHECK(levels().empty());
}

TEST_CASE("labels have the levels that they set, else those of all") {
  Config config;
  Config::Rule& rule = config.rules["n-plus-one"];
  rule.level = "warning";
  rule.labels.resize(1);
  rule.labels[0].match = "GET /reports/*";
  rule.labels[0].likely = "off";
  using enum Confidence;
  const RuleSettings settings = engine_config(config, 0).rules.at("n-plus-one");
  REQUIRE(settings.labels.size() == 1);
  CHECK(settings.labels[0].match == "GET /reports/*");
  CHECK(settings.labels[0].levels == RuleLevels{{proven, Severity::warning},
                                                {likely, std::nullopt},
                                                {possible, Severity::warning}});
  CHECK(settings.labels[0].rule == nullptr);  // sets no option
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

TEST_CASE("each limit of forwarding is the one that the configuration names") {
  using std::chrono::milliseconds, std::chrono::seconds;
  Config config;
  config.proxies[0].upstream = "db";
  Config::Limits& limits = config.limits;
  limits.clients = 11;
  limits.startup = milliseconds(12);
  limits.connect = milliseconds(13);
  limits.linger = milliseconds(14);
  limits.keepalive_idle = seconds(15);
  limits.keepalive_interval = seconds(16);
  limits.keepalive_probes = 17;
  limits.statement_text = 18;
  limits.pipeline = 19;
  limits.prepared = 20;
  limits.portals = 21;
  limits.indexed_rows = 22;
  limits.key_columns = 23;
  const ProxyConfig proxy = proxy_config(config, config.proxies[0]);
  CHECK(proxy.max_clients == 11);
  CHECK(proxy.startup == milliseconds(12));
  CHECK(proxy.connect == milliseconds(13));
  CHECK(proxy.linger == milliseconds(14));
  CHECK(proxy.keepalive.idle == seconds(15));
  CHECK(proxy.keepalive.interval == seconds(16));
  CHECK(proxy.keepalive.probes == 17);
  CHECK(proxy.session.text_bytes == 18);
  CHECK(proxy.session.pipeline_bytes == 19);
  CHECK(proxy.session.prepared_bytes == 20);
  CHECK(proxy.session.portal_bytes == 21);
  CHECK(proxy.session.indexed_rows == 22);
  CHECK(proxy.session.key_columns == 23);
  CHECK(proxy.batch_from == ProxyConfig().batch_from);
  limits.io_uring = false;
  CHECK(proxy_config(config, config.proxies[0]).batch_from == 0);
}

TEST_CASE("each limit of the analysis is the one that the configuration names") {
  Config config;
  Config::Limits& limits = config.limits;
  limits.text_cache = 11;
  limits.shape_cache = 12;
  limits.profile = 13;
  limits.findings = 14;
  limits.ring_events = 15;
  limits.ring_memory = 16;
  config.window.silence = std::chrono::seconds(17);
  config.window.max_age = std::chrono::seconds(18);
  config.window.max_statements = 19;
  config.window.max_rows = 20;
  config.window.memory = 21;
  config.window.max_open = 22;
  const Engine::Config engine = engine_config(config, 0);
  CHECK(engine.cache.text_bytes == 11);
  CHECK(engine.cache.shape_bytes == 12);
  CHECK(engine.max_profiled == 13);
  CHECK(engine.max_findings == 14);
  CHECK(history_config(config).max_findings == 14);
  CHECK(worker_config(config).ring_slots == 15);
  CHECK(worker_config(config).ring_bytes == 16);
  CHECK(engine.window.silence == std::chrono::seconds(17));
  CHECK(engine.window.max_age == std::chrono::seconds(18));
  CHECK(engine.window.max_trips == 19);
  CHECK(engine.window.max_rows == 20);
  CHECK(engine.window.max_bytes == 21);
  CHECK(engine.window.max_open == 22);
}

TEST_CASE("descriptors are those of both sides of each client of each pair, or all there are") {
  Config config;
  config.limits.clients = 100;
  CHECK(descriptors_for(config) == 264);
  CHECK(clients_for(264, config) == 100);
  CHECK(clients_for(263, config) == 99);
  CHECK(clients_for(10, config) == 0);
  config.proxies.resize(2);
  CHECK(descriptors_for(config) == 464);
  CHECK(clients_for(464, config) == 100);
  config.limits.clients = 0;
  CHECK(descriptors_for(config) == 0);
}

TEST_CASE("keys of value hashes differ from start to start") {
  CHECK(random_key() != random_key());
}

TEST_CASE("the catalog is logged in to as its own setting says, else as the upstream's URL") {
  Config config;
  config.proxies[0].upstream = "db:5433";
  const auto settings = [&] { return catalog_settings(config, config.proxies[0]); };
  CHECK(settings().dsn.empty());
  CHECK(settings().place == "host='db' port='5433' sslmode='prefer'");
  config.proxies[0].upstream = "postgres://me:a'b%5C@db/x?sslmode=disable";
  CHECK(settings().dsn == "user='me' password='a\\'b\\\\'");
  CHECK(settings().place == "host='db' port='5432' sslmode='disable'");
  config.catalog.dsn = "host=other";
  CHECK(settings().dsn == "host=other");
  config.proxies[0].upstream = "/run/pg:6001";
  CHECK(settings().place == "host='/run/pg' port='6001'");
}

TEST_CASE("a catalog login without a user in the URL is checked as traffic is") {
  Config config;
  config.upstream_tls.mode = "verify-full";
  config.upstream_tls.ca = "/ca.pem";
  config.proxies[0].upstream = "db";
  CHECK(catalog_settings(config, config.proxies[0]).place ==
        "host='db' port='5432' sslmode='verify-full' sslrootcert='/ca.pem'");
  config.proxies[0].upstream =
      "postgres://db?hostaddr=192.0.2.7&sslmode=verify-ca&sslcert=/c.pem&sslkey=/k.pem";
  CHECK(catalog_settings(config, config.proxies[0]).place ==
        "host='db' hostaddr='192.0.2.7' port='5432' sslmode='verify-ca' sslrootcert='/ca.pem' "
        "sslcert='/c.pem' sslkey='/k.pem'");
}

TEST_CASE("a catalog login minds the revocation lists that traffic minds") {
  Config config;
  config.upstream_tls.ca = "/ca.pem";
  config.upstream_tls.crl = "/list.pem";
  config.proxies[0].upstream = "db";
  CHECK_THAT(catalog_settings(config, config.proxies[0]).place,
             Catch::Contains(" sslcrl='/list.pem'"));
  config.upstream_tls.crl = "/";
  CHECK_THAT(catalog_settings(config, config.proxies[0]).place, Catch::Contains(" sslcrldir='/'"));
}

TEST_CASE("no pair's login goes to another pair's server") {
  Config config;
  config.proxies = {{{"127.0.0.1:0"}, "postgres://one:secret@first?sslmode=disable"},
                    {{"127.0.0.1:0"}, "postgres://second?sslmode=verify-ca&sslrootcert=/ca.pem"}};
  const auto first = catalog_settings(config, config.proxies[0]);
  const auto second = catalog_settings(config, config.proxies[1]);
  CHECK(first.dsn == "user='one' password='secret'");
  CHECK(first.place == "host='first' port='5432' sslmode='disable'");
  CHECK(second.dsn.empty());
  CHECK(second.place == "host='second' port='5432' sslmode='verify-ca' sslrootcert='/ca.pem'");
}

TEST_CASE("a login of its own goes to the pair's server with the pair's TLS, or to its own host") {
  const std::string place = "host='db' port='5433' sslmode='verify-full' sslrootcert='/ca.pem'";
  CHECK(catalog_conninfo("user=me", "x", {}, place) ==
        "application_name='onetrip catalog' connect_timeout='3' dbname='x' host='db' port='5433' "
        "sslmode='verify-full' sslrootcert='/ca.pem' user='me'");
  CHECK_THAT(catalog_conninfo("user=me sslmode=require", "x", {}, place),
             Catch::Contains("sslmode='require'"));
  CHECK(catalog_conninfo("postgres://me@other", "x", {}, place) ==
        "application_name='onetrip catalog' connect_timeout='3' dbname='x' host='other' "
        "user='me'");
}

TEST_CASE("events tell the pair that their session came by") {
  struct Kept final : EventSink {
    void put(Event& event) override { kept.push_back({event.session, event.facts.pair}); }
    std::vector<std::pair<SessionId, std::size_t>> kept;
  } kept;
  PairSink sink(kept, 1, 3);
  Event event;
  event.session = 2;
  sink.put(event);
  auto owned = std::make_unique<Event>();
  owned->session = 4;
  sink.trade(owned);
  CHECK(kept.kept == std::vector<std::pair<SessionId, std::size_t>>{{7, 1}, {13, 1}});
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
