#include "analyzer/profile.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "analyzer/request_profile.hpp"
#include "analyzer/statement_cache.hpp"

using namespace onetrip;
using namespace std::chrono_literals;

namespace {

StatementPtr shape(const std::string& sql) {
  return StatementPtr(describe(sql).front());
}

Execution took(Time duration, std::uint64_t rows = 1) {
  Execution execution;
  execution.begun = 1s;
  execution.complete = 1s + duration;
  execution.rows = rows;
  return execution;
}

}  // namespace

TEST_CASE("a quantile is at most two percent from the truth") {
  Histogram histogram;
  for (int i = 1; i <= 100'000; ++i) histogram.add(std::chrono::microseconds(i));
  for (const double share : {0.01, 0.5, 0.95, 0.99, 1.0}) {
    const double truth = share * 100'000;
    const double told = static_cast<double>(histogram.quantile(share) / 1us);
    CHECK(std::abs(told - truth) <= 0.02 * truth);
  }
}

TEST_CASE("a histogram of nothing, of an impossible and of an endless duration") {
  Histogram histogram;
  CHECK(histogram.quantile(0.5) == Time::zero());
  histogram.add(-5ms);
  CHECK(histogram.quantile(0.5) == Time::zero());
  histogram.add(std::chrono::hours(1000));
  CHECK(histogram.quantile(1.0) > std::chrono::hours(18));
}

TEST_CASE("statements are profiled by shape, the dearest first") {
  Profile profile(2000);
  const StatementPtr cheap = shape("SELECT 1 FROM a"), dear = shape("SELECT 1 FROM b");
  for (int i = 0; i < 3; ++i) profile.add(cheap, took(1ms));
  profile.add(dear, took(9ms, 70));
  const std::vector<Profile::Row> rows = profile.rows("", 10);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].fingerprint == dear->fingerprint);
  CHECK(rows[0].share == Approx(0.75));
  CHECK(rows[0].rows == 70);
  CHECK(rows[1].calls == 3);
  CHECK(rows[1].total_ms == Approx(3.0));
  CHECK(rows[1].p99_ms == Approx(1.0).epsilon(0.02));
  CHECK(profile.rows("calls", 1).front().fingerprint == cheap->fingerprint);
}

TEST_CASE(
    "a statement's mean, the time until its answers began, and its errors by class are told") {
  Profile profile(2000);
  const StatementPtr statement = shape("SELECT 1 FROM a");
  Execution slow_to_read = took(9ms);
  slow_to_read.first_answer = slow_to_read.begun + 2ms;
  Execution failed = took(1ms);
  failed.first_answer = failed.complete;
  failed.outcome = Outcome::failed;
  failed.sqlstate = {'2', '3', '5', '0', '5'};
  profile.add(statement, slow_to_read);
  profile.take_minute();
  for (int i = 0; i < 2; ++i) profile.add(statement, failed);
  const Profile::Row row = profile.rows("", 1).front();
  CHECK(row.first_answer_ms == Approx(4.0));
  CHECK(row.mean_ms == Approx(11.0 / 3));
  CHECK(row.errors == 2);
  CHECK(row.errors_by_class == std::map<std::string, std::uint64_t>{{"23", 2}});
}

TEST_CASE("a window counts once for each of its shapes, also when it is closed again") {
  Profile profile(2000);
  const auto add = [&](Window& window, const StatementPtr& statement) {
    profile.add(statement, took(1ms));
    window.trips.emplace_back().statement = statement;
  };
  const auto close = [&](Window& window) { profile.add_window(window, think_times(window)); };
  const auto windows_of = [&](const StatementPtr& statement) {
    for (const Profile::Row& row : profile.rows("", 10))
      if (row.fingerprint == statement->fingerprint) return row.windows;
    return std::uint64_t{0};
  };
  const StatementPtr a = shape("SELECT 1 FROM a"), b = shape("SELECT 1 FROM b");
  Window one, other;
  for (int i = 0; i < 2; ++i) add(one, a);
  close(one);
  add(other, a);
  close(other);
  CHECK(windows_of(a) == 2);
  // Late ones of another connection may be filed before those that were there.
  add(one, b);
  add(one, a);
  std::rotate(one.trips.begin(), one.trips.end() - 1, one.trips.end());
  close(one);
  CHECK(windows_of(a) == 2);
  CHECK(windows_of(b) == 1);
}

TEST_CASE("one shape can be asked for") {
  Profile profile(2000);
  const StatementPtr cheap = shape("SELECT 1 FROM a"), dear = shape("SELECT 1 FROM b");
  profile.add(cheap, took(1ms));
  profile.add(dear, took(3ms));
  const std::optional<Profile::Row> row = profile.row(cheap->fingerprint);
  REQUIRE(row);
  CHECK(row->summary == "SELECT a");
  CHECK(row->share == Approx(0.25));
  CHECK(!profile.row("other"));
  CHECK(!profile.row("v1:0000000000000000"));
}

TEST_CASE("shapes beyond the bound are counted together") {
  Profile profile(3);
  for (std::size_t i = 0; i < 8; ++i) {
    Statement statement;
    statement.id = i + 1;
    statement.fingerprint = std::to_string(i);
    profile.add(StatementPtr(statement), took(1ms));
  }
  const std::vector<Profile::Row> rows = profile.rows("calls", 1);
  CHECK(rows.front().fingerprint == "other");
  CHECK(rows.front().calls == 5);
  CHECK(profile.counted_together() == 5);
}

TEST_CASE("a shape that comes late and takes much is told apart, the least one no more") {
  Profile profile(3);
  const auto run = [&](std::uint64_t id, Time took_so_long) {
    Statement statement;
    statement.id = id;
    statement.fingerprint = std::to_string(id);
    profile.add(StatementPtr(statement), took(took_so_long));
  };
  for (std::uint64_t id = 1; id <= 3; ++id) run(id, std::chrono::milliseconds(id));
  for (int i = 0; i < 10; ++i) run(4, 1ms);
  REQUIRE(profile.row("4"));
  CHECK_FALSE(profile.row("1"));
  CHECK(profile.row("2")->calls == 1);
  // What is told apart is exact from then on; nothing is counted twice, or lost.
  CHECK(profile.row("4")->calls + profile.row("other")->calls == 11);
  CHECK(profile.row("4")->calls == 9);
  CHECK(profile.row("4")->missed_at_most_ms == Approx(1));
  for (const char* whole : {"2", "3"}) CHECK(profile.row(whole)->missed_at_most_ms == 0);
  // One that comes back may have taken all that it did when it was told apart first.
  for (int i = 0; i < 20; ++i) run(1, 1ms);
  REQUIRE(profile.row("1"));
  CHECK(profile.row("1")->missed_at_most_ms >= 1 + 20 - profile.row("1")->total_ms);
}

TEST_CASE("what a shape took is never more than what is told of it and what it may miss") {
  Profile profile(10);
  std::map<std::uint64_t, Time> truth;
  std::uint64_t chance = 1;
  for (std::uint64_t i = 0; i < 50'000; ++i) {
    chance = chance * 6364136223846793005U + 1442695040888963407U;
    // A few take much, and others from one day to the next; ids of one remainder share a place.
    const std::uint64_t id = 1 + (chance >> 33U) % 40 * (i / 10'000 + 1) * 512;
    const Time time = std::chrono::microseconds(1 + (chance >> 50U) % (id % 7 == 0 ? 9000 : 90));
    Statement statement;
    statement.id = id;
    statement.fingerprint = std::to_string(id);
    profile.add(StatementPtr(statement), took(time));
    truth[id] += time;
  }
  std::size_t late = 0;
  double told = 0;
  for (const Profile::Row& row : profile.rows("", 100)) {
    told += row.total_ms;
    if (row.fingerprint == "other") continue;
    const double all = milliseconds_of(truth.at(std::stoull(row.fingerprint)));
    CHECK(row.total_ms <= all + 1e-6);
    CHECK(all <= row.total_ms + row.missed_at_most_ms + 1e-6);
    if (row.missed_at_most_ms > 0) ++late;
  }
  CHECK(late > 0);
  double sum = 0;
  for (const auto& [id, time] : truth) sum += milliseconds_of(time);
  CHECK(told == Approx(sum));
}

TEST_CASE("many that take little do not push each other out") {
  Profile profile(3);
  const auto run = [&](std::uint64_t id) {
    Statement statement;
    statement.id = id;
    statement.fingerprint = std::to_string(id);
    profile.add(StatementPtr(statement), took(1ms));
  };
  for (int round = 0; round < 10; ++round)
    for (std::uint64_t id = 1; id <= 100'000; ++id) run(id);
  for (const char* known : {"1", "2", "3"}) CHECK(profile.row(known)->calls == 10);
}
