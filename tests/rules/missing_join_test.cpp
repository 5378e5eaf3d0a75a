#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

const std::string rule = "missing-join";

/// A page that looks up a book, then the author with this id.
Story& page(Story& story, std::int64_t book, std::int64_t author_of_book, std::int64_t author) {
  story.run("SELECT id, title, author_id FROM book WHERE id = " + std::to_string(book))
      .gives({"book.id", "book.author_id"}, {{book, author_of_book}});
  story.run("SELECT id, name FROM author WHERE id = " + std::to_string(author))
      .gives({"author.id"}, {{author}});
  story.wait(1s);
  story.engine().tick(story.now());
  return story;
}

}  // namespace

TEST_CASE("fewer windows than it takes are silent") {
  Story story;
  for (int i = 0; i < 19; ++i) page(story, 100 + i, 500 + i, 500 + i);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("a lookup that follows in some windows only is silent") {
  Story story;
  for (int i = 0; i < 40; ++i) page(story, 100 + i, 500 + i, i % 4 == 0 ? 900 + i : 500 + i);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("the same value in every window proves nothing") {
  Story story;
  for (int i = 0; i < 30; ++i) page(story, 1, 1, 1);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("columns that nothing ties are silent") {
  Story story;
  for (int i = 0; i < 30; ++i) {
    story.run("SELECT id FROM genre WHERE id = " + std::to_string(i)).gives({"genre.id"}, {{i}});
    story.run("SELECT id, name FROM author WHERE id = " + std::to_string(i))
        .gives({"author.id"}, {{i}});
    story.wait(1s);
    story.engine().tick(story.now());
  }
  CHECK(story.findings(rule).empty());
}

TEST_CASE("a lookup that follows from another in most windows is info") {
  Story story;
  for (int i = 0; i < 25; ++i) page(story, 100 + i, 500 + i, i % 10 == 0 ? 900 + i : 500 + i);
  const Finding finding = story.only(rule);
  CHECK(finding.severity == Severity::info);
  CHECK(finding.confidence == Confidence::proven);
  REQUIRE(finding.link);
  CHECK(finding.link->parent_column == "book.author_id");
  CHECK(finding.link->child_column == "author.id");
  CHECK(finding.link->foreign_key == "book_author_id_fkey");
  CHECK(finding.advice.sql ==
        "SELECT … FROM book LEFT JOIN author ON author.id = book.author_id WHERE …");
}
