#include "app/nothing_seen.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;

namespace {

constexpr auto named = static_cast<std::size_t>(WindowSource::named);

SeenOfRun seen_with_connections(std::uint64_t connections) {
  SeenOfRun seen;
  seen.vitals.listen = {"127.0.0.1:7777"};
  seen.vitals.upstreams = {{"db:5432", true, ""}};
  seen.vitals.connections_total = connections;
  return seen;
}

std::string why(const SeenOfRun& seen, const Record& record = {}) {
  std::string out;
  for (const std::string& sentence : why_nothing_was_seen(record, seen)) out += sentence + "\n";
  return out;
}

Record with_entry(const std::string& test, std::uint64_t statements) {
  Record record;
  record.entries.emplace_back();
  record.entries.back().test = test;
  record.entries.back().statements = statements;
  return record;
}

}  // namespace

TEST_CASE("a record is empty as long as no request asked anything") {
  CHECK(is_empty({}));
  CHECK(is_empty(with_entry("test", 0)));
  CHECK_FALSE(is_empty(with_entry("", 1)));
}

TEST_CASE("no connection at all is told with the ways to hand over") {
  SeenOfRun seen = seen_with_connections(0);
  CHECK_THAT(why(seen), Catch::Contains("No connection came to 127.0.0.1:7777.") &&
                            Catch::Contains("No variable held a URL of db:5432") &&
                            Catch::Contains("--rewrite VAR") &&
                            Catch::Contains("--env DB_HOST={host}") &&
                            Catch::Contains("--listen") && Catch::Contains("--allow-empty") &&
                            !Catch::Contains("went to"));
  seen.rewritten = {"DATABASE_URL"};
  CHECK_THAT(why(seen), !Catch::Contains("No variable held"));
}

TEST_CASE("sessions that went around us are told") {
  SeenOfRun seen = seen_with_connections(0);
  seen.elsewhere = 0;
  CHECK_THAT(why(seen), !Catch::Contains("went to"));
  seen.elsewhere = 12;
  CHECK_THAT(why(seen), Catch::Contains("12 sessions went to db:5432 meanwhile without coming "
                                        "through onetrip"));
}

TEST_CASE("connections without a statement did not log in") {
  CHECK_THAT(why(seen_with_connections(3)),
             Catch::Contains("login or TLS failed") && Catch::Contains(".pgpass"));
}

TEST_CASE("connections that failed or were encrypted are told as such") {
  SeenOfRun seen = seen_with_connections(2);
  seen.counters.blind["encrypted"] = 2;
  CHECK_THAT(why(seen), Catch::Contains("2 sessions were forwarded without being looked at "
                                        "(encrypted)") &&
                            !Catch::Contains("login or TLS failed"));
  seen.counters.blind["encrypted"] = 1;
  CHECK_THAT(why(seen), Catch::Contains("1 session was forwarded without being looked at "
                                        "(encrypted), as client and"));
  seen = seen_with_connections(1);
  seen.vitals.connections_failed["unreachable"] = 1;
  CHECK_THAT(why(seen), Catch::Contains("found no server behind"));
}

TEST_CASE("only set-up is told from nothing but noise") {
  SeenOfRun seen = seen_with_connections(1);
  seen.counters.executions = seen.counters.noise = 4;
  CHECK_THAT(why(seen), Catch::Contains("Only SET, BEGIN, catalog lookups"));
  seen.counters.executions = 40;
  seen.counters.set_up_windows = 3;
  CHECK_THAT(why(seen), Catch::Contains("Only set-up was seen (3 windows of migrations"));
}

TEST_CASE("sessions that are ignored are told as such") {
  SeenOfRun seen = seen_with_connections(1);
  seen.counters.executions = seen.counters.ignored_executions = 4;
  CHECK_THAT(why(seen), Catch::Contains("All 4 statements came from sessions that are ignored"));
}

TEST_CASE("named windows into which nothing fell are told") {
  Engine::Counters counters;
  CHECK(windows_without_statements({}, counters).empty());
  counters.windows.opened[named] = 2;
  REQUIRE(windows_without_statements(with_entry("", 5), counters).size() == 1);
  CHECK_THAT(windows_without_statements(with_entry("", 5), counters)[0],
             Catch::Contains("2 named windows opened, and no statement fell into one"));
  CHECK(windows_without_statements(with_entry("test", 5), counters).empty());
}
