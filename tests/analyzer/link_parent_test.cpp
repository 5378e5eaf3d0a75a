#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;

// What may be a parent: loops within loops, cursors, RETURNING, results that were cut, and columns
// that came through views, partitions and set operations.

namespace {

using Rows = std::vector<std::vector<std::int64_t>>;

Story& author(Story& story, std::int64_t id) {
  return story.run("SELECT id, name FROM author WHERE id = " + std::to_string(id))
      .gives({"author.id"}, {{id}});
}

void authors(Story& story, const std::vector<std::int64_t>& ids) {
  for (const std::int64_t id : ids) author(story, id);
}

Story& reviews(Story& story, std::int64_t book, const Rows& rows = {}) {
  return story.run("SELECT id, book_id FROM review WHERE book_id = " + std::to_string(book))
      .gives({"review.id", "review.book_id"}, rows);
}

const Finding* finding_on(const std::vector<Finding>& findings, const std::string& column) {
  for (const Finding& finding : findings)
    if (finding.link->child_column == column) return &finding;
  return nullptr;
}

}  // namespace

TEST_CASE("three levels of loops, whose rounds give many rows, are a chain of three") {
  Story story;
  story.run("SELECT id, name FROM publisher").gives({"publisher.id"}, {{1}, {2}});
  for (const int publisher : {1, 2}) {
    const std::int64_t first = publisher * 10;
    story.run("SELECT id, publisher_id FROM book WHERE publisher_id = " + std::to_string(publisher))
        .gives({"book.id", "book.publisher_id"},
               {{first, publisher}, {first + 1, publisher}, {first + 2, publisher}});
    for (std::int64_t book = first; book < first + 3; ++book) {
      story.run("SELECT genre_id, book_id FROM book_genres WHERE book_id = " + std::to_string(book))
          .gives({"book_genres.genre_id", "book_genres.book_id"},
                 {{book * 10, book}, {book * 10 + 1, book}});
      for (std::int64_t genre = book * 10; genre < book * 10 + 2; ++genre)
        story.run("SELECT id, name FROM genre WHERE id = " + std::to_string(genre))
            .gives({"genre.id"}, {{genre}});
    }
  }
  const std::vector<Finding> findings = story.findings("n-plus-one");
  REQUIRE(findings.size() == 3);
  const Finding* inner = finding_on(findings, "genre.id");
  REQUIRE(inner != nullptr);
  CHECK(inner->evidence.count == 12);
  CHECK(inner->link->parent_column == "book_genres.genre_id");
  CHECK(inner->parent->rows == 12);
  REQUIRE(inner->chain.size() == 3);
  CHECK(inner->chain[0].text == "SELECT id, name FROM publisher");
  const Finding* middle = finding_on(findings, "book_genres.book_id");
  REQUIRE(middle != nullptr);
  CHECK(middle->evidence.count == 6);
  CHECK(middle->parent->rows == 6);
  for (const Finding& finding : findings) CHECK(finding.confidence == Confidence::proven);
}

TEST_CASE("rows that a loop of INSERTs gave back feed what is read for each") {
  Story story;
  for (const int id : {41, 42, 43}) {
    story.run("INSERT INTO book (title) VALUES ('x') RETURNING id").gives({"book.id"}, {{id}});
    reviews(story, id);
  }
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_column == "book.id");
  CHECK(finding.link->matched == 3);
}

TEST_CASE("so do those that one INSERT of many rows, or an UPDATE, gave back") {
  const std::string sql =
      GENERATE(as<std::string>(), "INSERT INTO book (title) VALUES ('x'), ('y') RETURNING id",
               "UPDATE book SET title = 'x' WHERE publisher_id = 3 RETURNING id");
  Story story;
  story.run(sql).gives({"book.id"}, {{41}, {42}});
  for (const int id : {41, 42}) reviews(story, id);
  CHECK(story.only("n-plus-one").link->parent_column == "book.id");
}

TEST_CASE("rows read again after a commit are a refetch, whatever was written in between") {
  Story story;
  story.run("SELECT id, title FROM book").gives({"book.id"}, {{3}, {4}, {5}});
  for (const int id : {3, 4, 5}) {
    story.run("BEGIN");
    story.run("UPDATE book SET title = 'x' WHERE id = " + std::to_string(id));
    story.run("COMMIT");
    story.run("SELECT id, title FROM book WHERE id = " + std::to_string(id))
        .gives({"book.id"}, {{id}});
  }
  const std::vector<Finding> findings = story.findings("n-plus-one");
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].link->direction == Direction::refetch);
  CHECK(findings[0].confidence == Confidence::proven);
}

TEST_CASE("rows fetched piece by piece from a cursor are one parent") {
  Story story;
  story.run("BEGIN");
  story.run("DECLARE list CURSOR FOR SELECT id, author_id FROM book");
  for (const int first : {31, 41}) {
    story.run("FETCH 2 FROM list")
        .gives({"book.id", "book.author_id"}, {{first, first}, {first + 1, first + 1}});
    authors(story, {first, first + 1});
  }
  story.run("CLOSE list");
  story.run("COMMIT");
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.parent->rows == 4);
  CHECK(finding.link->matched == 4);
  CHECK(finding.link->parent_column == "book.author_id");
}

TEST_CASE("rows fetched one by one from a cursor are one parent") {
  Story story;
  story.run("BEGIN");
  story.run("DECLARE list CURSOR FOR SELECT id, author_id FROM book");
  for (const int id : {31, 17, 24}) {
    story.run("FETCH NEXT FROM list").gives({"book.id", "book.author_id"}, {{id, id}});
    author(story, id);
  }
  CHECK(story.only("n-plus-one").link->matched == 3);
}

TEST_CASE("silent: values beyond what was kept of a long result") {
  Story story;
  story.run("SELECT id, author_id FROM book")
      .gives({"book.id", "book.author_id"}, {{1, 31}, {2, 17}})
      .of_rows(5000);
  authors(story, {991, 992, 993});
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("a loop that goes on beyond what was kept counts wholly, its proof as far as it goes") {
  Story story;
  story.run("SELECT id, author_id FROM book")
      .gives({"book.id", "book.author_id"}, {{1, 31}, {2, 17}, {3, 24}})
      .of_rows(6);
  authors(story, {31, 17, 24, 61, 62, 63});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.evidence.count == 6);
  CHECK(finding.link->matched == 3);
  CHECK(finding.confidence == Confidence::proven);
}

TEST_CASE("what no row can be left for is not counted beyond the cut") {
  Story story;
  story.run("SELECT id, author_id FROM book")
      .gives({"book.id", "book.author_id"}, {{1, 31}, {2, 17}, {3, 24}})
      .of_rows(4);
  authors(story, {31, 17, 24, 61, 62, 63});
  CHECK(story.only("n-plus-one").evidence.count == 4);
}

TEST_CASE("what a view shows came from its table") {
  Story story;
  story.run("SELECT id, writer FROM book_list")
      .gives({"book_list.id", "book_list.writer"}, {{1, 31}, {2, 17}, {3, 24}});
  authors(story, {31, 17, 24});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_column == "book.author_id");
  CHECK(finding.link->foreign_key == "book_author_id_fkey");
  CHECK(finding.confidence == Confidence::proven);
  // A view has rows of its own: a join with its table would be another question.
  CHECK(finding.advice.sql == "SELECT * FROM author WHERE id = ANY($1)");
  CHECK_FALSE(finding.advice.sure);
}

TEST_CASE("children that read a view are tied by its table") {
  Story story;
  story.run("SELECT id, name FROM author").gives({"author.id"}, {{31}, {17}});
  for (const int id : {31, 17})
    story.run("SELECT id FROM book_list WHERE writer = " + std::to_string(id))
        .gives({"book_list.id"}, {{id * 10}});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->child_column == "book.author_id");
  CHECK(finding.link->direction == Direction::reverse);
}

TEST_CASE("a partition stands for its whole table") {
  Story story;
  story.run("SELECT author_id, id FROM event_2024")
      .gives({"event_2024.author_id", "event_2024.id"}, {{31, 1}, {17, 2}, {24, 3}});
  authors(story, {31, 17, 24});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_column == "event.author_id");
  CHECK(finding.link->foreign_key == "event_author_id_fkey");
}

TEST_CASE("a UNION of one column with itself is that column") {
  Story story;
  story
      .run(
          "SELECT id, author_id FROM book WHERE title = 'x' UNION SELECT id, author_id FROM book "
          "WHERE publisher_id = 3")
      .gives({"id", "author_id"}, {{1, 31}, {2, 17}, {3, 24}});
  authors(story, {31, 17, 24});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_column == "book.author_id");
  CHECK(finding.confidence == Confidence::proven);
}

TEST_CASE("silent: a UNION of columns that are not the same comes from neither") {
  Story story;
  story.run("SELECT id, author_id FROM book UNION SELECT id, publisher_id FROM book")
      .gives({"id", "author_id"}, {{1, 31}, {2, 17}, {3, 24}});
  authors(story, {31, 17, 24});
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("a cast that changes nothing leaves the column what it is") {
  const std::string column =
      GENERATE(as<std::string>(), "author_id::bigint", "CAST(author_id AS text)",
               "author_id::text::int", "author_id::varchar");
  INFO(column);
  Story story;
  story.run("SELECT id, " + column + " FROM book")
      .gives({"id", "author_id"}, {{1, 31}, {2, 17}, {3, 24}});
  authors(story, {31, 17, 24});
  CHECK(story.only("n-plus-one").link->foreign_key == "book_author_id_fkey");
}

TEST_CASE("silent: what is computed came from no column") {
  const std::string sql =
      GENERATE(as<std::string>(), "SELECT max(author_id) AS author_id FROM book GROUP BY title",
               "SELECT author_id + 1 AS author_id FROM book",
               "SELECT coalesce(author_id, 0) AS author_id FROM book",
               "SELECT author_id::varchar(2) AS author_id FROM book",
               "SELECT author_id::date AS author_id FROM book");
  INFO(sql);
  Story story;
  story.run(sql).gives({"author_id"}, {{31}, {17}, {24}});
  authors(story, {31, 17, 24});
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("a column that FULL JOIN USING merged is linked by its name at most") {
  Story story;
  story.run("SELECT author_id FROM book FULL JOIN award USING (author_id)")
      .gives({"author_id"}, {{31}, {17}, {24}});
  authors(story, {31, 17, 24});
  for (const Finding& finding : story.findings("n-plus-one"))
    CHECK(finding.confidence == Confidence::likely);
}

TEST_CASE("a subquery, DISTINCT and GROUP BY leave a column its origin") {
  const std::string sql = GENERATE(
      as<std::string>(), "SELECT s.author_id FROM (SELECT author_id FROM book) s",
      "WITH s AS (SELECT author_id FROM book) SELECT author_id FROM s",
      "SELECT DISTINCT author_id FROM book", "SELECT author_id FROM book GROUP BY author_id");
  INFO(sql);
  Story story;
  story.run(sql).gives({"book.author_id"}, {{31}, {17}, {24}});
  authors(story, {31, 17, 24});
  CHECK(story.only("n-plus-one").confidence == Confidence::proven);
}

TEST_CASE("a current user looked up after the list, before the loop, is no miss") {
  Story story;
  story.run("SELECT id, author_id FROM book")
      .gives({"book.id", "book.author_id"}, {{1, 31}, {2, 17}, {3, 24}});
  authors(story, {999, 31, 17, 24});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->matched == 3);
  CHECK(finding.confidence == Confidence::proven);
}

TEST_CASE("a current user who is also the author of a book takes no part when he came before") {
  Story story;
  authors(story, {17});
  story.run("SELECT id, author_id FROM book")
      .gives({"book.id", "book.author_id"}, {{1, 31}, {2, 17}, {3, 24}});
  authors(story, {31, 17, 24});
  CHECK(story.only("n-plus-one").link->matched == 3);
}
