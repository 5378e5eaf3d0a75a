#include <catch2/catch.hpp>

#include "tests/session/scenario.hpp"

using namespace onetrip;
using namespace std::chrono_literals;
using namespace std::string_literals;
using frontend::query;

namespace {

std::string status(std::string_view name, std::string_view value) {
  return backend::parameter_status(name, value);
}

}  // namespace

TEST_CASE("a session opens with its first ReadyForQuery, and its facts") {
  const Told told =
      Scenario().before_authentication().at(5ms).server(authentication_of_test()).told();
  REQUIRE(told.events.size() == 1);
  const Event& opened = told.events.front();
  CHECK(opened.kind == Event::Kind::session_opened);
  CHECK(opened.session == 7);
  CHECK(opened.time == 5ms);
  CHECK(opened.facts.user == "ada");
  CHECK(opened.facts.database == "shop");
  CHECK(opened.facts.application_name == "test");
  CHECK(opened.facts.client == "client:1");
  CHECK(opened.facts.upstream == "server:2");
  CHECK(opened.facts.server_version == "15.20");
  CHECK(opened.facts.standard_conforming_strings);
}

TEST_CASE("a session without ParameterStatus has the name that it started with") {
  const Told told =
      Scenario().before_authentication().server(backend::authentication_ok() + ready()).told();
  CHECK(told.events.front().facts.application_name == "from startup");
}

TEST_CASE("p is never looked into: password, SASL and GSS pass as they are",
          "[trap:p-has-four-meanings]") {
  const auto request = [](std::string code_and_more) {
    return backend::message('R', code_and_more);
  };
  const std::string odd(300, '\xff');
  const Told told = Scenario()
                        .before_authentication()
                        .server(request("\0\0\0\x0aSCRAM-SHA-256\0\0"s))
                        .client(frontend::message('p', "SCRAM-SHA-256 ...."))
                        .server(request("\0\0\0\x0b" + odd))
                        .client(frontend::message('p', odd) + frontend::message('p', ""))
                        .server(request("\0\0\0\x0c" + odd) + request("\0\0\0\x08" + odd))
                        .client(frontend::message('p', "secret\0"s))
                        .server(backend::message('N', "Shint\0\0"s) + authentication_of_test())
                        .client(query("select 1"))
                        .server(tag("SELECT 1") + ready())
                        .told();
  CHECK(told.others() == "opened");
  CHECK(told.execution().text == "select 1");
  for (const Event& event : told.events) {
    CHECK(describe(event).find("secret") == std::string::npos);
  }
}

TEST_CASE("a long key, an older version and unknown parameters open a session like any",
          "[trap:protocol-version]") {
  const std::string negotiate = backend::message('v', "\0\x03\0\0\0\0\0\1_pq_.later\0"s);
  for (const std::uint32_t protocol : {startup_code::protocol_3_0, (3U << 16U) | 1U,
                                       startup_code::protocol_3_2, (3U << 16U) | 9999U}) {
    const Told told =
        Scenario()
            .before_authentication()
            .opened_by(startup_message({{"user", "ada"}, {"_pq_.later", "1"}}, protocol))
            .server(negotiate + backend::authentication_ok() + status("is_superuser", "off") +
                    status("of_tomorrow", "") + status("search_path", std::string(5000, 'x')) +
                    backend::backend_key_data(77, std::string(256, 'k')) + ready())
            .client(query("select 1"))
            .server(tag("SELECT 1") + status("of_tomorrow", "x") + ready())
            .told();
    CHECK(told.others() == "opened");
    CHECK(told.execution().text == "select 1");
    CHECK(told.events.front().facts.user == "ada");
  }
}

TEST_CASE("a startup packet that makes no sense is told, and forwarded without a look",
          "[trap:startup-packet-not-understood]") {
  const std::string user = startup_message({{"user", "ada"}});
  std::string unended = user;
  unended.back() = 'x';
  for (const std::string& packet : {unended, user.substr(0, 12), startup_message({}, 2U << 16U)}) {
    const Scenario scenario = Scenario()
                                  .before_authentication()
                                  .opened_by(packet)
                                  .server(failed("08P01", "FATAL"))
                                  .closed();
    CHECK(scenario.told().others() == "blind:out_of_sync closed");
    CHECK(scenario.blindness() == Blindness::out_of_sync);
  }
}

TEST_CASE("a Query may be sent before the session is open") {
  const Told told = Scenario()
                        .before_authentication()
                        .client(query("select 1"))
                        .server(authentication_of_test() + tag("SELECT 1") + ready())
                        .told();
  CHECK(told.others() == "opened");
  CHECK(told.execution().text == "select 1");
}

TEST_CASE("a login that fails opens nothing") {
  CHECK(Scenario()
            .before_authentication()
            .server(failed("28P01", "FATAL"))
            .closed()
            .told()
            .events.empty());
}

TEST_CASE("what changes is told again, once") {
  const Told told = Scenario()
                        .client(query("set application_name to 'web'"))
                        .server(tag("SET") + status("application_name", "web") + ready())
                        .client(query("set application_name to 'web'"))
                        .server(tag("SET") + status("application_name", "web") + ready())
                        .client(query("set standard_conforming_strings to off"))
                        .server(status("standard_conforming_strings", "off") + tag("SET") + ready())
                        .client(query("set timezone to 'UTC'"))
                        .server(tag("SET") + status("TimeZone", "UTC") + ready())
                        .closed()
                        .told();
  CHECK(told.others() == "opened changed changed closed");
  std::vector<SessionFacts> changes;
  for (const Event& event : told.events) {
    if (event.kind == Event::Kind::session_changed) changes.push_back(event.facts);
  }
  CHECK(changes[0].application_name == "web");
  CHECK(changes[0].standard_conforming_strings);
  CHECK_FALSE(changes[1].standard_conforming_strings);
  CHECK(changes[1].user == "ada");
}
