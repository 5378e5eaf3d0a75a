#include <catch2/catch.hpp>

#include "tests/session/scenario.hpp"

using namespace onetrip;
using namespace std::chrono_literals;
using namespace std::string_literals;
using backend::Field;
using frontend::query;

namespace {

constexpr std::uint32_t table = 16400, enum_type = 17000;

/// Names of the key columns that are chosen of these.
std::string chosen(const std::vector<Field>& fields) {
  const Execution one = Scenario()
                            .client(query("select"))
                            .server(backend::row_description(fields) + tag("SELECT 0") + ready())
                            .told()
                            .execution();
  std::string names;
  for (const ResultColumn& key : one.key_columns) {
    if (!names.empty()) names += ' ';
    names += key.name;
  }
  CHECK(one.columns == fields.size());
  return names;
}

Field field(std::string_view name, std::uint32_t type, std::uint32_t table_oid = table) {
  return {name, table_oid, 1, type, 0};
}

}  // namespace

TEST_CASE("columns of types that can be keys are chosen") {
  CHECK(chosen({field("id", type_oid::int4), field("paid", type_oid::boolean),
                field("price", type_oid::numeric), field("at", type_oid::timestamptz),
                field("state", enum_type), field("name", type_oid::varchar),
                field("data", type_oid::jsonb), field("number", type_oid::int8)}) ==
        "id state name number");
}

TEST_CASE("computed columns are chosen only by name") {
  CHECK(chosen({field("count", type_oid::int8, 0), field("author_id", type_oid::int8, 0),
                field("authorId", type_oid::int4, 0), field("paid", type_oid::int4, 0),
                field("ORDER_UUID", type_oid::uuid, 0), field("natural_key", type_oid::text, 0),
                field("pk", type_oid::numeric, 0)}) ==
        "author_id authorId ORDER_UUID natural_key pk");
}

TEST_CASE("of more key-like columns than are kept the number is told") {
  const std::vector<Field> three{field("a_id", type_oid::int4), field("name", type_oid::text),
                                 field("b_id", type_oid::int4)};
  const auto run = [&](std::size_t most) {
    Limits limits;
    limits.key_columns = most;
    return Scenario()
        .with(limits)
        .client(query("select"))
        .server(backend::row_description(three) + backend::data_row({"1", "x", "2"}) +
                tag("SELECT 1") + ready())
        .told()
        .execution();
  };
  CHECK(run(3).keys_left_out == 0);
  const Execution one = run(1);
  CHECK(one.keys_left_out == 2);
  CHECK(one.cells == std::vector{number(1)});
}

TEST_CASE("as many as 32 columns may be kept, each in its format") {
  Limits limits;
  limits.key_columns = 1000;
  std::vector<std::string> names;
  for (int i = 0; i < 40; ++i) names.push_back("c" + std::to_string(i) + "_id");
  std::vector<Field> fields;
  for (const std::string& name : names) fields.push_back(field(name, type_oid::int4));
  fields[31].format = 1;
  std::vector<std::string_view> cells(40, "7");
  const std::string binary = int4(7);
  cells[31] = binary;
  const Execution one = Scenario()
                            .with(limits)
                            .client(query("select"))
                            .server(backend::row_description(fields) + backend::data_row(cells) +
                                    tag("SELECT 1") + ready())
                            .told()
                            .execution();
  CHECK(one.cells == std::vector<ValueHash>(32, number(7)));
  CHECK(one.keys_left_out == 8);
}

TEST_CASE("of more than eight, names go before integers before texts") {
  std::vector<std::string> names;
  for (int i = 0; i < 10; ++i) names.push_back("text" + std::to_string(i));
  std::vector<Field> fields;
  for (const std::string& name : names) fields.push_back(field(name, type_oid::text));
  CHECK(chosen(fields) == "text0 text1 text2 text3 text4 text5 text6 text7");
  fields.push_back(field("number", type_oid::int4));
  fields.push_back(field("a_id", type_oid::int4));
  fields.push_back(field("b_id", type_oid::uuid));
  CHECK(chosen(fields) == "text0 text1 text2 text3 text4 number a_id b_id");
}

TEST_CASE("a cell that is NULL, too long or not of its type has no value") {
  const std::string long_text(65, 'x'), longest(64, 'x');
  const Execution one =
      Scenario()
          .client(query("select id, name from a"))
          .server(id_and_name() + backend::data_row({backend::null_value, long_text}) +
                  row("many", longest) + tag("SELECT 2") + ready())
          .told()
          .execution();
  CHECK(one.cells ==
        std::vector<ValueHash>{no_value, no_value, no_value, test_hasher().text(25, longest)});
}

TEST_CASE("columns between and behind the keys are passed over") {
  const Execution one =
      Scenario()
          .client(query("select"))
          .server(
              backend::row_description({field("a", type_oid::json), field("b_id", type_oid::int4),
                                        field("c", type_oid::bytea), field("d_id", type_oid::int8),
                                        field("e", type_oid::float8)}) +
              backend::data_row({"{}", "1", backend::null_value, "2", "3.5"}) + tag("SELECT 1") +
              ready())
          .told()
          .execution();
  CHECK(one.cells == std::vector{test_hasher().integer(1), test_hasher().integer(2)});
}

TEST_CASE("cells of the first thousand rows are kept, and rows counted on") {
  std::string rows;
  for (int i = 0; i < 1200; ++i) rows += row(std::to_string(i), "x");
  const Execution one = Scenario()
                            .client(query("select id, name from a"))
                            .server(id_and_name() + rows + tag("SELECT 1200") + ready())
                            .told_in_whole()
                            .execution();
  CHECK(one.rows == 1200);
  CHECK(one.cells.size() == 2000);
  CHECK(one.cells[1998] == test_hasher().integer(999));
}

TEST_CASE("how many rows are looked at is a limit") {
  Limits limits;
  limits.indexed_rows = 2;
  const std::string huge(100'000, 'x');
  const Execution one = Scenario()
                            .with(limits)
                            .client(query("select id, name from a"))
                            .server(id_and_name() + row("1", "x") + row("2", "y") + row("3", huge) +
                                    tag("SELECT 3") + ready())
                            .told_in_whole()
                            .execution();
  CHECK(one.rows == 3);
  CHECK(one.cells.size() == 4);
  CHECK(one.row_hash.rows == 2);
  CHECK(one.sizes.rows == 0);
}

TEST_CASE("a row beyond the limit is walked, wherever it is cut") {
  const std::string huge(40'000, 'x');
  const std::string description =
      backend::row_description({field("a_id", type_oid::int4), field("blob", type_oid::bytea),
                                field("b_id", type_oid::int4)});
  const std::string answer = description + backend::data_row({"1", huge, "22"}) +
                             backend::data_row({"3", "y", "4"}) + tag("SELECT 2") + ready();
  const std::vector expected{test_hasher().integer(1), test_hasher().integer(22),
                             test_hasher().integer(3), test_hasher().integer(4)};
  for (std::size_t chunk : {std::size_t{1}, std::size_t{7}, std::size_t{16'384}, answer.size()}) {
    Scenario scenario = Scenario().client(query("select"));
    for (std::size_t at = 0; at < answer.size(); at += chunk) {
      scenario.server(answer.substr(at, chunk));
    }
    const Execution one = scenario.told_in_whole().execution();
    CHECK(one.cells == expected);
    CHECK(one.rows == 2);
    CHECK(one.columns == 3);
  }
}

TEST_CASE("of a long row that is cut by the end no cell is told") {
  const std::string huge(40'000, 'x');
  const std::string description =
      backend::row_description({field("a_id", type_oid::int4), field("blob", type_oid::bytea)});
  const Execution one = Scenario()
                            .client(query("select"))
                            .server(description + backend::data_row({"1", "y"}) +
                                    backend::data_row({"2", huge}).substr(0, 30'000))
                            .closed()
                            .told_in_whole()
                            .execution();
  CHECK(one.outcome == Outcome::cut);
  CHECK(one.rows == 1);
  CHECK(one.cells == std::vector{test_hasher().integer(1)});
}

TEST_CASE("a result that nobody described has its number of columns") {
  const Execution one = Scenario()
                            .client(frontend::parse("", "select") + frontend::bind("", "") +
                                    frontend::execute("") + frontend::sync())
                            .server(parse_complete() + bind_complete() + row("1", "x") +
                                    row("2", "y") + tag("SELECT 2") + ready())
                            .told()
                            .execution();
  CHECK(one.columns == 2);
  CHECK(one.cells.empty());
  CHECK(one.rows == 2);
}

TEST_CASE("a description that was read before reads the same, among many and when it is long") {
  std::vector<std::string> names;
  for (int i = 0; i < 200; ++i) names.push_back("c" + std::to_string(i) + "_id");
  const std::string padding(40, 'x');
  const auto description = [&](int i) {
    const auto index = static_cast<std::size_t>(i);
    std::vector<Field> fields{field(names[index], type_oid::int4)};
    // Every third is too long to be remembered.
    if (i % 3 == 0) fields.insert(fields.end(), 150, field(padding, type_oid::bytea));
    return backend::row_description(fields);
  };
  std::string asked, answers;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 200; ++i) {
      asked += query("select");
      answers += description(i) + tag("SELECT 0") + ready();
    }
  }
  const auto all = Scenario().client(asked).server(answers).told_in_whole().executions();
  REQUIRE(all.size() == 600);
  for (std::size_t i = 0; i < all.size(); ++i) {
    REQUIRE(all[i].key_columns.size() == 1);
    CHECK(all[i].key_columns.front().name == names[i % 200]);
    CHECK(all[i].columns == (i % 200 % 3 == 0 ? 151 : 1));
  }
}
