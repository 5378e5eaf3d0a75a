#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

constexpr auto rule = "write-in-loop";

Story& update(Story& story, std::int64_t id) {
  return story.run("UPDATE book SET publisher_id = " + std::to_string(id + 100) +
                   " WHERE id = " + std::to_string(id));
}

Story& insert(Story& story, std::int64_t author) {
  return story.run("INSERT INTO book (title, author_id) VALUES ('x', " + std::to_string(author) +
                   ") RETURNING id");
}

bool silent(Story& story) {
  return story.findings(rule).empty();
}

}  // namespace

TEST_CASE("writes: silent: four rows") {
  Story story;
  for (int id = 1; id <= 4; ++id) {
    insert(story, id);
    update(story, id);
  }
  CHECK(silent(story));
}

TEST_CASE("writes: silent: one row again and again") {
  Story story;
  for (int percent = 10; percent <= 100; percent += 10)
    story.run("UPDATE history SET note = " + std::to_string(percent) + " WHERE id = 7");
  CHECK(silent(story));
}

TEST_CASE("writes: silent: many rows at once") {
  Story story;
  for (int chunk = 0; chunk < 6; ++chunk) {
    story.run("INSERT INTO book (author_id) VALUES (1), (2), (3)").of_rows(3);
    story.run("INSERT INTO book (author_id) SELECT id FROM author WHERE id = 1").of_rows(30);
    story.run("UPDATE book SET title = 'x' WHERE id IN (1, 2, 3)").of_rows(3);
    story.run("DELETE FROM review WHERE book_id = " + std::to_string(chunk)).of_rows(3);
  }
  CHECK(silent(story));
}

TEST_CASE("writes: silent: jobs of a queue, each marked as done") {
  Story story;
  for (int job = 1; job <= 8; ++job) {
    story.run("SELECT id FROM history FOR UPDATE SKIP LOCKED LIMIT 1")
        .gives({"history.id"}, {{job}});
    story.run("INSERT INTO book (author_id) VALUES (1)");
    story.run("UPDATE history SET note = 'done' WHERE id = " + std::to_string(job));
  }
  CHECK(silent(story));
}

TEST_CASE("writes: silent: jobs of a queue that are taken at once") {
  Story story;
  story.run("SELECT id FROM history FOR UPDATE SKIP LOCKED LIMIT 8")
      .gives({"history.id"}, {{1}, {2}, {3}, {4}, {5}, {6}, {7}, {8}});
  for (int job = 1; job <= 8; ++job)
    story.run("UPDATE history SET note = 'done' WHERE id = " + std::to_string(job));
  CHECK(silent(story));
}

TEST_CASE("writes: silent: three rows that took three attempts") {
  Story story;
  for (int attempt = 1; attempt <= 3; ++attempt) {
    story.run("BEGIN");
    for (int id = 1; id <= 3; ++id) update(story, id);
    story.run("COMMIT");
    if (attempt < 3) story.fails("40001");
  }
  CHECK(silent(story));
}

TEST_CASE("writes: silent: a deadlock's attempt does not count") {
  Story story;
  for (const bool fails : {true, false}) {
    story.run("BEGIN");
    for (int id = 1; id <= 4; ++id) insert(story, id);
    story.run("DELETE FROM review WHERE id = 1");
    if (fails) story.fails("40P01");
    story.run(fails ? "ROLLBACK" : "COMMIT");
  }
  CHECK(silent(story));
}

TEST_CASE("writes: silent: a heartbeat") {
  Story story;
  for (int i = 0; i < 6; ++i) {
    story.run("INSERT INTO history (note) VALUES ('alive')");
    story.wait(80ms);
  }
  CHECK(silent(story));
}

TEST_CASE("writes: silent: an audit trail that many places write") {
  Story story;
  for (int i = 0; i < 6; ++i)
    story.run("INSERT INTO history (note) VALUES ('x')").from("shop/audit.py:" + std::to_string(i));
  CHECK(silent(story));
}

TEST_CASE("writes: silent: conditions that name no row by its values") {
  Story story;
  for (int i = 0; i < 6; ++i) {
    story.run("DELETE FROM history");
    story.run("UPDATE book SET title = 'x' WHERE id < " + std::to_string(i));
  }
  CHECK(silent(story));
}

TEST_CASE("writes: silent: requests that cannot be told apart, or are apart") {
  WindowTable::Config windows;
  windows.max_age = 5ms;
  Story busy(Story::Knows::catalog, windows);
  for (int id = 1; id <= 40; ++id) insert(busy, id);
  CHECK(silent(busy));
  Story calm;
  for (int id = 1; id <= 8; ++id) {
    insert(calm, id);
    calm.wait(5s);
  }
  CHECK(silent(calm));
}

TEST_CASE("writes: an UPDATE per row, each of which commits, is an error") {
  Story story;
  for (int id = 1; id <= 5; ++id) update(story, id * 7);
  const Finding finding = story.only();
  CHECK(finding.rule == rule);
  CHECK(finding.title ==
        "5 rows of book were updated one at a time in one request, each in a transaction of its "
        "own");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.confidence == Confidence::likely);
  CHECK(finding.evidence.count == 5);
  CHECK(finding.evidence.distinct_values == 5);
  CHECK_FALSE(finding.link);
  CHECK(finding.advice.sql ==
        "UPDATE book SET publisher_id = new.publisher_id FROM (VALUES (...), (...)) AS new (id, "
        "publisher_id) WHERE book.id = new.id");
}

TEST_CASE("writes: within one transaction it is a warning") {
  Story story;
  story.run("BEGIN");
  for (int id = 1; id <= 5; ++id) update(story, id * 7);
  story.run("COMMIT");
  const Finding finding = story.only(rule);
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.title == "5 rows of book were updated one at a time in one request");
}

TEST_CASE("writes: a transaction for each is as bad as none") {
  Story story;
  for (int id = 1; id <= 5; ++id) {
    story.run("BEGIN");
    update(story, id * 7);
    story.run("COMMIT");
  }
  CHECK(story.only(rule).severity == Severity::error);
}

TEST_CASE("writes: pipelined they have saved their round trips: info") {
  Story story;
  insert(story, 1);
  for (int id = 2; id <= 6; ++id) {
    story.pipelined();
    insert(story, id);
  }
  const Finding finding = story.only(rule);
  CHECK(finding.severity == Severity::info);
  CHECK(finding.evidence.saved_ms == 0);
}

TEST_CASE("writes: the link says which rows they came from") {
  Story story;
  story.run("SELECT id, title FROM book").gives({"book.id"}, {{3}, {4}, {5}, {6}, {7}, {8}});
  for (int id = 3; id <= 8; ++id) update(story, id);
  const Finding finding = story.only(rule);
  REQUIRE(finding.link);
  CHECK(finding.link->parent_column == "book.id");
  CHECK(finding.link->child_column == "book.id");
  CHECK_FALSE(finding.link->direction);
  CHECK(finding.confidence == Confidence::proven);
  REQUIRE(finding.parent);
  CHECK(finding.parent->rows == 6);
  CHECK(finding.title ==
        "6 rows of book were updated one at a time in one request, for the rows of book, each in a "
        "transaction of its own");
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("writes: VALUES of an INSERT are linked like conditions") {
  Story story;
  story.run("SELECT id FROM author").gives({"author.id"}, {{31}, {17}, {24}, {12}, {90}});
  for (const int id : {31, 17, 24, 12, 90}) insert(story, id);
  const Finding finding = story.only(rule);
  REQUIRE(finding.link);
  CHECK(finding.link->parent_column == "author.id");
  CHECK(finding.link->child_column == "book.author_id");
  CHECK(finding.link->foreign_key == "book_author_id_fkey");
  CHECK(finding.advice.sql ==
        "INSERT INTO book (title, author_id) VALUES (?, ?), (...), (...) RETURNING id");
}

TEST_CASE("writes: with or without a link it is one cause") {
  const auto cause = [](bool listed) {
    Story story;
    if (listed) story.run("SELECT id FROM book").gives({"book.id"}, {{3}, {4}, {5}, {6}, {7}});
    for (int id = 3; id <= 7; ++id) update(story, id);
    const Finding finding = story.only(rule);
    CHECK(finding.link.has_value() == listed);
    return finding.cause;
  };
  CHECK(cause(true) == cause(false));
}

TEST_CASE("writes: what is updated, inserted and deleted are different causes") {
  const auto cause = [](const std::string& before, const std::string& after) {
    Story story;
    for (int id = 1; id <= 5; ++id) story.run(before + std::to_string(id) + after);
    return story.only(rule).cause;
  };
  const std::string deleted = cause("DELETE FROM book WHERE id = ", "");
  const std::string updated = cause("UPDATE book SET title = 'x' WHERE id = ", "");
  CHECK(deleted != updated);
  CHECK(updated != cause("UPDATE book SET author_id = 1 WHERE id = ", ""));
  CHECK(updated != cause("INSERT INTO book (id) VALUES (", ")"));
}

TEST_CASE("writes: uniqueness checks are part of it") {
  Story story;
  for (int id = 1; id <= 6; ++id) {
    story.run("SELECT 1 AS one FROM author WHERE id = " + std::to_string(id * 7) + " LIMIT 1");
    story.run("INSERT INTO author (id, name) VALUES (" + std::to_string(id * 7) + ", 'x')");
  }
  const Finding finding = story.only();
  CHECK(finding.rule == rule);
  CHECK(finding.advice.why.find("6 lookups before them go away with ON CONFLICT") !=
        std::string::npos);
}

TEST_CASE("writes: the same new values for all rows take one condition") {
  Story story;
  for (int id = 1; id <= 5; ++id)
    story.run("UPDATE book SET title = 'x' WHERE id = " + std::to_string(id));
  CHECK(story.only(rule).advice.sql == "UPDATE book SET title = $2 WHERE id = ANY($1)");
}

TEST_CASE("writes: rows that were there already change nothing of the loop") {
  Story story;
  for (int id = 1; id <= 6; ++id)
    story
        .run("INSERT INTO author (id, name) VALUES (" + std::to_string(id) +
             ", 'x') ON CONFLICT DO NOTHING")
        .of_rows(id % 2 == 0 ? 1 : 0);
  CHECK(story.only(rule).advice.sql ==
        "INSERT INTO author (id, name) VALUES (?, ?), (...), (...) ON CONFLICT DO NOTHING");
}
