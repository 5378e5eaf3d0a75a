#include "analyzer/sinks/history.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <future>

#include "tests/sinks/history_story.hpp"

using namespace onetrip;
using State = Vitals::Store::State;

namespace {

History::Config config_of(const HistoryFolder& folder) {
  History::Config config;
  config.path = folder.file();
  config.max_age = std::chrono::hours(24 * 365 * 100);
  return config;
}

/// A history that has opened its file, or tried to.
class Kept {
 public:
  explicit Kept(const History::Config& config) : history(config) {
    history.start([this](const std::vector<Finding>& found, bool is_new) {
      restored = found;
      made = is_new;
    });
    settle();
  }
  /// Everything handed over before was tried to be written.
  StatementHistory settle(const std::string& fingerprint = "v1:a") {
    std::promise<StatementHistory> answer;
    history.read(fingerprint, 100, [&](const StatementHistory& past) { answer.set_value(past); });
    return answer.get_future().get();
  }
  State state() const { return history.vitals().state; }
  std::uint64_t failures(const char* reason) const { return history.vitals().failures.at(reason); }

  std::vector<Finding> restored;
  bool made = false;
  History history;
};

}  // namespace

TEST_CASE("what one history was given, the next has") {
  const HistoryFolder folder;
  {
    Kept kept(config_of(folder));
    CHECK(kept.made);
    CHECK(kept.restored.empty());
    CHECK(kept.state() == State::kept);
    kept.history.findings({finding_of("b", 2000), finding_of("a", 1000)});
    kept.history.minute(minute_of("v1:a", a_minute_ms, 4));
  }
  Kept kept(config_of(folder));
  CHECK_FALSE(kept.made);
  REQUIRE(kept.restored.size() == 2);
  CHECK(kept.restored[0].id == "a");
  const StatementHistory past = kept.settle();
  REQUIRE(past.minutes.size() == 1);
  CHECK(past.minutes[0].calls == 4);
}

TEST_CASE("what is too old is not there any more") {
  const HistoryFolder folder;
  History::Config config = config_of(folder);
  { Kept(config).history.findings({finding_of("a", 1000)}); }
  config.max_age = std::chrono::hours(24);
  CHECK(Kept(config).restored.empty());
}

TEST_CASE("what was forgotten does not come back") {
  const HistoryFolder folder;
  {
    Kept kept(config_of(folder));
    kept.history.findings({finding_of("a", 1000)});
    kept.settle();
    kept.history.findings({finding_of("b", 1000)});
    kept.history.forget();
    kept.history.findings({finding_of("c", 1000)});
  }
  Kept kept(config_of(folder));
  REQUIRE(kept.restored.size() == 1);
  CHECK(kept.restored[0].id == "c");
}

TEST_CASE("a damaged file is moved aside, and a new one begun") {
  const HistoryFolder folder;
  std::ofstream(folder.file()) << broken_database();
  {
    Kept kept(config_of(folder));
    CHECK(kept.state() == State::kept);
    CHECK(kept.failures("damaged") == 1);
    CHECK(kept.made);
    kept.history.findings({finding_of("a", 1000)});
  }
  CHECK(folder.damaged() == 1);
  CHECK(Kept(config_of(folder)).restored.size() == 1);
}

TEST_CASE("a file that never was a database stays where it is, and no history is kept") {
  const HistoryFolder folder;
  std::ofstream(folder.file()) << "my notes";
  Kept kept(config_of(folder));
  CHECK(kept.state() == State::refused);
  CHECK(kept.failures("foreign") == 1);
  CHECK_THAT(
      kept.history.vitals().why,
      Catch::Contains("is not onetrip's (it is no database of SQLite). It is left as it is"));
  CHECK(folder.damaged() == 0);
}

TEST_CASE("a file that was damaged in its middle is found out by what reads there") {
  const HistoryFolder folder;
  {
    Kept kept(config_of(folder));
    for (int i = 0; i < 100; ++i)
      kept.history.findings({finding_of("finding " + std::to_string(i), 1000)});
  }
  {
    std::fstream file(folder.file(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(100'000, 'x');
  }
  Kept kept(config_of(folder));
  CHECK(kept.state() == State::kept);
  CHECK(kept.failures("damaged") == 1);
  CHECK(folder.damaged() == 1);
}

TEST_CASE("a newer file is left alone, and traffic's findings are not gathered for it") {
  const HistoryFolder folder;
  { Kept kept(config_of(folder)); }
  Sqlite(folder.file()).run("PRAGMA user_version = 2");
  Kept kept(config_of(folder));
  CHECK(kept.state() == State::refused);
  CHECK(kept.failures("newer") == 1);
  CHECK_THAT(kept.history.vitals().why, Catch::Contains("newer onetrip"));
  kept.history.findings({finding_of("a", 1000)});
  kept.settle();
  CHECK(kept.failures("newer") == 1);
  CHECK(folder.damaged() == 0);
}

TEST_CASE("a file that another process has is waited for, and nothing is lost meanwhile") {
  const HistoryFolder folder;
  auto other = std::make_unique<HistoryFile>(folder.file(), roomy);
  {
    Kept kept(config_of(folder));
    CHECK(kept.state() == State::failing);
    CHECK(kept.failures("busy") == 1);
    kept.history.findings({finding_of("a", 1000)});
    kept.settle();
    CHECK(kept.failures("busy") == 1);  // not tried again at once
    other.reset();
  }
  CHECK(Kept(config_of(folder)).restored.size() == 1);
}

TEST_CASE("minutes that cannot be written are kept within a bound, and the rest is counted") {
  const HistoryFolder folder;
  History::Config config = config_of(folder);
  config.path = folder.path + "/nowhere/history.db";
  Kept kept(config);
  CHECK(kept.state() == State::failing);
  CHECK_THAT(kept.history.vitals().why, Catch::Contains("Its folder must be there"));
  for (int i = 0; i < 15; ++i) kept.history.minute(minute_of("v1:a", i * a_minute_ms, 1));
  kept.settle();
  CHECK(kept.history.vitals().lost == 5);
}
