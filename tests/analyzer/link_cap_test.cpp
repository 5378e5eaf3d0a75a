#include "analyzer/link_cap.hpp"

#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;

namespace {

using Rows = std::vector<std::vector<std::int64_t>>;

std::string by_id(const std::string& table, std::int64_t id) {
  return "SELECT id, name FROM " + table + " WHERE id = " + std::to_string(id);
}

Story& books(Story& story, const Rows& rows) {
  return story.run("SELECT id, author_id FROM book").gives({"book.id", "book.author_id"}, rows);
}

Story& authors_of(Story& story, const std::vector<std::int64_t>& ids) {
  for (const std::int64_t id : ids) story.run(by_id("author", id)).gives({"author.id"}, {{id}});
  return story;
}

/// Each of two lists with its lookups, which on a busy pool may be two users.
void two_loops(Story& story) {
  for (int round = 0; round < 2; ++round) {
    books(story, {{1, 31 + round * 10}, {2, 17 + round * 10}});
    authors_of(story, {31 + round * 10, 17 + round * 10});
  }
}

}  // namespace

TEST_CASE("loops that follow each other are likely one where only pauses tell requests apart") {
  Story story;
  two_loops(story);
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.confidence == Confidence::likely);
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.capped ==
        "it may be 2 requests, which followed each other too soon to be told apart without tags");
}

TEST_CASE("in one transaction, or under one tag, they are one") {
  Story transaction;
  transaction.run("BEGIN");
  two_loops(transaction);
  CHECK(transaction.only("n-plus-one").confidence == Confidence::proven);
  CHECK(transaction.only("n-plus-one").capped.empty());

  Story tagged;
  for (const std::int64_t id : {31, 41}) {
    const std::string tag = " /*request_id='a'*/";
    tagged.run("SELECT id, author_id FROM book" + tag)
        .gives({"book.id", "book.author_id"}, {{1, id}, {2, id + 1}});
    for (const std::int64_t author : {id, id + 1})
      tagged.run(by_id("author", author) + tag).gives({"author.id"}, {{author}});
  }
  CHECK(tagged.only("n-plus-one").confidence == Confidence::proven);
}

TEST_CASE("a lookup that goes back to the list before holds both lists together") {
  Story story;
  books(story, {{1, 31}, {2, 17}, {3, 24}});
  authors_of(story, {31, 17});
  books(story, {{4, 41}, {5, 27}});
  authors_of(story, {41, 24, 27});
  CHECK(story.only("n-plus-one").confidence == Confidence::proven);
}

TEST_CASE("a list read in pieces through a cursor is one") {
  Story story;
  story.run("BEGIN");
  story.run("DECLARE c CURSOR WITH HOLD FOR SELECT id, author_id FROM book");
  story.run("COMMIT");
  for (const std::int64_t id : {31, 41}) {
    story.run("FETCH 2 FROM c").gives({"book.id", "book.author_id"}, {{1, id}, {2, id + 1}});
    authors_of(story, {id, id + 1});
  }
  CHECK(story.only("n-plus-one").confidence == Confidence::proven);
}
