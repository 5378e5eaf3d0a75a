#include "app/status_text.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "admin/status.hpp"
#include "analyzer/sinks/json_text.hpp"

using namespace onetrip;

namespace {

Vitals some_vitals() {
  Vitals vitals;
  vitals.version = "1.2.3";
  vitals.state = Vitals::State::ready;
  vitals.uptime_seconds = 12.3456;
  vitals.listen = {"127.0.0.1:6532"};
  vitals.upstreams = {{"db:5432", true, ""}, {"replica:5432", false, ""}};
  vitals.connections_open = 3;
  vitals.connections_total = 10;
  return vitals;
}

std::string shown(const Vitals& vitals, const Engine::Counters& engine) {
  return status_text(to_json_text(status_json(vitals, engine)));
}

}  // namespace

TEST_CASE("status reads in a few lines") {
  Engine::Counters engine;
  engine.executions = 7;
  engine.noise = 2;
  const std::string text = shown(some_vitals(), engine);
  CHECK_THAT(text, Catch::StartsWith("onetrip 1.2.3 is ready, up for 12 s\n"));
  CHECK_THAT(text, Catch::Contains("connections  3 open, 10 in all\n"));
  CHECK_THAT(text, Catch::Contains("upstream     db:5432 up, replica:5432 DOWN\n"));
  CHECK_THAT(text, Catch::Contains("statements   7, 2 of them set-up\n"));
}

TEST_CASE("a server that nobody asked for yet is not called up") {
  Vitals vitals = some_vitals();
  vitals.upstreams = {{"db:5432", {}, ""}};
  CHECK_THAT(shown(vitals, {}), Catch::Contains("upstream     db:5432 not asked yet\n"));
}

TEST_CASE("status says whether a history is kept, and why not") {
  Vitals vitals = some_vitals();
  CHECK_THAT(shown(vitals, {}), Catch::Contains("history      off\n"));
  vitals.store.state = Vitals::Store::State::kept;
  vitals.store.path = "/var/lib/onetrip/history.db";
  vitals.store.bytes = 3 << 20;
  CHECK_THAT(shown(vitals, {}),
             Catch::Contains("history      kept in /var/lib/onetrip/history.db, 3MiB\n"));
  vitals.store.state = Vitals::Store::State::failing;
  vitals.store.why = "no history is kept for now: there is no room";
  CHECK_THAT(shown(vitals, {}),
             Catch::Contains("history      no history is kept for now: there is no room\n"));
}

TEST_CASE("what is no status gives no text") {
  CHECK(status_text("").empty());
  CHECK(status_text("{}").empty());
  CHECK(status_text("[1]").empty());
}

TEST_CASE("a status from outside cannot reach the terminal") {
  Vitals vitals = some_vitals();
  vitals.version = "\x1b[31m";
  CHECK(shown(vitals, {}).find('\x1b') == std::string::npos);
}

TEST_CASE("nothing seen is told apart") {
  Vitals vitals = some_vitals();
  Engine::Counters engine;
  REQUIRE(not_checked(vitals, engine).size() == 1);
  CHECK_THAT(not_checked(vitals, engine)[0], Catch::Contains("login may have failed"));
  Vitals unreachable = vitals;
  unreachable.connections_failed["unreachable"] = unreachable.connections_total = 1;
  CHECK(not_checked(unreachable, engine).size() == 1);
  CHECK_THAT(not_checked(unreachable, engine)[0],
             Catch::StartsWith("1 connection found no server behind"));

  vitals.connections_total = 0;
  CHECK_THAT(not_checked(vitals, engine)[0],
             Catch::Contains(": point the application's database address at"));

  vitals.connections_total = 1;
  engine.executions = engine.noise = 5;
  CHECK_THAT(not_checked(vitals, engine)[0], Catch::Contains("Only set-up"));

  engine.executions = 6;
  CHECK(not_checked(vitals, engine).empty());
}

TEST_CASE("what was lost or not looked at is told with its remedy") {
  Vitals vitals = some_vitals();
  Engine::Counters engine;
  engine.executions = 1;
  engine.blind["encrypted"] = 1;
  CHECK_THAT(not_checked(vitals, engine)[0], Catch::Contains("sslmode=disable"));
  engine.blind.clear();
  vitals.events_dropped = 3;
  CHECK_THAT(not_checked(vitals, engine)[0], Catch::Contains("limits.ring_events"));
  vitals.events_dropped = 0;
  engine.windows.saturated = 2;
  CHECK_THAT(not_checked(vitals, engine)[0], Catch::Contains("traceparent"));
  engine.windows.saturated = 0;
  engine.catalogs["shop"] = "missing";
  CHECK_THAT(not_checked(vitals, engine)[0], Catch::Contains("catalog.dsn"));
  engine.catalogs["shop"] = "ready";
  vitals.analysis = false;
  CHECK_THAT(not_checked(vitals, engine)[0], Catch::Contains("switched off"));
}

TEST_CASE("each that is not checked has what mends it") {
  Vitals vitals = some_vitals();
  vitals.analysis = false;
  vitals.sample = 0.5;
  vitals.events_dropped = 1;
  for (const char* reason :
       {"unreachable", "too_many_clients", "deadline", "bad_packet", "direct_tls", "tls", "plain"})
    vitals.connections_failed[reason] = 1;
  Engine::Counters engine;
  engine.blind = {
      {"encrypted", 1}, {"out_of_sync", 1}, {"too_large", 1}, {"dropped", 1}, {"another", 1}};
  engine.windows.saturated = engine.counted_together = 1;
  engine.unparsable["syntax"] = 1;
  engine.catalogs["shop"] = "missing: there is no login";
  const std::vector<Unchecked> all = unchecked(vitals, engine);
  CHECK(all.size() == 19);
  std::vector<std::string> sentences;
  for (const Unchecked& one : all) {
    INFO(one.what);
    CHECK(one.fix.size() > 10);
    CHECK_FALSE(one.fix.ends_with('.'));
    sentences.push_back(one.what + ": " + one.fix + ".");
  }
  CHECK(not_checked(vitals, engine) == sentences);
  const auto json = status_json(vitals, engine).at("not_checked_details").as_array();
  REQUIRE(json.size() == all.size());
  CHECK(json[0].at("message") == "Analysis is switched off");
  CHECK(json[0].at("fix") == "POST /api/v1/analysis {\"enabled\": true}");

  for (const std::uint64_t came : {0U, 1U}) {
    Vitals idle = some_vitals();
    idle.connections_total = came;
    REQUIRE(unchecked(idle, {}).size() == 1);
    CHECK_FALSE(unchecked(idle, {})[0].fix.empty());
  }
  Engine::Counters set_up;
  set_up.executions = set_up.noise = 1;
  REQUIRE(unchecked(some_vitals(), set_up).size() == 1);
  CHECK_FALSE(unchecked(some_vitals(), set_up)[0].fix.empty());
}
