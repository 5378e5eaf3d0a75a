#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

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

}  // namespace

TEST_CASE("an author looked up for each book is an n-plus-one, proven by the foreign key") {
  Story story;
  books(story, {{1, 31}, {2, 17}, {3, 24}});
  authors_of(story, {31, 17, 24});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.rule == "n-plus-one");
  CHECK(finding.confidence == Confidence::proven);
  CHECK(finding.severity == Severity::error);
  CHECK(finding.title == "author was fetched 3 times in one request, once for each row of book");
  REQUIRE(finding.link);
  CHECK(finding.link->parent_column == "book.author_id");
  CHECK(finding.link->child_column == "author.id");
  CHECK(finding.link->foreign_key == "book_author_id_fkey");
  CHECK(finding.link->direction == Direction::forward);
  CHECK(finding.link->matched == 3);
  CHECK(finding.link->distinct == 3);
  CHECK(finding.link->in_row_order);
  CHECK(finding.evidence.count == 3);
  CHECK(finding.evidence.saved_ms == Approx(2.0));
}

TEST_CASE("two rows are enough") {
  Story story;
  books(story, {{1, 31}, {2, 17}});
  authors_of(story, {31, 17});
  CHECK(story.only("n-plus-one").link->matched == 2);
}

TEST_CASE("bound parameters count like literals") {
  Story story;
  books(story, {{1, 31}, {2, 17}});
  for (const std::int64_t id : {31, 17})
    story.run("SELECT id, name FROM author WHERE id = $1", {id}).gives({"author.id"}, {{id}});
  CHECK(story.only("n-plus-one").confidence == Confidence::proven);
}

TEST_CASE("books of each author are a reverse link") {
  Story story;
  story.run("SELECT id, name FROM author").gives({"author.id"}, {{5}, {6}, {9}});
  for (const int id : {5, 6, 9})
    story.run("SELECT id, author_id FROM book WHERE author_id = " + std::to_string(id))
        .gives({"book.id", "book.author_id"}, {{id * 10, id}});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->direction == Direction::reverse);
  CHECK(finding.link->parent_column == "author.id");
  CHECK(finding.link->child_column == "book.author_id");
}

TEST_CASE("genres of each book go through the junction: many to many") {
  Story story;
  books(story, {{1, 31}, {2, 17}});
  for (const int id : {1, 2})
    story
        .run(
            "SELECT genre.id, genre.name FROM genre INNER JOIN book_genres ON genre.id = "
            "book_genres.genre_id WHERE book_genres.book_id = " +
            std::to_string(id))
        .gives({"genre.id"}, {{4}});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->direction == Direction::many_to_many);
  CHECK(finding.link->parent_column == "book.id");
  CHECK(finding.link->child_column == "book_genres.book_id");
  CHECK(finding.title == "genre was fetched 2 times in one request, once for each row of book");
}

TEST_CASE("reviews with a join of their own stay reverse") {
  Story story;
  books(story, {{1, 31}, {2, 17}});
  for (const int id : {1, 2})
    story
        .run(
            "SELECT review.id, book.title FROM review JOIN book ON book.id = review.book_id "
            "WHERE review.book_id = " +
            std::to_string(id))
        .gives({"review.id"}, {{4}});
  CHECK(story.only("n-plus-one").link->direction == Direction::reverse);
}

TEST_CASE("a count for each row is an n-plus-one of an aggregate") {
  Story story;
  books(story, {{1, 31}, {2, 17}});
  for (const int id : {1, 2})
    story.run("SELECT COUNT(*) FROM review WHERE book_id = " + std::to_string(id))
        .gives({"count"}, {{3}});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.title == "review was counted 2 times in one request, once for each row of book");
  CHECK(finding.confidence == Confidence::proven);
}

TEST_CASE("nested loops name their chain, outermost parent first") {
  Story story;
  story.run("SELECT id, name FROM author").gives({"author.id"}, {{5}, {6}});
  for (const int author : {5, 6}) {
    story.run("SELECT id, author_id FROM book WHERE author_id = " + std::to_string(author))
        .gives({"book.id", "book.author_id"}, {{author * 10, author}});
    story.run("SELECT id, book_id FROM review WHERE book_id = " + std::to_string(author * 10))
        .gives({"review.id", "review.book_id"}, {{author * 100, author * 10}});
  }
  const std::vector<Finding> findings = story.findings("n-plus-one");
  REQUIRE(findings.size() == 2);
  const auto inner = std::find_if(findings.begin(), findings.end(), [](const Finding& f) {
    return f.link->child_column == "review.book_id";
  });
  REQUIRE(inner != findings.end());
  CHECK(inner->link->parent_column == "book.id");
  REQUIRE(inner->chain.size() == 2);
  CHECK(inner->chain[0].text == "SELECT id, name FROM author");
  CHECK(inner->chain[1].fingerprint == inner->parent->fingerprint);
}

TEST_CASE("the same row read again by its key is a refetch") {
  Story story;
  story.run("SELECT id FROM book").gives({"book.id"}, {{3}, {4}});
  for (const int id : {3, 4})
    story.run("SELECT id, title FROM book WHERE id = " + std::to_string(id))
        .gives({"book.id"}, {{id}});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->direction == Direction::refetch);
  CHECK(finding.confidence == Confidence::proven);
}

TEST_CASE("home and away team explain half each: the link is the set of both") {
  Story story;
  story.run("SELECT id, home_team_id, away_team_id FROM match")
      .gives({"match.id", "match.home_team_id", "match.away_team_id"}, {{1, 50, 60}, {2, 51, 61}});
  for (const int id : {50, 60, 51, 61}) story.run(by_id("team", id)).gives({"team.id"}, {{id}});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_columns ==
        std::vector<std::string>{"match.home_team_id", "match.away_team_id"});
  CHECK(finding.confidence == Confidence::proven);
}

TEST_CASE("a composite key links when its values come from one row") {
  Story story;
  story.run("SELECT id, no, year FROM orders")
      .gives({"orders.id", "orders.no", "orders.year"}, {{1, 7, 2024}, {2, 8, 2025}});
  for (const auto& [no, year] : {std::pair{7, 2024}, std::pair{8, 2025}})
    story.run("SELECT id FROM line WHERE order_no = " + std::to_string(no) +
              " AND order_year = " + std::to_string(year));
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->foreign_key == "line_order_fkey");
  CHECK(finding.link->parent_columns == std::vector<std::string>{"orders.no", "orders.year"});
  CHECK(finding.link->child_column == "line.order_no");
}

TEST_CASE("the direct foreign key wins over a sibling column") {
  Story story;
  story
      .run(
          "SELECT book.id, book.author_id, author.id FROM book JOIN author ON author.id = "
          "book.author_id")
      .gives({"book.id", "book.author_id", "author.id"}, {{1, 31, 31}, {2, 17, 17}});
  for (const int id : {31, 17})
    story.run("SELECT id FROM award WHERE author_id = " + std::to_string(id));
  CHECK(story.only("n-plus-one").link->parent_column == "author.id");
}

TEST_CASE("one value that k rows share, fetched k times, is likely") {
  Story story;
  books(story, {{1, 31}, {2, 31}, {3, 31}});
  authors_of(story, {31, 31, 31});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.confidence == Confidence::likely);
  CHECK(finding.evidence.distinct_values == 1);
}

TEST_CASE("a lookup of the shared value before the list takes no part") {
  Story story;
  authors_of(story, {31});
  books(story, {{1, 31}, {2, 31}, {3, 31}});
  authors_of(story, {31, 31, 31});
  CHECK(story.only("n-plus-one").evidence.count == 3);
}

TEST_CASE("more lookups of a shared value than rows that share it are no loop over them") {
  Story story;
  books(story, {{1, 31}, {2, 31}});
  authors_of(story, {31, 31, 31});
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("a current user's lookup before the list is no miss") {
  Story story;
  authors_of(story, {999});
  books(story, {{1, 31}, {2, 17}});
  authors_of(story, {31, 17});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->matched == 2);
  CHECK(finding.confidence == Confidence::proven);
}

TEST_CASE("a value from elsewhere amid the loop lowers the confidence") {
  Story story;
  books(story, {{1, 31}, {2, 17}});
  authors_of(story, {31, 999, 17});
  CHECK(story.only("n-plus-one").confidence == Confidence::likely);
}

TEST_CASE("a few keys from anywhere in a list that covers them all are likely at most") {
  Story story;
  Rows rows;
  for (std::int64_t n = 1; n <= 100; ++n) rows.push_back({n, n % 30 + 1});
  books(story, rows);
  authors_of(story, {4, 11, 23});
  CHECK(story.only("n-plus-one").confidence == Confidence::likely);
}

TEST_CASE("values past the indexed rows are unknown, not misses") {
  Story story;
  books(story, {{1, 31}, {2, 17}});
  story.of_rows(500);
  authors_of(story, {31, 999, 17});
  CHECK(story.only("n-plus-one").confidence == Confidence::proven);
}

TEST_CASE("uuids prove alone") {
  Story story;
  const std::string a = "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                    b = "9b2a7c10-0d5e-4c1f-8a77-1c2d3e4f5a6b";
  story.run("SELECT owner_uuid FROM document").gives_uuids("document.owner_uuid", {a, b});
  for (const std::string& uuid : {a, b})
    story.run_uuid("SELECT id FROM orders WHERE external = $1", uuid);
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->evidence == "high_entropy");
  CHECK(finding.confidence == Confidence::proven);
}

TEST_CASE("without a catalog, names and coverage make it likely") {
  Story story(Story::Knows::names);
  books(story, {{1, 31}, {2, 17}});
  authors_of(story, {31, 17});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.confidence == Confidence::likely);
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.link->parent_column == "book.author_id");
  CHECK(finding.link->foreign_key.empty());
  CHECK(finding.link->evidence == "names");
}

TEST_CASE("pipelined children have saved their round trips: info") {
  Story story;
  books(story, {{1, 31}, {2, 17}, {3, 24}});
  story.run(by_id("author", 31));
  story.pipelined().run(by_id("author", 17));
  story.pipelined().run(by_id("author", 24));
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.severity == Severity::info);
  CHECK(finding.evidence.saved_ms == 0);
}

TEST_CASE("a list read twice, with its lookups after each, is one finding") {
  Story story;
  for (int round = 0; round < 2; ++round) {
    books(story, {{1, 31 + round * 10}, {2, 17 + round * 10}});
    authors_of(story, {31 + round * 10, 17 + round * 10});
  }
  CHECK(story.only("n-plus-one").link->matched == 4);
}

TEST_CASE("the same fault in two windows is one finding, seen twice") {
  Story story;
  for (int request = 0; request < 2; ++request) {
    books(story, {{1, 31}, {2, 17}});
    authors_of(story, {31, 17});
    story.wait(5s);
  }
  CHECK(story.only("n-plus-one").seen.windows == 2);
}

namespace {

std::string cause_of_reviews(const std::string& select, const std::string& rest) {
  Story story;
  books(story, {{1, 31}, {2, 17}});
  for (const int id : {1, 2})
    story.run("SELECT " + select + " FROM review WHERE book_id = " + std::to_string(id) + rest);
  return story.only("n-plus-one").cause;
}

}  // namespace

TEST_CASE("a column more is the same cause; another question is another") {
  const std::string rows = cause_of_reviews("id", "");
  CHECK(cause_of_reviews("id, rating", "") == rows);
  CHECK(cause_of_reviews("COUNT(*)", "") != rows);
  CHECK(cause_of_reviews("id", " AND approved") != rows);
  CHECK(cause_of_reviews("id", " ORDER BY id DESC LIMIT 1") != rows);
}

TEST_CASE("silent: two lone parents of one row with one child each") {
  Story story;
  for (const int id : {1, 2}) {
    story.run("SELECT id, author_id FROM book WHERE id = " + std::to_string(id))
        .gives({"book.id", "book.author_id"}, {{id, id + 30}});
    authors_of(story, {id + 30});
  }
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: dense ids that an unrelated list happens to contain") {
  Story story;
  story.run("SELECT id, name FROM publisher").gives({"publisher.id"}, {{1}, {2}, {3}, {4}});
  authors_of(story, {1, 2, 3, 4});
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: the batch form and the join") {
  Story story;
  books(story, {{1, 31}, {2, 17}});
  story.run("SELECT id, name FROM author WHERE id IN (31, 17)").gives({"author.id"}, {{31}, {17}});
  story.run("SELECT id, name FROM author WHERE id IN (31, 17)").gives({"author.id"}, {{31}, {17}});
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: lookups that were sent before the list arrived") {
  Story story;
  authors_of(story, {31, 17});
  books(story, {{1, 31}, {2, 17}});
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: a tenant that stays the same in every statement") {
  Story story;
  story.run("SELECT id, name FROM author WHERE id = 4").gives({"author.id"}, {{4}});
  story.run("SELECT id, author_id FROM book WHERE author_id = 4")
      .gives({"book.id", "book.author_id"}, {{1, 4}, {2, 4}, {3, 4}});
  for (int round = 0; round < 2; ++round)
    story.run("SELECT id FROM award WHERE author_id = 4 AND name = 'x'");
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: the same author asked for twice beside a list of other size") {
  Story story;
  books(story, {{1, 31}, {2, 31}, {3, 31}});
  authors_of(story, {31, 31});
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: rows locked one at a time") {
  Story story;
  story.run("SELECT id FROM book").gives({"book.id"}, {{3}, {4}});
  for (const int id : {3, 4})
    story.run("SELECT id, title FROM book WHERE id = " + std::to_string(id) + " FOR UPDATE");
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: a condition under OR proves nothing") {
  Story story;
  books(story, {{1, 31}, {2, 17}});
  for (const int id : {31, 17})
    story.run("SELECT id FROM author WHERE id = " + std::to_string(id) + " OR name = 'x'");
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: requests apart by more than the idle gap") {
  Story story;
  books(story, {{1, 31}, {2, 17}});
  for (const int id : {31, 17}) {
    story.wait(5s);
    authors_of(story, {id});
  }
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: two connections without tags") {
  Story story;
  books(story, {{1, 31}, {2, 17}});
  story.on(2);
  authors_of(story, {31, 17});
  CHECK(story.findings("n-plus-one").empty());
}
