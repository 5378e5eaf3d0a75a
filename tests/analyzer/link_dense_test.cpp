#include <catch2/catch.hpp>

#include <random>
#include <set>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;

// Ids from 1 to N, as test databases have them: every list then contains every key, and only what
// ties the columns tells which one fed a loop.

namespace {

using Rows = std::vector<std::vector<std::int64_t>>;
using Columns = std::vector<std::string>;

Story& ids_of(Story& story, const std::string& table, std::int64_t count) {
  Rows rows;
  for (std::int64_t id = 1; id <= count; ++id) rows.push_back({id});
  return story.run("SELECT id FROM " + table).gives({table + ".id"}, rows);
}

void look_up(Story& story, const std::string& table, const std::vector<std::int64_t>& ids) {
  for (const std::int64_t id : ids)
    story.run("SELECT * FROM " + table + " WHERE id = " + std::to_string(id))
        .gives({table + ".id"}, {{id}});
}

/// id, director_id, writer_id, producer_id
Story& films(Story& story, const Rows& rows) {
  return story.run("SELECT * FROM film")
      .gives({"film.id", "film.director_id", "film.writer_id", "film.producer_id"}, rows);
}

/// So many films whose three keys are drawn from ids 1 to `persons`.
Rows drawn(std::mt19937& random, std::size_t count, int persons) {
  std::uniform_int_distribution<int> person(1, persons);
  Rows rows;
  for (std::size_t n = 1; n <= count; ++n)
    rows.push_back({static_cast<std::int64_t>(n), person(random), person(random), person(random)});
  return rows;
}

enum class Fetched : std::uint8_t { each_time, once };  ///< once: there is an identity map

/// The persons of one column, in the order of the rows.
std::vector<std::int64_t> asked(const Rows& rows, std::size_t column, Fetched fetched) {
  std::vector<std::int64_t> ids;
  std::set<std::int64_t> known;
  for (const std::vector<std::int64_t>& row : rows)
    if (known.insert(row[column]).second || fetched == Fetched::each_time)
      ids.push_back(row[column]);
  return ids;
}

const Columns keys = {"", "film.director_id", "film.writer_id", "film.producer_id"};

}  // namespace

TEST_CASE("silent: lookups in one table beside the list of another, whatever the two are") {
  const std::vector<std::string> unrelated = {"publisher", "genre", "team",  "person",
                                              "orders",    "post",  "photo", "document"};
  const Story::Knows knows = GENERATE(Story::Knows::catalog, Story::Knows::names);
  for (const std::string& listed : unrelated)
    for (const std::string& asked : unrelated) {
      if (listed == asked) continue;
      INFO(listed << ", " << asked);
      Story story(knows);
      ids_of(story, listed, 6);
      look_up(story, asked, {1, 2, 3, 4, 5, 6});
      CHECK(story.findings("n-plus-one").empty());
    }
}

TEST_CASE("silent: lookups in one table amid the lists of many others") {
  const Story::Knows knows = GENERATE(Story::Knows::catalog, Story::Knows::names);
  Story story(knows);
  for (const char* table : {"publisher", "genre", "team", "orders", "document"})
    ids_of(story, table, 5);
  story.run("SELECT id, author_id, publisher_id FROM book")
      .gives({"book.id", "book.author_id", "book.publisher_id"},
             {{1, 5, 2}, {2, 4, 1}, {3, 3, 5}, {4, 2, 4}, {5, 1, 3}});
  look_up(story, "person", {1, 2, 3, 4, 5});
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: columns of one name whose keys refer to different tables") {
  Story story;
  story.run("SELECT id, state_id FROM ticket")
      .gives({"ticket.id", "ticket.state_id"}, {{1, 1}, {2, 2}, {3, 3}});
  for (const int state : {1, 2, 3})
    story.run("SELECT id FROM task WHERE state_id = " + std::to_string(state));
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: a column named like a table that its key does not refer to") {
  Story story;
  // state_id of a task refers to task_state: a ticket_state of the same number is another thing.
  story.run("SELECT id, state_id FROM task")
      .gives({"task.id", "task.state_id"}, {{1, 2}, {2, 1}, {3, 3}});
  look_up(story, "ticket_state", {2, 1, 3});
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: counts of each kind beside a list of rows that have one of a few kinds") {
  const Story::Knows knows = GENERATE(Story::Knows::catalog, Story::Knows::names);
  const std::string counted = GENERATE(as<std::string>(), "ticket", "ticket AS t");
  Story story(knows);
  Rows rows;
  for (std::int64_t id = 1; id <= 12; ++id) rows.push_back({id, (id * 5) % 3 + 1});
  story.run("SELECT id, state_id FROM ticket").gives({"ticket.id", "ticket.state_id"}, rows);
  for (const int state : {1, 2, 3})
    story.run("SELECT count(*) FROM " + counted + " WHERE state_id = " + std::to_string(state));
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: counts of some kinds, in an order that is not that of the list's first ones") {
  Story story;
  Rows rows;
  for (std::int64_t id = 1; id <= 30; ++id) rows.push_back({id, (id * 5) % 6 + 1});
  story.run("SELECT id, state_id FROM ticket").gives({"ticket.id", "ticket.state_id"}, rows);
  for (const int state : {1, 2, 3, 4})
    story.run("SELECT count(*) FROM ticket WHERE state_id = " + std::to_string(state));
  CHECK(story.findings().empty());
}

TEST_CASE("lookups of some kinds are proven in the order in which the rows first name them") {
  // 6 5 4 3 2 1 6 5 …
  Rows rows;
  for (std::int64_t id = 1; id <= 30; ++id) rows.push_back({id, (id * 5) % 6 + 1});
  const std::vector<std::int64_t> asked =
      GENERATE(std::vector<std::int64_t>{6, 4, 3}, std::vector<std::int64_t>{3, 4, 6});
  Story story;
  story.run("SELECT id, state_id FROM ticket").gives({"ticket.id", "ticket.state_id"}, rows);
  look_up(story, "ticket_state", asked);
  const Confidence expected = asked[0] == 6 ? Confidence::proven : Confidence::likely;
  CHECK(story.only("n-plus-one").confidence == expected);
}

TEST_CASE("some rows of a short list, in no order, are likely a loop; all of them are one") {
  const std::vector<std::int64_t> asked =
      GENERATE(std::vector<std::int64_t>{3, 1}, std::vector<std::int64_t>{4, 2, 3, 1});
  Story story;
  ids_of(story, "author", 4);
  look_up(story, "author", asked);
  const Confidence expected = asked.size() == 4 ? Confidence::proven : Confidence::likely;
  CHECK(story.only("n-plus-one").confidence == expected);
}

TEST_CASE("what is asked for each row is a loop, though few kinds are shared by many") {
  Story story;
  Rows rows;
  for (std::int64_t id = 1; id <= 12; ++id) rows.push_back({id, (id * 5) % 3 + 1});
  story.run("SELECT id, state_id FROM ticket").gives({"ticket.id", "ticket.state_id"}, rows);
  for (const std::vector<std::int64_t>& row : rows)
    story.run("SELECT count(*) FROM ticket WHERE state_id = " + std::to_string(row[1]));
  const std::vector<Finding> findings = story.findings("n-plus-one");
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].link->parent_column == "ticket.state_id");
  CHECK(findings[0].link->matched == 12);
}

TEST_CASE("silent: two keys next to one another amid a list of everything") {
  const Story::Knows knows = GENERATE(Story::Knows::catalog, Story::Knows::names);
  Story story(knows);
  ids_of(story, "author", 20);
  look_up(story, "author", {5, 6});
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("the first two rows of many, read again, are likely a refetch") {
  Story story;
  ids_of(story, "author", 20);
  look_up(story, "author", {1, 2});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->direction == Direction::refetch);
  CHECK(finding.confidence == Confidence::likely);
}

TEST_CASE("silent: two keys somewhere in a list of everything that a key ties") {
  const std::vector<std::int64_t> asked =
      GENERATE(std::vector<std::int64_t>{5, 6}, std::vector<std::int64_t>{3, 17});
  Story story;
  ids_of(story, "author", 20);
  for (const std::int64_t id : asked)
    story.run("SELECT id FROM book WHERE author_id = " + std::to_string(id));
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("some keys of a list, in its order, are likely: in no order they came from elsewhere") {
  const std::vector<std::int64_t> asked =
      GENERATE(std::vector<std::int64_t>{3, 8, 17}, std::vector<std::int64_t>{8, 17, 3});
  Story story;
  ids_of(story, "author", 20);
  for (const std::int64_t id : asked)
    story.run("SELECT id FROM book WHERE author_id = " + std::to_string(id));
  const std::vector<Finding> findings = story.findings("n-plus-one");
  REQUIRE(findings.size() == (asked[0] == 3 ? 1 : 0));
  for (const Finding& finding : findings) CHECK(finding.confidence == Confidence::likely);
}

TEST_CASE("of three keys that all hold the values, the one in the order of the rows") {
  Story story;
  films(story,
        {{1, 2, 6, 4}, {2, 1, 5, 3}, {3, 4, 4, 2}, {4, 3, 3, 1}, {5, 6, 2, 6}, {6, 5, 1, 5}});
  look_up(story, "person", {6, 5, 4, 3, 2, 1});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_columns == Columns{"film.writer_id"});
  CHECK(finding.link->alternatives.empty());
  CHECK(finding.confidence == Confidence::proven);
}

TEST_CASE("of three keys, the one whose values were all asked for, in no order") {
  Story story;
  films(story,
        {{1, 2, 6, 4}, {2, 1, 5, 3}, {3, 2, 4, 2}, {4, 3, 3, 1}, {5, 3, 2, 6}, {6, 1, 1, 5}});
  look_up(story, "person", {3, 1, 2});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_columns == Columns{"film.director_id"});
  CHECK(finding.link->alternatives.empty());
}

TEST_CASE("two keys of three are named when the loop takes both in turn") {
  Story story;
  films(story, {{1, 2, 3, 4}, {2, 1, 5, 3}, {3, 4, 6, 2}});
  look_up(story, "person", {2, 3, 1, 5, 4, 6});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_columns == Columns{"film.director_id", "film.writer_id"});
  CHECK(finding.confidence == Confidence::proven);
}

TEST_CASE("two keys are named though an identity map fetches nobody twice") {
  Story story;
  films(story, {{1, 1, 2, 9}, {2, 1, 3, 9}, {3, 2, 1, 9}, {4, 4, 5, 9}});
  look_up(story, "person", {1, 2, 3, 4, 5});
  CHECK(story.only("n-plus-one").link->parent_columns ==
        Columns{"film.director_id", "film.writer_id"});
}

TEST_CASE("a value from elsewhere that another key happens to hold does not name that key") {
  Story story;
  films(story, {{1, 1, 7, 20}, {2, 2, 11, 12}, {3, 3, 12, 13}, {4, 4, 13, 14}, {5, 5, 14, 15}});
  look_up(story, "person", {1, 2, 7, 3, 4, 5});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_columns == Columns{"film.director_id"});
  CHECK(finding.link->matched == 5);
  CHECK(finding.confidence == Confidence::likely);
}

TEST_CASE("what is left over beside a loop is no second loop over a few scattered rows") {
  Story story;
  films(story, {{1, 1, 7, 20}, {2, 2, 11, 12}, {3, 3, 12, 13}, {4, 4, 13, 14}, {5, 5, 14, 15}});
  look_up(story, "person", {1, 2, 7, 3, 14, 4, 5});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_columns == Columns{"film.director_id"});
  CHECK(finding.link->matched == 5);
}

TEST_CASE("ids of the list itself are not why those that it refers to were fetched") {
  Story story;
  films(story, {{1, 4, 0, 0}, {2, 3, 0, 0}, {3, 2, 0, 0}, {4, 1, 0, 0}});
  look_up(story, "person", {4, 3, 2, 1});
  CHECK(story.only("n-plus-one").link->parent_columns == Columns{"film.director_id"});
}

TEST_CASE("rows read again in the order of their list come from it, not from a key elsewhere") {
  Story story;
  ids_of(story, "author", 5);
  story.run("SELECT id, author_id FROM book")
      .gives({"book.id", "book.author_id"}, {{1, 3}, {2, 5}, {3, 1}, {4, 4}, {5, 2}});
  look_up(story, "author", {1, 2, 3, 4, 5});
  CHECK(story.only("n-plus-one").link->parent_column == "author.id");
}

TEST_CASE("two lists that explain a loop equally well are both told") {
  Story story;
  story.run("SELECT id, author_id FROM award")
      .gives({"award.id", "award.author_id"}, {{1, 31}, {2, 17}});
  story.run("SELECT id, author_id FROM book")
      .gives({"book.id", "book.author_id"}, {{1, 31}, {2, 17}});
  look_up(story, "author", {31, 17});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_columns == Columns{"book.author_id"});
  CHECK(finding.link->alternatives == Columns{"award.author_id"});
}

TEST_CASE("a list that explains a loop less well is not told") {
  Story story;
  story.run("SELECT id, author_id FROM award")
      .gives({"award.id", "award.author_id"}, {{1, 17}, {2, 31}});
  story.run("SELECT id, author_id FROM book")
      .gives({"book.id", "book.author_id"}, {{1, 31}, {2, 17}});
  look_up(story, "author", {31, 17});
  CHECK(story.only("n-plus-one").link->alternatives.empty());
}

TEST_CASE("whatever the ids are, the column that was read is named, alone or among its equals") {
  std::mt19937 random(4711);
  for (int round = 0; round < 300; ++round) {
    const std::size_t count = 2 + random() % 11, column = 1 + random() % 3;
    const Rows rows = drawn(random, count, 12);
    const std::vector<std::int64_t> ids =
        asked(rows, column, random() % 2 == 0 ? Fetched::once : Fetched::each_time);
    if (std::set<std::int64_t>(ids.begin(), ids.end()).size() < 2) continue;
    INFO("round " << round << ", " << keys[column] << ", " << count << " films");
    Story story;
    films(story, rows);
    look_up(story, "person", ids);
    const Finding finding = story.only("n-plus-one");
    CHECK(finding.link->parent_columns.size() == 1);
    Columns told = finding.link->alternatives;
    told.push_back(finding.link->parent_column);
    CHECK(std::find(told.begin(), told.end(), keys[column]) != told.end());
    CHECK(finding.link->matched == ids.size());
  }
}

TEST_CASE("a person from elsewhere amid the loop names no other column") {
  std::mt19937 random(815);
  int named = 0, rounds = 0;
  for (int round = 0; round < 300; ++round) {
    const std::size_t column = 1 + random() % 3;
    const Rows rows = drawn(random, 8 + random() % 8, 12);
    std::vector<std::int64_t> ids =
        asked(rows, column, random() % 2 == 0 ? Fetched::once : Fetched::each_time);
    const auto stranger = static_cast<std::int64_t>(1 + random() % 12);
    ids.insert(ids.begin() + static_cast<std::ptrdiff_t>(random() % ids.size()), stranger);
    Story story;
    films(story, rows);
    look_up(story, "person", ids);
    const Finding finding = story.only("n-plus-one");
    ++rounds;
    named += finding.link->parent_columns == Columns{keys[column]} ? 1 : 0;
  }
  // By chance the stranger stands just where another column has him, now and then.
  CHECK(named >= rounds * 95 / 100);
}
