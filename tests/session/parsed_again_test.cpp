#include <catch2/catch.hpp>

#include "tests/session/scenario.hpp"

using namespace std::string_literals;

// As asyncpg does without its statement cache: Parse and Describe of the unnamed statement, and,
// once it knows the types, the same Parse again with Bind and Execute.

namespace onetrip::frontend {

namespace {

const std::string by_id = "select id, name from author where id = $1";

Scenario& describes(Scenario& scenario, const std::string& text,
                    std::uint32_t type = type_oid::int4,
                    const std::vector<std::uint32_t>& declared = {}) {
  return scenario.client(parse("", text, declared) + describe('S', "") + flush())
      .server(parse_complete() + backend::parameter_description({type}) + id_and_name());
}

Scenario& runs(Scenario& scenario, const std::string& text,
               const std::vector<std::uint32_t>& declared = {}) {
  return scenario
      .client(parse("", text, declared) + bind("", "", {{int4(5), 1}}, {1}) + execute("") + sync())
      .server(parsed_and_bound() + row(int4(5), "eve") + tag("SELECT 1") + ready());
}

bool is_known(const Execution& execution) {
  return !execution.cells.empty() || execution.parameters.at(0).hash != no_value;
}

}  // namespace

TEST_CASE("silent: a description says nothing of a Parse of another text",
          "[trap:statement-parsed-again]") {
  Scenario scenario;
  describes(scenario, by_id);
  CHECK_FALSE(
      is_known(runs(scenario, "select id, name from author where no = $1").told().execution()));
}

TEST_CASE("silent: a description says nothing of a Parse that declares types",
          "[trap:statement-parsed-again]") {
  Scenario scenario;
  describes(scenario, by_id);
  CHECK_FALSE(is_known(runs(scenario, by_id, {type_oid::int8}).told().execution()));
}

TEST_CASE("silent: what was declared by one Parse is not by the next",
          "[trap:statement-parsed-again]") {
  Scenario scenario;
  describes(scenario, by_id, type_oid::int4, {type_oid::int4});
  CHECK_FALSE(is_known(runs(scenario, by_id).told().execution()));
}

TEST_CASE("silent: a statement that ran may have changed the description",
          "[trap:statement-parsed-again]") {
  const std::string setting = "set search_path to b";
  Scenario scenario;
  scenario.client(parse("s", setting) + sync()).server(parse_complete() + ready());
  describes(scenario, by_id)
      .client(bind("", "s") + execute("") + sync())
      .server(bind_complete() + tag("SET") + ready());
  CHECK_FALSE(is_known(runs(scenario, by_id).told().executions().back()));
}

TEST_CASE("silent: a Parse that was refused leaves no description",
          "[trap:statement-parsed-again]") {
  Scenario scenario;
  describes(scenario, by_id).client(parse("", by_id) + sync()).server(failed("42P01") + ready());
  CHECK_FALSE(is_known(runs(scenario, by_id).told().executions().back()));
}

TEST_CASE("a statement that is parsed again keeps its description",
          "[trap:statement-parsed-again]") {
  Scenario scenario;
  describes(scenario, by_id);
  const Execution one = runs(scenario, by_id).told().execution();
  CHECK(one.text == by_id);
  CHECK_FALSE(one.named);
  REQUIRE(one.parameters.size() == 1);
  CHECK(one.parameters[0].hash == number(5));
  CHECK(one.cells == std::vector{number(5), test_hasher().text(type_oid::text, "eve")});
}

TEST_CASE("it is described before each run, and not once for all",
          "[trap:statement-parsed-again]") {
  Scenario scenario;
  describes(scenario, by_id);
  runs(scenario, by_id);
  describes(scenario, by_id);
  runs(scenario, by_id);
  const auto all = runs(scenario, by_id).told().executions();
  REQUIRE(all.size() == 3);
  CHECK(all[1].parameters[0].hash == number(5));
  CHECK_FALSE(is_known(all[2]));
}

TEST_CASE("the newer of two descriptions holds") {
  Scenario scenario;
  describes(scenario, by_id);
  describes(scenario, by_id, type_oid::int8);
  const Execution one =
      scenario
          .client(parse("", by_id) + bind("", "", {{"\0\0\0\0\0\0\0\5"s, 1}}) + execute("") +
                  sync())
          .server(parsed_and_bound() + row("5", "eve") + tag("SELECT 1") + ready())
          .told()
          .execution();
  CHECK(one.parameters[0].hash == number(5));
}

TEST_CASE("a Bind that comes after its ParseComplete knows the types, too") {
  Scenario scenario;
  describes(scenario, by_id).client(parse("", by_id) + flush()).server(parse_complete());
  const Execution one =
      scenario.client(bind("", "", {{int4(5), 1}}, {1}) + execute("") + sync())
          .server(bind_complete() + row(int4(5), "eve") + tag("SELECT 1") + ready())
          .told()
          .execution();
  CHECK(one.parameters[0].hash == number(5));
  CHECK(one.cells.size() == 2);
}

}  // namespace onetrip::frontend
