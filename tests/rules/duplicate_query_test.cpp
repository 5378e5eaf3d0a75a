#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

constexpr auto rule = "duplicate-query";

Story& author(Story& story, std::int64_t id, std::int64_t version = 1) {
  return story.run("SELECT id, name FROM author WHERE id = " + std::to_string(id))
      .gives({"author.id", "version"}, {{id, version}});
}

bool silent(Story& story) {
  return story.findings(rule).empty();
}

/// The author, something else, and the author again.
bool silent_around(const std::string& between) {
  Story story;
  author(story, 4);
  story.run(between);
  author(story, 4);
  return silent(story);
}

/// Twice the same statement with the same rows.
bool silent_twice(const std::string& sql) {
  Story story;
  for (int i = 0; i < 2; ++i) story.run(sql).gives({"author.id"}, {{4}});
  return silent(story);
}

}  // namespace

TEST_CASE("duplicate: silent: other values") {
  Story story;
  author(story, 4);
  author(story, 5);
  CHECK(silent(story));
}

TEST_CASE("duplicate: silent: other rows") {
  Story story;
  author(story, 4, 1);
  author(story, 4, 2);
  CHECK(silent(story));
}

TEST_CASE("duplicate: silent: a write to its table in between") {
  CHECK(silent_around("UPDATE author SET name = 'x' WHERE id = 9"));
  CHECK(silent_around("INSERT INTO author (name) VALUES ('x')"));
  CHECK(silent_around("DELETE FROM author WHERE id = 9"));
  CHECK(silent_around(
      "WITH gone AS (DELETE FROM author WHERE id = 9 RETURNING *) SELECT * FROM gone"));
  CHECK(silent_around("COPY author FROM STDIN"));
  CHECK(
      silent_around("MERGE INTO author USING award ON award.author_id = author.id WHEN MATCHED "
                    "THEN DELETE"));
}

TEST_CASE("duplicate: silent: what is between may have written anything") {
  CHECK(silent_around("SELECT settle_accounts(4)"));
  CHECK(silent_around("SELECT id, settle(id) FROM orders"));
  CHECK(silent_around("CALL settle(4)"));
  CHECK(silent_around("DO 'begin end'"));
  CHECK(silent_around("EXECUTE settle(4)"));
}

TEST_CASE("duplicate: silent: what is between took a lock, and it is read again on purpose") {
  CHECK(silent_around("SELECT id FROM author WHERE id = 4 FOR UPDATE"));
  CHECK(silent_around("LOCK TABLE author IN SHARE MODE"));
  CHECK(silent_around("SELECT pg_advisory_xact_lock(4)"));
}

TEST_CASE("duplicate: silent: in between the session was told to read other tables or rows") {
  CHECK(silent_around("SET search_path = tenant"));
  CHECK(silent_around("SET ROLE reader"));
  CHECK(silent_around("SET LOCAL app.tenant = '7'"));
  CHECK(silent_around("SELECT set_config('app.tenant', '7', true)"));
  CHECK(silent_around("RESET app.tenant"));
  CHECK_FALSE(silent_around("SET statement_timeout = 100"));
  CHECK_FALSE(silent_around("SET onetrip.label = 'x'"));
}

TEST_CASE("duplicate: a setting that is set again as it was changes nothing") {
  Story story;
  for (int i = 0; i < 2; ++i) {
    story.run("SET app.tenant = '7'");
    author(story, 4);
  }
  CHECK(story.findings(rule).size() == 1);
}

TEST_CASE("duplicate: silent: no tables, row locks, values that change from call to call") {
  CHECK(silent_twice("SELECT compute_tax(4)"));
  CHECK(silent_twice("SELECT id FROM author WHERE id = 4 FOR UPDATE"));
  CHECK(silent_twice("SELECT id FROM author FOR UPDATE SKIP LOCKED LIMIT 1"));
  CHECK(silent_twice("SELECT id FROM author ORDER BY random() LIMIT 1"));
  CHECK(silent_twice("SELECT id, nextval('author_seq') FROM author"));
  CHECK(silent_twice("SELECT id, my_own(id) FROM author"));
}

TEST_CASE("duplicate: silent: children of a list, though rows share their value") {
  Story story;
  story.run("SELECT id, author_id FROM book")
      .gives({"book.id", "book.author_id"}, {{1, 31}, {2, 31}, {3, 31}});
  for (int i = 0; i < 3; ++i) author(story, 31);
  CHECK(silent(story));
}

TEST_CASE("duplicate: silent: polling") {
  for (const Time pause : {60ms, 90ms}) {
    Story story;
    for (int i = 0; i < 4; ++i) {
      author(story, 4);
      story.wait(pause);
    }
    CHECK(silent(story));
  }
}

TEST_CASE("duplicate: silent: polling at shorter distance, with nothing else in between") {
  for (const std::size_t rounds : {5U, 6U, 12U}) {
    Story story;
    for (std::size_t i = 0; i < rounds; ++i) {
      author(story, 4);
      story.wait(40ms + 4ms * (i % 3));
    }
    CHECK(silent(story));
  }
}

TEST_CASE("duplicate: silent: polling is polling after other statements too") {
  Story story;
  story.run("SELECT id FROM book WHERE author_id = 4").gives({"book.id"}, {{1}, {2}});
  for (int i = 0; i < 6; ++i) {
    author(story, 4);
    story.wait(40ms);
  }
  story.run("SELECT id FROM team WHERE id = 1").gives({"team.id"}, {{1}});
  CHECK(silent(story));
}

TEST_CASE("duplicate: silent: polling of which one round in ten is late") {
  Story story;
  for (int i = 0; i < 22; ++i) {
    author(story, 4);
    story.wait(i == 5 || i == 17 ? 90ms : 60ms);
  }
  CHECK(silent(story));
}

TEST_CASE("duplicate: silent: polling that backs off, within a transaction") {
  Story story;
  story.run("BEGIN");
  Time pause = 100ms;
  for (int i = 0; i < 4; ++i, pause *= 2) {
    author(story, 4);
    story.wait(pause);
  }
  CHECK(silent(story));
}

TEST_CASE("duplicate: silent: tried again after a conflict") {
  for (const std::string conflict : {"40001", "40P01"}) {
    Story story;
    for (const bool fails : {true, false}) {
      story.run("BEGIN");
      author(story, 4);
      story.run("UPDATE orders SET no = 1 WHERE id = 2");
      if (fails) story.fails(conflict);
      story.run(fails ? "ROLLBACK" : "COMMIT");
    }
    CHECK(silent(story));
  }
}

TEST_CASE("duplicate: silent: tried again after a COMMIT that failed") {
  Story story;
  for (const bool fails : {true, false}) {
    story.run("BEGIN");
    author(story, 4);
    story.run("UPDATE orders SET no = 1 WHERE id = 2");
    story.run("COMMIT");
    if (fails) story.fails("40001");
  }
  CHECK(silent(story));
}

TEST_CASE("duplicate: silent: jobs of a queue that ask for the same") {
  Story story;
  for (const int job : {1, 2, 3}) {
    story.run("SELECT id FROM history FOR UPDATE SKIP LOCKED LIMIT 1")
        .gives({"history.id"}, {{job}});
    author(story, 4);
  }
  CHECK(silent(story));
}

TEST_CASE("duplicate: silent: FETCHes of one cursor") {
  Story story;
  story.run("BEGIN").run("DECLARE c CURSOR FOR SELECT id FROM author");
  for (int i = 0; i < 3; ++i) story.run("FETCH 1 FROM c").gives({"author.id"}, {{4}});
  CHECK(silent(story));
}

TEST_CASE("duplicate: silent: paging, by key and by number") {
  Story story;
  for (int page = 0; page < 3; ++page) {
    story.run("SELECT id FROM author WHERE id > " + std::to_string(page * 2) + " LIMIT 2")
        .gives({"author.id"}, {{page * 2 + 1}, {page * 2 + 2}});
    story.run("SELECT id FROM author LIMIT 2 OFFSET " + std::to_string(page * 2))
        .gives({"author.id"}, {{page * 2 + 1}, {page * 2 + 2}});
  }
  CHECK(silent(story));
}

TEST_CASE("duplicate: silent: many questions of one shape are a loop") {
  Story story;
  for (int round = 0; round < 2; ++round)
    for (int id = 1; id <= 6; ++id) author(story, id);
  CHECK(silent(story));
}

TEST_CASE("duplicate: silent: requests apart by more than the idle gap, and other connections") {
  Story story;
  author(story, 4);
  story.wait(5s);
  author(story, 4);
  story.on(2);
  author(story, 4);
  CHECK(silent(story));
}

TEST_CASE("duplicate: silent: a value that is not compared") {
  Story story;
  for (int i = 0; i < 2; ++i)
    story.run_unknown("SELECT id FROM author WHERE born = $1").gives({"author.id"}, {{4}});
  CHECK(silent(story));
}

TEST_CASE("duplicate: the same row read twice") {
  Story story;
  author(story, 4);
  story.run("SELECT id FROM book WHERE author_id = 4").gives({"book.id"}, {{1}, {2}});
  author(story, 4);
  const Finding finding = story.only(rule);
  CHECK(finding.title == "the same row of author was asked for 2 times in one request");
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.confidence == Confidence::likely);
  CHECK(finding.evidence.count == 2);
  CHECK(finding.evidence.distinct_values == 1);
  CHECK(finding.evidence.saved_ms == Approx(1.0));
  CHECK_FALSE(finding.link);
}

TEST_CASE("duplicate: within a transaction it is proven") {
  Story story;
  story.run("BEGIN");
  author(story, 4);
  author(story, 4);
  story.run("COMMIT");
  CHECK(story.only(rule).confidence == Confidence::proven);
}

TEST_CASE("duplicate: rows beyond those that are hashed make it likely") {
  Story story;
  story.run("BEGIN");
  for (int i = 0; i < 2; ++i)
    story.run("SELECT id FROM author").gives({"author.id"}, {{1}, {2}}).of_rows(5000);
  CHECK(story.only(rule).confidence == Confidence::likely);
}

TEST_CASE("duplicate: bound values, lists, NULL and no values at all") {
  for (const std::string where :
       {" WHERE id = 4", " WHERE id IN (4, 5)", " WHERE name = NULL", "", " WHERE id < 9"}) {
    INFO(where);
    CHECK_FALSE(silent_twice("SELECT id FROM author" + where));
  }
  Story story;
  for (int i = 0; i < 2; ++i)
    story.run("SELECT id FROM author WHERE id = $1", {4}).gives({"author.id"}, {{4}});
  CHECK(story.only(rule).evidence.count == 2);
}

TEST_CASE("duplicate: nothing found twice is the same answer") {
  Story story;
  for (int i = 0; i < 2; ++i) story.run("SELECT id FROM author WHERE id = 4");
  CHECK(story.only(rule).title == "the same rows of author were asked for 2 times in one request");
}

TEST_CASE("duplicate: a write to another table is no reason to ask again") {
  CHECK_FALSE(silent_around("INSERT INTO history (note) VALUES ('x')"));
  CHECK_FALSE(
      silent_around("SELECT count(*), max(lower(name)) FROM author WHERE now() > '2020-01-01'"));
}

TEST_CASE("duplicate: several questions of a shape are one finding") {
  Story story;
  for (int round = 0; round < 2; ++round)
    for (const int id : {4, 5}) author(story, id);
  const Finding finding = story.only(rule);
  CHECK(finding.evidence.count == 4);
  CHECK(finding.evidence.distinct_values == 2);
  CHECK(finding.title ==
        "the same rows of author were asked for 4 times in one request, 2 questions");
}

TEST_CASE("duplicate: before and after a write are two answers, each asked for twice") {
  Story story;
  for (const int version : {1, 2}) {
    author(story, 4, version);
    author(story, 4, version);
    story.run("UPDATE author SET name = 'x' WHERE id = 4");
  }
  CHECK(story.only(rule).evidence.count == 4);
}

TEST_CASE("duplicate: fast rounds at even distance are no polling") {
  for (const std::size_t rounds : {2U, 3U, 5U, 10U}) {
    for (const Time pause : {0ms, 10ms}) {
      Story story;
      for (std::size_t i = 0; i < rounds; ++i) {
        author(story, 4);
        story.wait(pause);
      }
      CHECK(story.only(rule).evidence.count == rounds);
    }
  }
}

TEST_CASE("duplicate: short pauses are no polling when few, uneven, or filled with other work") {
  Story few;
  for (int i = 0; i < 4; ++i) author(few, 4).wait(40ms);
  CHECK(few.only(rule).evidence.count == 4);
  Story uneven;
  for (const Time pause : {25ms, 40ms, 30ms, 45ms, 22ms, 40ms}) author(uneven, 4).wait(pause);
  CHECK(uneven.only(rule).evidence.count == 6);
  Story filled;
  for (int i = 0; i < 6; ++i) {
    author(filled, 4).wait(20ms);
    filled.run("SELECT id FROM book WHERE author_id = " + std::to_string(i + 11)).wait(20ms);
  }
  CHECK(filled.only(rule).evidence.count == 6);
}

TEST_CASE("duplicate: the cause is the table and what is compared, not what is selected") {
  const auto cause = [](const std::string& sql) {
    Story story;
    for (int i = 0; i < 2; ++i) story.run(sql).gives({"author.id"}, {{4}});
    return story.only(rule).cause;
  };
  CHECK(cause("SELECT id FROM author WHERE id = 4") ==
        cause("SELECT id, name FROM author WHERE id = 5"));
  CHECK(cause("SELECT id FROM author") != cause("SELECT id FROM book"));
}
