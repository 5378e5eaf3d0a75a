#include "analyzer/history_feed.hpp"

#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using namespace onetrip::test;
using namespace std::chrono_literals;

namespace {

struct Kept final : HistorySink {
  void findings(std::vector<Finding> changed) override {
    for (Finding& finding : changed) handed.push_back(std::move(finding));
    ++calls;
  }
  void minute(ProfiledMinute minute) override { minutes.push_back(std::move(minute)); }
  void forget() override { ++forgotten; }

  std::vector<Finding> handed;
  std::vector<ProfiledMinute> minutes;
  int calls = 0, forgotten = 0;
};

void loop(Story& story, std::size_t rows = 5) {
  std::vector<std::vector<std::int64_t>> books;
  for (std::size_t i = 0; i < rows; ++i) books.push_back({static_cast<std::int64_t>(i + 7)});
  story.run("SELECT author_id FROM book LIMIT 10").gives({"book.author_id"}, books);
  for (const auto& book : books)
    story.run("SELECT * FROM author WHERE id = $1", book).gives({"author.id"}, {book});
}

std::uint64_t calls_of(const ProfiledMinute& minute) {
  std::uint64_t calls = 0;
  for (const ProfiledMinute::Row& row : minute.rows) calls += row.cost.durations.count();
  return calls;
}

/// One statement at a time, told to the engine at once.
void run(Story& story) {
  story.run("SELECT * FROM author WHERE id = $1", {7}).gives({"author.id"}, {{7}});
  story.wait(0ms);
}

}  // namespace

TEST_CASE("a finding is handed over when it changed, with all that was seen of it") {
  Story story;
  Kept kept;
  story.engine().keep(&kept);
  loop(story);
  REQUIRE(story.findings().size() == 1);
  REQUIRE(kept.handed.size() == 1);
  CHECK(kept.handed[0].rule == "n-plus-one");
  story.findings();
  CHECK(kept.calls == 1);
  loop(story.wait(1s));
  story.findings();
  REQUIRE(kept.handed.size() == 2);
  CHECK(kept.handed[1].seen.windows == 2);
}

TEST_CASE("findings are handed over by the clock, too, at most once a second") {
  Story story;
  Kept kept;
  story.engine().keep(&kept);
  loop(story);
  story.wait(3s);
  story.engine().tick(story.now());
  CHECK(kept.calls == 1);
  loop(story);
  story.wait(200ms);
  story.engine().tick(story.now());
  CHECK(kept.calls == 1);
  REQUIRE(story.engine().next_due());
  CHECK(*story.engine().next_due() <= story.now() + 1s);
  story.engine().tick(story.now() + 1s);
  CHECK(kept.calls == 2);
}

TEST_CASE("statements are handed over minute by minute") {
  Story story;  // its wall clock begins with a minute
  Kept kept;
  story.engine().keep(&kept);
  run(story);
  run(story);
  CHECK(story.engine().next_due() <= Time(60s));
  run(story.wait(60s));
  REQUIRE(kept.minutes.size() == 1);
  CHECK(kept.minutes[0].at_ms == 0);
  CHECK(calls_of(kept.minutes[0]) == 2);
  CHECK(kept.minutes[0].rows[0].summary == "SELECT author");
  run(story.wait(180s));  // nothing came in two minutes
  REQUIRE(kept.minutes.size() == 2);
  CHECK(kept.minutes[1].at_ms == 60'000);
  CHECK(calls_of(kept.minutes[1]) == 1);
  story.engine().shut_down(story.now());
  REQUIRE(kept.minutes.size() == 3);
  CHECK(kept.minutes[2].at_ms == 240'000);
}

TEST_CASE("the profile goes on over the minutes") {
  Story story;
  Kept kept;
  story.engine().keep(&kept);
  for (int i = 0; i < 3; ++i) run(story.wait(60s));
  const std::vector<Profile::Row> rows = story.engine().statements("", 10);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].calls == 3);
  CHECK(rows[0].total_ms == Approx(3));
  CHECK(rows[0].p50_ms == Approx(1).epsilon(0.02));
}

TEST_CASE("without a sink nothing is due for it") {
  Story story;
  loop(story);
  story.findings();
  for (int i = 0; i < 2; ++i) {  // until its window is forgotten
    story.wait(100s);
    story.engine().tick(story.now());
  }
  CHECK_FALSE(story.engine().next_due());
}

TEST_CASE("what is forgotten here is forgotten there") {
  Story story;
  Kept kept;
  story.engine().keep(&kept);
  loop(story);
  story.wait(0ms);
  story.engine().reset();
  CHECK(kept.forgotten == 1);
  CHECK(kept.handed.empty());
  story.engine().shut_down(story.now());
  CHECK(kept.minutes.empty());
}

TEST_CASE("a restored finding is known again, and goes on") {
  Story before;
  loop(before);
  const Finding old = before.only();

  Story story;
  story.engine().restore({old});
  REQUIRE(story.findings().size() == 1);
  CHECK(story.only().seen.windows == 1);
  loop(story, 9);
  const Finding now = story.only();
  CHECK(now.id == old.id);
  CHECK(now.seen.windows == 2);
  CHECK(now.seen.first == old.seen.first);
  CHECK(now.seen.worst_count == 9);
  CHECK(now.evidence.count == 9);
  CHECK(now.evidence.growth == "linear");  // of one size before and one after
}

TEST_CASE("a finding that came again before it was restored is one finding") {
  Story before;
  loop(before, 9);
  Finding old = before.only();
  old.seen.windows = 41;
  old.seen.first = "1969-01-01T00:00:00.000Z";

  Story story;
  loop(story);
  story.findings();
  Kept kept;
  story.engine().keep(&kept);
  story.engine().restore({old});
  const Finding now = story.only();
  CHECK(now.seen.windows == 42);
  CHECK(now.seen.first == old.seen.first);
  CHECK(now.seen.examples.size() == 2);
  CHECK(now.evidence.count == 9);
  CHECK(kept.handed.back().seen.windows == 42);
}

TEST_CASE("all findings are handed over again when the history was lost") {
  Story story;
  Kept kept;
  story.engine().keep(&kept);
  loop(story);
  story.findings();
  CHECK(kept.handed.size() == 1);
  story.engine().keep_all();
  story.findings();
  CHECK(kept.handed.size() == 2);
}
