#include <catch2/catch.hpp>

#include "tests/session/scenario.hpp"

using namespace onetrip;
using namespace std::string_literals;
using backend::Field;
using frontend::query;

namespace {

constexpr std::size_t kib = 1024;

std::string repeated(const std::string& row, std::size_t times) {
  std::string rows;
  for (std::size_t i = 0; i < times; ++i) rows += row;
  return rows;
}

/// What an answer of these rows is told as. A chunk of 0: in one piece.
Execution of(const std::string& rows, std::size_t chunk = 0,
             const std::string& description = id_and_name()) {
  Scenario scenario = Scenario().client(query("select"));
  const std::string answer = description + rows + tag("SELECT 2") + ready();
  if (chunk == 0) chunk = answer.size();
  for (std::size_t at = 0; at < answer.size(); at += chunk) {
    scenario.server(answer.substr(at, chunk));
  }
  return scenario.told_in_whole().execution();
}

}  // namespace

TEST_CASE("of a small result no sizes are counted") {
  const Execution one = of(repeated(row("1", std::string(100, 'x')), 500));
  CHECK(one.bytes < ColumnSizes::begin);
  CHECK(one.sizes.rows == 0);
  CHECK(one.sizes.bytes.empty());
}

TEST_CASE("of a larger one those rows are counted that end beyond its first 64 KiB") {
  const std::string one_row = row("12", std::string(kib, 'x'));
  const Execution one = of(repeated(one_row, 100));
  const std::size_t before = (ColumnSizes::begin - id_and_name().size()) / one_row.size();
  CHECK(one.sizes.rows == 100 - before);
  CHECK(one.sizes.bytes == std::vector<std::uint64_t>{(100 - before) * 2, (100 - before) * kib});
  CHECK(one.sizes.of_bytes == (100 - before) * one_row.size());
}

TEST_CASE("a single row of more than that is counted") {
  const std::string huge = row("1", std::string(100 * kib, 'x'));
  const Execution one = of(huge);
  CHECK(one.sizes.bytes == std::vector<std::uint64_t>{1, 100 * kib});
  CHECK(one.sizes.of_bytes == huge.size());
}

TEST_CASE("a cell counts with the length that it announces, wherever it is cut") {
  const std::string description = backend::row_description(
      {Field{"body", 16400, 1, type_oid::text, 0}, Field{"paid", 16400, 2, type_oid::boolean, 0},
       Field{"data", 16400, 3, type_oid::bytea, 0}});
  const std::string rows =
      repeated(backend::data_row({std::string(30'000, 'x'), "t", std::string(10'000, 'y')}), 3) +
      backend::data_row({backend::null_value, backend::null_value, "z"});
  for (const std::size_t chunk : {std::size_t{0}, std::size_t{1}, std::size_t{7}, 16 * kib}) {
    const Execution one = of(rows, chunk, description);
    CHECK(one.sizes.rows == 3);  // the second ends beyond 64 KiB
    CHECK(one.sizes.bytes == std::vector<std::uint64_t>{60'000, 2, 20'001});
    CHECK(one.columns == 3);
  }
}

TEST_CASE("beyond the first thousand rows nothing is counted") {
  const std::string thousand = repeated(row("1", std::string(100, 'x')), 1000);
  const ColumnSizes once = of(thousand).sizes;
  CHECK(once.rows > 0);
  const std::string huge = row("1", std::string(100 * kib, 'x'));
  for (const std::size_t chunk : {std::size_t{0}, std::size_t{777}}) {
    const ColumnSizes more = of(thousand + repeated(huge, 3), chunk).sizes;
    CHECK(more.rows == once.rows);
    CHECK(more.bytes == once.bytes);
  }
}

TEST_CASE("a result that nobody described is counted by its rows") {
  const Execution one = Scenario()
                            .client(frontend::parse("", "select") + frontend::bind("", "") +
                                    frontend::execute("") + frontend::sync())
                            .server(parsed_and_bound() + row("1", std::string(100 * kib, 'x')) +
                                    tag("SELECT 1") + ready())
                            .told_in_whole()
                            .execution();
  CHECK(one.sizes.bytes == std::vector<std::uint64_t>{1, 100 * kib});
  CHECK(one.cells.empty());
}

TEST_CASE("rows of a portal that is run in pieces are counted together") {
  const std::string huge = row("1", std::string(100 * kib, 'x'));
  const Execution one =
      Scenario()
          .client(frontend::parse("", "select") + frontend::bind("", "") +
                  frontend::execute("", 1) + frontend::execute("", 1) + frontend::sync())
          .server(parsed_and_bound() + huge + portal_suspended() + huge + tag("SELECT 1") + ready())
          .told_in_whole()
          .execution();
  CHECK(one.sizes.rows == 2);
  CHECK(one.sizes.bytes == std::vector<std::uint64_t>{2, 200 * kib});
}

TEST_CASE("of a row that is cut by the end no size is told") {
  const std::string huge = row("1", std::string(100 * kib, 'x'));
  const Execution one = Scenario()
                            .client(query("select"))
                            .server(id_and_name() + huge + huge.substr(0, 50 * kib))
                            .closed()
                            .told_in_whole()
                            .execution();
  CHECK(one.rows == 1);
  CHECK(one.sizes.rows == 0);
  CHECK(one.sizes.bytes.empty());
}

TEST_CASE("a row of more columns than a result can have is not counted") {
  std::vector<std::string_view> values(ColumnSizes::most_columns, "x");
  const std::string whole(100 * kib, 'x');
  values.front() = whole;
  CHECK(of(backend::data_row(values)).sizes.bytes.size() == ColumnSizes::most_columns);
  values.emplace_back("x");
  CHECK(of(backend::data_row(values)).sizes.bytes.empty());
}

TEST_CASE("sizes of one execution are not the next one's") {
  const std::string huge = row("1", std::string(100 * kib, 'x'));
  const auto both = Scenario()
                        .client(query("select") + query("select"))
                        .server(id_and_name() + huge + tag("SELECT 1") + ready() + id_and_name() +
                                huge + tag("SELECT 1") + ready())
                        .told_in_whole()
                        .executions();
  REQUIRE(both.size() == 2);
  CHECK(both[1].sizes.rows == 1);
  CHECK(both[1].sizes.bytes == both[0].sizes.bytes);
}
