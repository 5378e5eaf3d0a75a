#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

constexpr auto rule = "select-in-loop";

Story& lookup(Story& story, std::int64_t id) {
  return story.run("SELECT id, name FROM author WHERE id = " + std::to_string(id))
      .gives({"author.id"}, {{id}});
}

bool silent(Story& story) {
  return story.findings(rule).empty();
}

}  // namespace

TEST_CASE("lookups: silent: four values") {
  Story story;
  for (const int id : {3, 9, 4, 7, 3, 9}) lookup(story, id);
  CHECK(silent(story));
}

TEST_CASE("lookups: silent: one value, however often") {
  Story story;
  for (int i = 0; i < 9; ++i) lookup(story, 4);
  CHECK(silent(story));
}

TEST_CASE("lookups: silent: fed by a list, which is an n-plus-one") {
  Story story;
  story.run("SELECT id, author_id FROM book")
      .gives({"book.id", "book.author_id"}, {{1, 31}, {2, 17}, {3, 24}, {4, 12}, {5, 90}, {6, 8}});
  for (const int id : {31, 17, 24, 12, 90, 8}) lookup(story, id);
  CHECK(silent(story));
  CHECK(story.findings("n-plus-one").size() == 1);
}

TEST_CASE("lookups: silent: paging by the last row's key") {
  Story story;
  for (int page = 0; page < 8; ++page)
    story
        .run("SELECT id FROM book WHERE author_id = 4 AND id > " + std::to_string(page * 2) +
             " ORDER BY id LIMIT 2")
        .gives({"book.id"}, {{page * 2 + 1}, {page * 2 + 2}});
  CHECK(silent(story));
}

TEST_CASE("lookups: silent: paging by OFFSET") {
  Story story;
  for (int page = 0; page < 8; ++page)
    story.run("SELECT id FROM book WHERE author_id = 4 LIMIT 2 OFFSET " + std::to_string(page * 2))
        .gives({"book.id"}, {{page * 2 + 1}, {page * 2 + 2}});
  CHECK(silent(story));
}

TEST_CASE("lookups: silent: chunked batches") {
  Story story;
  std::vector<std::vector<std::int64_t>> ids;
  for (int id = 1; id <= 14; ++id) ids.push_back({id});
  story.run("SELECT id FROM book").gives({"book.id"}, ids);
  for (int id = 1; id <= 14; id += 2)
    story
        .run("SELECT id, title FROM book WHERE id IN (" + std::to_string(id) + ", " +
             std::to_string(id + 1) + ")")
        .gives({"book.id"}, {{id}, {id + 1}});
  CHECK(story.findings().empty());
}

TEST_CASE("lookups: silent: FETCHes of one cursor") {
  Story story;
  story.run("BEGIN").run("DECLARE c CURSOR FOR SELECT id FROM author WHERE id = 4");
  for (int i = 0; i < 8; ++i) story.run("FETCH 1 FROM c").gives({"author.id"}, {{i}});
  CHECK(silent(story));
}

TEST_CASE("lookups: silent: ranges are no lookups") {
  Story story;
  for (int day = 0; day < 7; ++day)
    story
        .run("SELECT count(*) FROM orders WHERE no BETWEEN " + std::to_string(day) + " AND " +
             std::to_string(day + 1))
        .gives({"count"}, {{day}});
  CHECK(silent(story));
}

TEST_CASE("lookups: silent: row locks, own functions") {
  Story story;
  for (int id = 1; id <= 6; ++id) {
    story.run("SELECT id FROM author WHERE id = " + std::to_string(id) + " FOR UPDATE");
    story.run("SELECT settle(id) FROM author WHERE id = " + std::to_string(id));
    story.run("SELECT settle(" + std::to_string(id) + ")");
  }
  CHECK(silent(story));
}

TEST_CASE("lookups: silent: uniqueness checks before inserts") {
  Story story;
  for (int id = 1; id <= 8; ++id) {
    story.run("SELECT 1 AS one FROM author WHERE id = " + std::to_string(id * 7) + " LIMIT 1");
    story.run("INSERT INTO author (id, name) VALUES (" + std::to_string(id * 7) + ", 'x')");
  }
  CHECK(silent(story));
}

TEST_CASE("lookups: silent: get-or-create, of which most are there already") {
  Story story;
  for (int id = 1; id <= 8; ++id) {
    story.run("SELECT id FROM author WHERE id = " + std::to_string(id * 7));
    if (id > 2) {
      story.gives({"author.id"}, {{id * 7}});
    } else {
      story.run("INSERT INTO author (id, name) VALUES (" + std::to_string(id * 7) + ", 'x')");
    }
  }
  CHECK(silent(story));
}

TEST_CASE("lookups: silent: one lookup for each job of a queue") {
  Story story;
  for (int job = 1; job <= 8; ++job) {
    story.run("SELECT id FROM history FOR UPDATE SKIP LOCKED LIMIT 1")
        .gives({"history.id"}, {{job}});
    lookup(story, job * 7);
  }
  CHECK(silent(story));
}

TEST_CASE("lookups: silent: two attempts of three lookups each") {
  Story story;
  for (int attempt = 0; attempt < 2; ++attempt) {
    story.run("BEGIN");
    for (int i = 1; i <= 3; ++i) lookup(story, attempt * 50 + i * 7);
    story.run("UPDATE orders SET no = 1 WHERE id = 2");
    if (attempt == 0) story.fails("40001");
    story.run(attempt == 0 ? "ROLLBACK" : "COMMIT");
  }
  CHECK(silent(story));
}

TEST_CASE("lookups: silent: each from another line") {
  Story story;
  for (int id = 1; id <= 8; ++id) {
    lookup(story, id * 7);
    story.from("shop/settings.py:" + std::to_string(id));
  }
  CHECK(silent(story));
}

TEST_CASE("lookups: silent: requests apart by more than the idle gap") {
  Story story;
  for (int id = 1; id <= 8; ++id) {
    lookup(story, id * 7);
    story.wait(5s);
  }
  CHECK(silent(story));
}

TEST_CASE("lookups: silent: a connection whose requests cannot be told apart") {
  WindowTable::Config windows;
  windows.max_age = 5ms;
  Story story(Story::Knows::catalog, windows);
  for (int id = 1; id <= 40; ++id) lookup(story, id * 7);
  CHECK(silent(story));
}

TEST_CASE("lookups: silent: a tree that is walked") {
  Story story;
  const std::vector<std::pair<int, int>> chain{{90, 41}, {41, 77}, {77, 12},
                                               {12, 33}, {33, 5},  {5, -1}};
  for (const auto& [id, manager] : chain)
    story.run("SELECT id, manager_id FROM employee WHERE id = " + std::to_string(id))
        .gives({"employee.id", "employee.manager_id"}, {{id, manager}});
  CHECK(silent(story));
}

TEST_CASE("lookups: five values, whatever fed them, are a loop, possible") {
  Story story;
  for (const int id : {70, 13, 42, 8, 99}) lookup(story, id);
  const Finding finding = story.only();
  CHECK(finding.rule == rule);
  CHECK(finding.title == "author was fetched 5 times in one request, one id at a time");
  CHECK(finding.confidence == Confidence::possible);
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.evidence.count == 5);
  CHECK(finding.evidence.distinct_values == 5);
  CHECK(finding.evidence.saved_ms == Approx(4.0));
  CHECK_FALSE(finding.link);
  CHECK_FALSE(finding.parent);
  CHECK(finding.advice.sql == "SELECT * FROM author WHERE id = ANY($1)");
}

TEST_CASE("lookups: dense ids that a list happens to contain have no parent") {
  Story story;
  story.run("SELECT id, name FROM publisher")
      .gives({"publisher.id"}, {{1}, {2}, {3}, {4}, {5}, {6}});
  for (int id = 1; id <= 6; ++id) lookup(story, id);
  CHECK(story.only(rule).evidence.distinct_values == 6);
}

TEST_CASE("lookups: a list that is read and then inserted into is no uniqueness check") {
  Story story;
  for (int id = 1; id <= 6; ++id) {
    story.run("SELECT id FROM book WHERE author_id = " + std::to_string(id * 7))
        .gives({"book.id"}, {{id}});
    story.run("INSERT INTO book (author_id) VALUES (" + std::to_string(id * 7) + ")");
  }
  CHECK(story.findings(rule).size() == 1);
}

TEST_CASE("lookups: pipelined ones are info") {
  Story story;
  lookup(story, 7);
  for (int id = 2; id <= 6; ++id) {
    story.pipelined();
    lookup(story, id * 7);
  }
  CHECK(story.only(rule).severity == Severity::info);
}

TEST_CASE("lookups: from one line it is a loop") {
  Story story;
  for (int id = 1; id <= 6; ++id) {
    lookup(story, id * 7);
    story.from("shop/views.py:12");
  }
  const Finding finding = story.only(rule);
  REQUIRE(finding.location);
  CHECK(finding.location->line == 12);
}

TEST_CASE("lookups: without a catalog an id is one row") {
  Story story(Story::Knows::names);
  for (int id = 1; id <= 6; ++id)
    story.run("SELECT id, name FROM author WHERE id = " + std::to_string(id * 7) + " LIMIT 21")
        .gives({"author.id"}, {{id * 7}});
  CHECK(story.only(rule).advice.sql == "SELECT * FROM author WHERE id = ANY($1)");
}

TEST_CASE("lookups: further conditions stay in the advice") {
  Story story;
  for (int id = 1; id <= 6; ++id)
    story.run("SELECT rating FROM review WHERE book_id = " + std::to_string(id * 7) +
              " AND rating = 5");
  CHECK(story.only(rule).advice.sql ==
        "SELECT book_id, rating FROM review WHERE book_id = ANY($1) AND rating = $2");
}
