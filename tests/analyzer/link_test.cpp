#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;

// Which of several results, and which of their columns, fed the loop.

namespace {

using Rows = std::vector<std::vector<std::int64_t>>;

Story& books(Story& story, const Rows& rows) {
  return story.run("SELECT id, author_id FROM book").gives({"book.id", "book.author_id"}, rows);
}

Story& author(Story& story, std::int64_t id) {
  return story.run("SELECT id, name FROM author WHERE id = " + std::to_string(id))
      .gives({"author.id"}, {{id}});
}

Story& employees(Story& story) {
  return story.run("SELECT id, manager_id FROM employee")
      .gives({"employee.id", "employee.manager_id"}, {{1, -1}, {2, 1}, {3, 1}, {4, 2}, {5, 2}});
}

Story& employee(Story& story, std::int64_t id) {
  return story.run("SELECT id, name FROM employee WHERE id = " + std::to_string(id))
      .gives({"employee.id"}, {{id}});
}

Story& matches(Story& story, const Rows& rows) {
  return story.run("SELECT id, home_team_id, away_team_id FROM match")
      .gives({"match.id", "match.home_team_id", "match.away_team_id"}, rows);
}

Story& team(Story& story, std::int64_t id) {
  return story.run("SELECT id, name FROM team WHERE id = " + std::to_string(id))
      .gives({"team.id"}, {{id}});
}

}  // namespace

TEST_CASE("rows read again by id are a refetch, though a key to their own table stands beside") {
  Story story;
  employees(story);
  for (const int id : {1, 2, 3, 4, 5}) employee(story, id);
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_column == "employee.id");
  CHECK(finding.link->direction == Direction::refetch);
  CHECK(finding.link->matched == 5);
}

TEST_CASE("managers of employees come from the key to the same table") {
  Story story;
  employees(story);
  for (const int id : {1, 1, 2, 2}) employee(story, id);
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_column == "employee.manager_id");
  CHECK(finding.link->direction == Direction::forward);
}

TEST_CASE("of two keys that hold the same values, the one in the order of the rows fed the loop") {
  Story story;
  matches(story, {{1, 52, 50}, {2, 50, 51}, {3, 51, 52}});
  for (const int id : {50, 51, 52}) team(story, id);
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_columns == std::vector<std::string>{"match.away_team_id"});
  CHECK(finding.link->alternatives.empty());
}

TEST_CASE("two keys that hold the same values row by row are both told") {
  Story story;
  matches(story, {{1, 50, 50}, {2, 51, 51}});
  for (const int id : {50, 51}) team(story, id);
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_columns == std::vector<std::string>{"match.home_team_id"});
  CHECK(finding.link->alternatives == std::vector<std::string>{"match.away_team_id"});
}

TEST_CASE("two keys that each refer to every row are both named where only both keep the order") {
  const Rows rows{{1, 2, 3}, {2, 1, 4}, {3, 4, 5}, {4, 3, 6},
                  {5, 6, 7}, {6, 5, 8}, {7, 8, 1}, {8, 7, 2}};
  const auto columns = [&](const std::vector<int>& ids) {
    Story story;
    matches(story, rows);
    for (const int id : ids) team(story, id);
    return story.only("n-plus-one").link->parent_columns;
  };
  const std::vector<std::string> both{"match.home_team_id", "match.away_team_id"};
  CHECK(columns({2, 3, 1, 4, 4, 5, 3, 6, 6, 7, 5, 8, 8, 1, 7, 2}) == both);
  CHECK(columns({2, 3, 1, 4, 5, 6, 7, 8}) == both);  // an identity map reads each once
  CHECK(columns({2, 1, 4, 3, 6, 5, 8, 7}) == std::vector{both[0]});
  CHECK(columns({3, 4, 5, 6, 7, 8, 1, 2}) == std::vector{both[1]});
  CHECK(columns({8, 1, 5, 3, 7, 2, 6, 4}).size() == 1);
}

TEST_CASE("a list of the same rows read twice feeds the lookups that come after each") {
  Story story;
  for (int round = 0; round < 2; ++round) {
    books(story, {{1, 31}, {2, 17}});
    for (const int id : {31, 17}) author(story, id);
  }
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->matched == 4);
  CHECK(finding.parent->rows == 4);
  CHECK(finding.link->in_row_order);
}

TEST_CASE("pages that overlap are one parent, and none of its children a miss") {
  Story story;
  books(story, {{1, 31}, {2, 17}, {3, 24}});
  books(story, {{3, 24}, {4, 17}, {5, 40}});
  for (const int id : {24, 17, 40, 31, 17, 24}) author(story, id);
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->matched == 6);
  CHECK(finding.confidence == Confidence::proven);
}

TEST_CASE("a nested loop is found though a lone lookup of its shape came before") {
  Story story;
  const auto reviews = [&](int book) {
    story.run("SELECT id, book_id FROM review WHERE book_id = " + std::to_string(book))
        .gives({"review.id", "review.book_id"}, {{book * 10, book}});
  };
  reviews(999);
  story.run("SELECT id, name FROM author").gives({"author.id"}, {{5}, {6}});
  for (const int id : {5, 6}) {
    story.run("SELECT id, author_id FROM book WHERE author_id = " + std::to_string(id))
        .gives({"book.id", "book.author_id"}, {{id * 10, id}});
    reviews(id * 10);
  }
  const std::vector<Finding> findings = story.findings("n-plus-one");
  REQUIRE(findings.size() == 2);
  for (const Finding& finding : findings)
    CHECK(finding.chain.size() == (finding.link->child_column == "review.book_id" ? 2 : 0));
}

TEST_CASE("a column named id that is no key does not prove a refetch") {
  Story story;
  story.run("SELECT id FROM history").gives({"history.id"}, {{3}, {4}});
  for (const int id : {3, 4})
    story.run("SELECT note FROM history WHERE id = " + std::to_string(id)).gives({"note"}, {});
  CHECK(story.only("n-plus-one").confidence == Confidence::likely);
}

TEST_CASE("silent: scattered rows that match a few of many lookups") {
  Story story;
  Rows rows;
  for (int i = 1; i <= 20; ++i) rows.push_back({i, i * 7});
  books(story, rows);
  for (int id = 10; id < 30; ++id) author(story, id);
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: columns that refer to one table, with few of the values") {
  Story story;
  Rows rows;
  for (int i = 1; i <= 20; ++i) rows.push_back({i, i});
  books(story, rows);
  for (const int id : {13, 4, 9})
    story.run("SELECT id FROM award WHERE author_id = " + std::to_string(id));
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("two lists of one row each, each with its lookup, stay silent amid others") {
  Story story;
  for (const int id : {1, 2}) {
    books(story, {{id, id + 30}});
    author(story, id + 30);
  }
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("EXECUTE of what PREPARE named is a round of the loop") {
  Story story;
  story.run("PREPARE one (int) AS SELECT id, name FROM author WHERE id = $1");
  books(story, {{1, 31}, {2, 17}});
  for (const int id : {31, 17})
    story.run("EXECUTE one (" + std::to_string(id) + ")").gives({"author.id"}, {{id}});
  CHECK(story.only("n-plus-one").link->child_column == "author.id");
}

TEST_CASE("without a catalog a refetch is likely: nobody knows that id is a key") {
  Story story(Story::Knows::names);
  story.run("SELECT id FROM book").gives({"book.id"}, {{3}, {4}});
  for (const int id : {3, 4})
    story.run("SELECT id, title FROM book WHERE id = " + std::to_string(id))
        .gives({"book.id"}, {{id}});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->direction == Direction::refetch);
  CHECK(finding.confidence == Confidence::likely);
}

TEST_CASE("without a catalog a list of all authors is not why those of the books were fetched") {
  Story story(Story::Knows::names);
  Rows all;
  for (int id = 1; id <= 50; ++id) all.push_back({id});
  story.run("SELECT id FROM author").gives({"author.id"}, all);
  books(story, {{1, 11}, {2, 17}, {3, 24}, {4, 30}});
  for (const int id : {11, 17, 24, 30}) author(story, id);
  CHECK(story.only("n-plus-one").link->parent_column == "book.author_id");
}

TEST_CASE("silent: two keys looked up beside a list of everything") {
  Story story;
  Rows all;
  for (int id = 1; id <= 50; ++id) all.push_back({id});
  story.run("SELECT id, name FROM author").gives({"author.id"}, all);
  author(story, 8);
  author(story, 31);
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: without a catalog, a column of the same name that has few of the values") {
  Story story(Story::Knows::names);
  employees(story);
  for (const int id : {1, 2, 3, 4, 5, 6, 7})
    story.run("SELECT id FROM employee WHERE manager_id = " + std::to_string(id));
  CHECK(story.findings("n-plus-one").empty());
}

namespace {

std::string reviews_of(const std::vector<std::int64_t>& books) {
  std::string list;
  for (const std::int64_t id : books) list += (list.empty() ? "" : ", ") + std::to_string(id);
  return "SELECT id, book_id FROM review WHERE book_id IN (" + list + ")";
}

/// A list of the books 1 to `count`, each with an author of its own.
Story& books(Story& story, std::int64_t count) {
  std::vector<std::vector<std::int64_t>> rows;
  for (std::int64_t id = 1; id <= count; ++id) rows.push_back({id, id % 5 + 40});
  return story.run("SELECT id, author_id FROM book").gives({"book.id", "book.author_id"}, rows);
}

}  // namespace

TEST_CASE("a batch loader called for the books of each author is the next level of a nest") {
  Story story;
  story.run("SELECT id FROM author").gives({"author.id"}, {{5}, {6}, {9}});
  for (const std::int64_t author : {5, 6, 9}) {
    story.run("SELECT id, author_id FROM book WHERE author_id = " + std::to_string(author))
        .gives({"book.id", "book.author_id"}, {{author * 10, author}, {author * 10 + 1, author}});
    story.run(reviews_of({author * 10, author * 10 + 1}));
  }
  const std::vector<Finding> findings = story.findings("n-plus-one");
  REQUIRE(findings.size() == 2);
  const Finding& batch = findings[findings[0].link->child_column == "review.book_id" ? 0 : 1];
  CHECK(batch.link->parent_column == "book.id");
  CHECK(batch.link->matched == 3);
  CHECK(batch.chain.size() == 2);
}

TEST_CASE("lists that grow from row to row are a batch loader called for each row") {
  Story story;
  books(story, 5);
  std::vector<std::int64_t> so_far{1};
  for (std::int64_t id = 2; id <= 5; ++id) {
    so_far.push_back(id);
    story.run(reviews_of(so_far));
  }
  CHECK(story.only("n-plus-one").link->matched == 4);
}

TEST_CASE("lists of the keys of one row each are a batch loader called for each row") {
  Story story;
  story.run("SELECT id, home_team_id, away_team_id FROM match")
      .gives({"match.id", "match.home_team_id", "match.away_team_id"},
             {{1, 2, 5}, {2, 4, 3}, {3, 6, 1}, {4, 8, 7}});
  for (const char* teams : {"2, 5", "4, 3", "6, 1", "8, 7"})
    story.run("SELECT id FROM team WHERE id IN (" + std::string(teams) + ")");
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_columns ==
        std::vector<std::string>{"match.home_team_id", "match.away_team_id"});
  CHECK(finding.link->matched == 4);
}

TEST_CASE("silent: chunks of a list, disjoint or of keys that chunks share") {
  Story story;
  books(story, 40);
  for (std::int64_t begin = 1; begin <= 40; begin += 10) {
    std::vector<std::int64_t> chunk;
    for (std::int64_t id = begin; id < begin + 10; ++id) chunk.push_back(id);
    story.run(reviews_of(chunk));
    story.run("SELECT id FROM author WHERE id IN (40, 41, 42, 43, 44)");
  }
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: a batch for each page of a list") {
  Story story;
  for (std::int64_t page = 0; page < 5; ++page) {
    const std::int64_t first = page * 2 + 1;
    story.run("SELECT id, author_id FROM book WHERE id > " + std::to_string(page * 2) + " LIMIT 2")
        .gives({"book.id", "book.author_id"}, {{first, 40 + page}, {first + 1, 41 + page}});
    story.run(reviews_of({first, first + 1}));
  }
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: one list again and again is no loop over it") {
  Story story;
  books(story, 2);
  for (int i = 0; i < 4; ++i) story.run(reviews_of({1, 2}));
  CHECK(story.findings("n-plus-one").empty());
}
