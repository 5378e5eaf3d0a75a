#include <catch2/catch.hpp>

#include "tests/session/scenario.hpp"

using namespace onetrip;
using namespace std::string_literals;
using backend::Field;
using frontend::query;

namespace {

/// What an answer of these rows is told as, whether or not a column of it may be a key.
Execution of(const std::string& description, const std::string& rows, std::size_t chunk = 0) {
  Scenario scenario = Scenario().client(query("select"));
  const std::string answer = description + rows + tag("SELECT 2") + ready();
  if (chunk == 0) chunk = answer.size();
  for (std::size_t at = 0; at < answer.size(); at += chunk) {
    scenario.server(answer.substr(at, chunk));
  }
  return scenario.told_in_whole().execution();
}

RowHash hash(const std::string& rows, std::size_t chunk = 0) {
  return of(id_and_name(), rows, chunk).row_hash;
}

std::string no_keys() {
  return backend::row_description({Field{"paid", 0, 0, type_oid::boolean, 0}});
}

std::string repeated(const std::string& row, std::size_t times) {
  std::string rows;
  for (std::size_t i = 0; i < times; ++i) rows += row;
  return rows;
}

}  // namespace

TEST_CASE("equal rows have equal hashes, others other ones") {
  const RowHash one = hash(row("1", "x") + row("2", "y"));
  CHECK(one == hash(row("1", "x") + row("2", "y")));
  CHECK(one != hash(row("1", "x") + row("2", "z")));
  CHECK(one != hash(row("2", "y") + row("1", "x")));
  CHECK(one != hash(row("1", "x")));
  CHECK(hash(row("1", "x")) != hash(row("1", "x") + row("1", "x")));
  CHECK(hash(row("12", "3")) != hash(row("1", "23")));
  CHECK(one.value != 0);
}

TEST_CASE("a result without rows has no hash") {
  CHECK(hash("") == RowHash{});
}

TEST_CASE("rows are hashed whether or not there are keys among their columns") {
  const auto paid = [](std::string_view value) {
    return of(no_keys(), backend::data_row({value})).row_hash;
  };
  CHECK(paid("t") == paid("t"));
  CHECK(paid("t") != paid("f"));
  CHECK(paid("t") != RowHash{});
}

TEST_CASE("where rows are cut makes no difference to their hash") {
  Scenario()
      .client(query("select"))
      .server(no_keys() + backend::data_row({"t"}) + backend::data_row({backend::null_value}) +
              tag("SELECT 2") + ready())
      .told();
  const std::string huge(40'000, 'x');
  const std::string rows = row("1", huge) + row("2", "y") + row("3", huge) + row("4", huge);
  const RowHash whole = hash(rows);
  for (const std::size_t chunk : {1U, 7U, 16'383U, 16'384U, 50'000U})
    CHECK(hash(rows, chunk) == whole);
}

TEST_CASE("of long rows the first 64 KiB of each count, and how long they are") {
  std::string huge(100'000, 'x');
  const RowHash one = hash(row("1", huge));
  CHECK(one.bytes > 100'000);
  huge[60'000] = 'y';
  CHECK(hash(row("1", huge)) != one);
  huge[60'000] = 'x';
  huge[90'000] = 'y';
  CHECK(hash(row("1", huge)) == one);
  CHECK(hash(row("1", huge + "x")) != one);
}

TEST_CASE("rows that begin beyond 64 KiB are not hashed") {
  const std::string full = repeated(row("1", std::string(1000, 'x')), 70);
  const RowHash one = hash(full + row("2", "y"));
  CHECK(one.bytes >= RowHash::most_bytes);
  CHECK(one.bytes < RowHash::most_bytes + 2000);
  CHECK(one == hash(full + row("3", "z")));
}

TEST_CASE("rows beyond the first thousand are not hashed") {
  const std::string thousand = repeated(row("1", "x"), 1000);
  CHECK(hash(thousand + row("2", "y")) == hash(thousand + row("3", "z")));
  CHECK(hash(thousand + row("2", "y"), 7) == hash(thousand));
  CHECK(hash(thousand) != hash(repeated(row("1", "x"), 999)));
}

TEST_CASE("rows of a portal that is run in pieces are one result") {
  const auto run = [](const std::string& answers, int pieces) {
    std::string asked = frontend::parse("", "select") + frontend::bind("", "");
    for (int i = 0; i < pieces; ++i) asked += frontend::execute("", pieces == 1 ? 0 : 1);
    return Scenario()
        .client(asked + frontend::sync())
        .server(parse_complete() + bind_complete() + answers + ready())
        .told()
        .execution()
        .row_hash;
  };
  const RowHash whole = run(row("1", "x") + row("2", "y") + tag("SELECT 2"), 1);
  CHECK(whole == run(row("1", "x") + portal_suspended() + row("2", "y") + portal_suspended() +
                         tag("SELECT 0"),
                     3));
}

TEST_CASE("what an execution leaves behind is not the next one's") {
  const auto both = Scenario()
                        .client(query("select") + query("select"))
                        .server(id_and_name() + row("1", "x") + tag("SELECT 1") + ready() +
                                id_and_name() + row("1", "x") + tag("SELECT 1") + ready())
                        .told()
                        .executions();
  REQUIRE(both.size() == 2);
  CHECK(both[0].row_hash == both[1].row_hash);
}
