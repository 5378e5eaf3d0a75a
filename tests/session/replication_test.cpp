#include <catch2/catch.hpp>

#include "tests/session/scenario.hpp"

using namespace onetrip;
using frontend::query;

namespace {

Scenario session_of(const std::string& replication) {
  return Scenario().opened_by(startup_message({{"user", "ada"}, {"replication", replication}}));
}

/// As a server answers one of its commands: a result, and a tag.
const std::string system_row = backend::row_description({{"systemid", 0, 0, type_oid::text, 0}}) +
                               backend::data_row({"7"}) + tag("IDENTIFY_SYSTEM") + ready();

}  // namespace

TEST_CASE("replication=true and database: its commands are not taken for SQL",
          "[trap:replication-mode]") {
  for (const std::string replication : {"true", "database", "on", "1", "YES", "t"}) {
    const Scenario scenario = session_of(replication)
                                  .client(query("IDENTIFY_SYSTEM"))
                                  .server(system_row)
                                  .client(query("  create_replication_slot \"s\" LOGICAL pgoutput"))
                                  .server(system_row)
                                  .client(query("TIMELINE_HISTORY 2"))
                                  .server(failed() + ready())
                                  .client(query("select 1"))
                                  .server(tag("SELECT 1") + ready())
                                  .client(query("START_REPLICATION SLOT \"s\" LOGICAL 0/0"))
                                  .server(backend::message('W', "..."))
                                  .client(frontend::message('d', "status") + "no message at all")
                                  .server("nor this")
                                  .closed();
    const Told told = scenario.told();
    CHECK(told.others() == "opened closed");
    CHECK(told.execution().text == "select 1");
    CHECK(scenario.blindness() == Blindness::none);
  }
}

TEST_CASE("BASE_BACKUP answers with results, a copy and results again", "[trap:replication-mode]") {
  const std::string result = id_and_name() + row("1", "x") + tag("SELECT");
  const Told told = session_of("true")
                        .client(query("BASE_BACKUP ( LABEL 'x' )"))
                        .server(result + result + backend::message('H', "...") +
                                backend::message('d', "nbase.tar") + backend::message('c', ""))
                        .server(result + tag("BASE_BACKUP") + ready())
                        .client(query("SHOW wal_segment_size"))
                        .server(result + ready())
                        .told();
  CHECK(told.others() == "opened");
  CHECK(told.execution().text == "SHOW wal_segment_size");
}

TEST_CASE("elsewhere the same words are statements like any", "[trap:replication-mode]") {
  for (const std::string replication : {"", "false", "off", "o", "0", "maybe"}) {
    CHECK(session_of(replication)
              .client(query("IDENTIFY_SYSTEM"))
              .server(failed() + ready())
              .told()
              .execution()
              .text == "IDENTIFY_SYSTEM");
  }
}

TEST_CASE("an observer says whether its session replicates", "[trap:replication-mode]") {
  EventRecorder recorder;
  ExecutionPool pool;
  for (const std::string replication : {"database", "off"}) {
    Observer observer(1, test_hasher(), recorder, pool);
    const std::string packet = startup_message({{"replication", replication}});
    observer.startup(as_bytes(packet), "", "", Time{});
    CHECK(observer.replicates() == (replication == "database"));
    const std::string streaming = authentication_of_test() + backend::message('W', "...");
    observer.client_bytes(as_bytes(query("START_REPLICATION 0/0")), Time{});
    observer.server_bytes(as_bytes(streaming), Time{});
    CHECK(observer.replicates());
  }
}
