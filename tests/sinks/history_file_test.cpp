#include "analyzer/sinks/history_file.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/sinks/history_story.hpp"

using namespace onetrip;

namespace {

HistoryFault fault_at_opening(const std::string& path) {
  try {
    HistoryFile file(path, roomy);
  } catch (const HistoryError& error) {
    return error.fault();
  }
  FAIL("it could be opened");
  return HistoryFault::other;
}

HistoryBatch findings(std::initializer_list<Finding> list) {
  HistoryBatch batch;
  for (const Finding& finding : list) batch.findings[finding.id] = finding;
  return batch;
}

HistoryBatch minutes(std::initializer_list<ProfiledMinute> list) {
  HistoryBatch batch;
  batch.minutes = list;
  return batch;
}

std::vector<std::string> ids(HistoryFile& file, std::size_t most = 100) {
  std::vector<std::string> out;
  for (const Finding& finding : file.findings(most)) out.push_back(finding.id);
  return out;
}

std::vector<std::int64_t> times(HistoryFile& file, const std::string& fingerprint,
                                std::size_t most = 100'000) {
  std::vector<std::int64_t> out;
  for (const auto& minute : file.statement(fingerprint, most).minutes) out.push_back(minute.at_ms);
  return out;
}

void alter(const std::string& path, const char* sql) {
  Sqlite(path).run(sql);
}

}  // namespace

TEST_CASE("what was written is there again, the oldest finding first") {
  const HistoryFolder folder;
  {
    HistoryFile file(folder.file(), roomy);
    CHECK(file.made());
    file.write(findings({finding_of("b", 2000), finding_of("a", 3000), finding_of("c", 1000)}));
    file.write(findings({finding_of("c", 4000)}));
  }
  HistoryFile file(folder.file(), roomy);
  CHECK_FALSE(file.made());
  CHECK(ids(file) == std::vector<std::string>{"b", "a", "c"});
  CHECK(ids(file, 2) == std::vector<std::string>{"a", "c"});
  const Finding found = file.findings(1).front(), given = finding_of("c", 4000);
  CHECK(found.title == given.title);
  CHECK(found.seen.windows == given.seen.windows);
  CHECK(found.seen.first == given.seen.first);
  CHECK(found.link->matched == given.link->matched);
  CHECK(found.evidence.sizes.size() == given.evidence.sizes.size());
}

TEST_CASE("a statement's minutes come in order, the newest of them") {
  const HistoryFolder folder;
  HistoryFile file(folder.file(), roomy);
  file.write(minutes({minute_of("v1:a", 2 * a_minute_ms, 5), minute_of("v1:b", a_minute_ms, 1),
                      minute_of("v1:a", a_minute_ms, 1)}));
  const StatementHistory past = file.statement("v1:a", 10);
  CHECK(past.summary == "SELECT author");
  CHECK(past.text == "SELECT * FROM author WHERE id = ?");
  REQUIRE(past.minutes.size() == 2);
  CHECK(past.minutes[0].at_ms == a_minute_ms);
  const StatementHistory::Minute& newest = past.minutes[1];
  CHECK(newest.calls == 5);
  CHECK(newest.rows == 15);
  CHECK(newest.bytes == 500);
  CHECK(newest.errors == 0);
  CHECK(newest.total_ms == 10);
  CHECK(newest.p50_ms == Approx(2).epsilon(0.02));
  CHECK(times(file, "v1:a", 1) == std::vector<std::int64_t>{2 * a_minute_ms});
  CHECK(file.statement("v1:unknown", 10).minutes.empty());
}

TEST_CASE("what is older than wanted is forgotten, and statements without minutes with it") {
  const HistoryFolder folder;
  HistoryFile file(folder.file(), roomy);
  file.write(findings({finding_of("old", 1000), finding_of("new", 5000)}));
  file.write(minutes(
      {minute_of("v1:a", 1000, 1), minute_of("v1:a", 5000, 1), minute_of("v1:gone", 1000, 1)}));
  file.forget_before(5000);
  CHECK(ids(file) == std::vector<std::string>{"new"});
  CHECK(times(file, "v1:a") == std::vector<std::int64_t>{5000});
  CHECK(file.statement("v1:gone", 1).text.empty());
}

TEST_CASE("a batch that forgets begins with that") {
  const HistoryFolder folder;
  HistoryFile file(folder.file(), roomy);
  file.write(findings({finding_of("old", 1000)}));
  file.write(minutes({minute_of("v1:a", 1000, 1)}));
  HistoryBatch batch = findings({finding_of("new", 2000)});
  batch.forget = true;
  file.write(batch);
  CHECK(ids(file) == std::vector<std::string>{"new"});
  CHECK(times(file, "v1:a").empty());
}

TEST_CASE("the file stays below its limit, and the oldest minutes go first") {
  const HistoryFolder folder;
  constexpr std::uint64_t limit = 1U << 20;
  constexpr std::int64_t last = 40'000;
  HistoryFile file(folder.file(), limit);
  file.write(findings({finding_of("kept", 1000)}));
  for (std::int64_t at = 1; at <= last;) {
    HistoryBatch batch;
    for (int i = 0; i < 1000; ++i, ++at)
      batch.minutes.push_back(minute_of("v1:a", at * a_minute_ms, 1));
    file.write(batch);
    CHECK(file.bytes() <= limit);
  }
  const std::vector<std::int64_t> left = times(file, "v1:a");
  REQUIRE(!left.empty());
  CHECK(left.back() == last * a_minute_ms);
  CHECK(left.front() > a_minute_ms);
  CHECK(left.size() == static_cast<std::size_t>((left.back() - left.front()) / a_minute_ms + 1));
  CHECK(ids(file) == std::vector<std::string>{"kept"});
}

TEST_CASE("a limit that was lowered makes the file smaller") {
  const HistoryFolder folder;
  constexpr std::uint64_t limit = 1U << 20;
  {
    HistoryFile file(folder.file(), roomy);
    HistoryBatch batch;
    for (std::int64_t at = 1; at <= 60'000; ++at)
      batch.minutes.push_back(minute_of("v1:a", at * a_minute_ms, 1));
    file.write(batch);
    CHECK(file.bytes() > limit);
  }
  HistoryFile file(folder.file(), limit);
  CHECK(file.bytes() <= limit);
  CHECK(times(file, "v1:a").back() == 60'000 * a_minute_ms);
}

TEST_CASE("where only findings fill the file, the oldest go") {
  const HistoryFolder folder;
  constexpr std::uint64_t limit = 1U << 20;
  HistoryFile file(folder.file(), limit);
  for (int i = 0; i < 1000; ++i)
    file.write(findings({finding_of("finding " + std::to_string(i), 1000 + i)}));
  const std::vector<std::string> left = ids(file, 1000);
  CHECK(left.size() < 1000);
  CHECK(left.back() == "finding 999");
  CHECK(left.front() == "finding " + std::to_string(1000 - left.size()));
}

TEST_CASE("only its owner may read it") {
  const HistoryFolder folder;
  HistoryFile file(folder.file(), roomy);
  file.write(findings({finding_of("a", 1000)}));
  for (const char* end : {"", "-wal"}) {
    struct stat facts {};
    REQUIRE(::stat((folder.file() + end).c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
  }
}

TEST_CASE("a file of a newer version is refused and left as it is") {
  const HistoryFolder folder;
  { HistoryFile(folder.file(), roomy).write(findings({finding_of("a", 1000)})); }
  alter(folder.file(), "PRAGMA user_version = 2; CREATE TABLE more (x)");
  CHECK(fault_at_opening(folder.file()) == HistoryFault::newer);
  Sqlite left(folder.file());
  CHECK(left.number("PRAGMA user_version") == 2);
  CHECK(left.number("SELECT count(*) FROM finding") == 1);
}

TEST_CASE("a database of another program is refused and left as it is") {
  const HistoryFolder folder;
  alter(folder.file(), "CREATE TABLE mine (x); INSERT INTO mine VALUES (7)");
  CHECK(fault_at_opening(folder.file()) == HistoryFault::foreign);
  CHECK(Sqlite(folder.file()).number("SELECT x FROM mine") == 7);
}

TEST_CASE("what is no database is refused and left as it is, however short") {
  for (const std::string content :
       {"x", "my notes\n", "SQLite format 3 is a file format\n", "host,port\ndb,5432\n"}) {
    const HistoryFolder folder;
    std::ofstream(folder.file()) << content;
    CHECK(fault_at_opening(folder.file()) == HistoryFault::foreign);
    std::ifstream left(folder.file());
    CHECK(std::string(std::istreambuf_iterator<char>(left), {}) == content);
  }
}

TEST_CASE("an empty file is as good as none") {
  const HistoryFolder folder;
  std::ofstream(folder.file()).close();
  CHECK(HistoryFile(folder.file(), roomy).made());
}

TEST_CASE("a broken database, a missing folder, a file in use: each is told apart") {
  const HistoryFolder folder;
  std::ofstream(folder.file()) << broken_database();
  CHECK(fault_at_opening(folder.file()) == HistoryFault::damaged);
  CHECK(fault_at_opening(folder.path + "/nowhere/history.db") == HistoryFault::other);
  CHECK(fault_at_opening(folder.path) == HistoryFault::other);
  const std::string other = folder.path + "/other.db";
  HistoryFile first(other, roomy);
  CHECK(fault_at_opening(other) == HistoryFault::busy);
}

TEST_CASE("a row that cannot be understood costs no other") {
  const HistoryFolder folder;
  {
    HistoryFile file(folder.file(), roomy);
    file.write(findings({finding_of("a", 1000), finding_of("b", 2000)}));
  }
  alter(folder.file(), "UPDATE finding SET json = substr(json, 1, 40) WHERE id = 'a'");
  HistoryFile file(folder.file(), roomy);
  CHECK(ids(file) == std::vector<std::string>{"b"});
}
