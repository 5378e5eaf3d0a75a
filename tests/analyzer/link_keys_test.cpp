#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;

// Kinds of keys: of several columns, uuids, texts, lists of one element, siblings.

namespace {

using Rows = std::vector<std::vector<std::int64_t>>;
using Columns = std::vector<std::string>;

Story& orders(Story& story, const Rows& rows) {
  return story.run("SELECT id, no, year FROM orders")
      .gives({"orders.id", "orders.no", "orders.year"}, rows);
}

void lines_of(Story& story, std::int64_t no, std::int64_t year) {
  story.run("SELECT id FROM line WHERE order_year = " + std::to_string(year) +
            " AND order_no = " + std::to_string(no));
}

Story& books(Story& story, const Rows& rows) {
  return story.run("SELECT id, author_id FROM book").gives({"book.id", "book.author_id"}, rows);
}

const std::string one = "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
                  two = "9b2a7c10-0d5e-4c1f-8a77-1c2d3e4f5a6b";

}  // namespace

TEST_CASE("silent: values of a key of several columns that stand in different rows") {
  Story story;
  orders(story, {{1, 7, 2024}, {2, 8, 2025}, {3, 9, 2026}});
  lines_of(story, 7, 2025);
  lines_of(story, 8, 2026);
  lines_of(story, 9, 2024);
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("a key of several columns, one of which stays the same, links by the row") {
  Story story;
  orders(story, {{1, 7, 2024}, {2, 8, 2024}, {3, 9, 2024}});
  for (const int no : {7, 8, 9}) lines_of(story, no, 2024);
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_columns == Columns{"orders.no", "orders.year"});
  CHECK(finding.link->matched == 3);
  CHECK(finding.confidence == Confidence::proven);
}

TEST_CASE("both columns of a key are told where two rows share one of them") {
  Story story;
  story.run("SELECT id, order_no, order_year FROM line")
      .gives({"line.id", "line.order_no", "line.order_year"}, {{1, 7, 2024}, {2, 7, 2025}});
  for (const int year : {2024, 2025})
    story.run("SELECT id, no, year FROM orders WHERE no = 7 AND year = " + std::to_string(year))
        .gives({"orders.id", "orders.no", "orders.year"}, {{year, 7, year}});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_columns == Columns{"line.order_year", "line.order_no"});
  CHECK(finding.link->direction == Direction::forward);
  CHECK(finding.confidence == Confidence::proven);
}

TEST_CASE("a constant that rows happen to have, but that is of no key, is not told") {
  Story story;
  story.run("SELECT id, author_id, publisher_id FROM book")
      .gives({"book.id", "book.author_id", "book.publisher_id"}, {{1, 31, 5}, {2, 17, 5}});
  for (const int id : {31, 17})
    story.run("SELECT id, name FROM author WHERE publisher_id = 5 AND id = " + std::to_string(id))
        .gives({"author.id"}, {{id}});
  CHECK(story.only("n-plus-one").link->parent_columns == Columns{"book.author_id"});
}

TEST_CASE("silent: the constant half of a key is that of no row") {
  Story story;
  orders(story, {{1, 7, 2024}, {2, 8, 2024}, {3, 9, 2024}});
  for (const int no : {7, 8, 9}) lines_of(story, no, 2019);
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("rows of one number in several years are told apart") {
  Story story;
  orders(story, {{1, 7, 2024}, {2, 7, 2025}, {3, 8, 2024}, {4, 8, 2025}});
  for (const int no : {7, 8})
    for (const int year : {2024, 2025}) lines_of(story, no, year);
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->matched == 4);
  CHECK(finding.link->in_row_order);
  CHECK(finding.confidence == Confidence::proven);
}

TEST_CASE("a row comparison is a key of several columns") {
  Story story;
  orders(story, {{1, 7, 2024}, {2, 8, 2025}});
  for (const auto& [no, year] : {std::pair{7, 2024}, std::pair{8, 2025}})
    story.run("SELECT id FROM line WHERE (order_no, order_year) = (" + std::to_string(no) + ", " +
              std::to_string(year) + ")");
  CHECK(story.only("n-plus-one").link->foreign_key == "line_order_fkey");
}

TEST_CASE("uuids whose column a name ties are told by it") {
  Story story(Story::Knows::names);
  story.run("SELECT owner_uuid FROM document").gives_uuids("document.owner_uuid", {one, two});
  for (const std::string& uuid : {one, two})
    story.run_uuid("SELECT id FROM owner WHERE uuid = $1", uuid);
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_column == "document.owner_uuid");
  CHECK(finding.link->matched == 2);
}

TEST_CASE("silent: one uuid, asked for again and again, though rows have it") {
  Story story;
  story.run("SELECT owner_uuid FROM document").gives_uuids("document.owner_uuid", {one, one, two});
  for (int round = 0; round < 2; ++round)
    story.run_uuid("SELECT id FROM orders WHERE external = $1", one);
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("text keys link by their foreign key") {
  Story story;
  story.run("SELECT id, country FROM city")
      .gives_texts({"city.id", "city.country"}, {{"1", "DE"}, {"2", "FR"}, {"3", "IT"}});
  for (const std::string code : {"DE", "FR", "IT"})
    story.run("SELECT name FROM country WHERE code = '" + code + "'");
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_column == "city.country");
  CHECK(finding.link->child_column == "country.code");
  CHECK(finding.confidence == Confidence::proven);
}

TEST_CASE("silent: texts that merely occur in a list") {
  Story story;
  story.run("SELECT name FROM author").gives_texts({"author.name"}, {{"DE"}, {"FR"}, {"IT"}});
  for (const std::string code : {"DE", "FR", "IT"})
    story.run("SELECT name FROM country WHERE code = '" + code + "'");
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("a list of one element is a value") {
  const std::string condition = GENERATE(as<std::string>(), "id IN (@)", "id = ANY('{@}')",
                                         "id = ANY(ARRAY[@])", "(id = @)", "id = @::bigint");
  INFO(condition);
  Story story;
  books(story, {{1, 31}, {2, 17}, {3, 24}});
  for (const std::string id : {"31", "17", "24"}) {
    std::string sql = "SELECT id, name FROM author WHERE " + condition;
    sql.replace(sql.find('@'), 1, id);
    story.run(sql).gives({"author.id"}, {{std::stoi(id)}});
  }
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_column == "book.author_id");
  CHECK(finding.link->matched == 3);
}

TEST_CASE("silent: the same lookups with lists of two elements") {
  Story story;
  books(story, {{1, 31}, {2, 17}, {3, 24}, {4, 25}});
  for (const char* ids : {"31, 17", "24, 25"})
    story.run("SELECT id, name FROM author WHERE id IN (" + std::string(ids) + ")");
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("columns that refer to one key feed each other, where no row of its own did") {
  Story story;
  books(story, {{1, 31}, {2, 17}, {3, 24}});
  for (const int id : {31, 17, 24})
    story.run("SELECT id FROM award WHERE author_id = " + std::to_string(id));
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_column == "book.author_id");
  CHECK(finding.link->child_column == "award.author_id");
  CHECK(finding.confidence == Confidence::proven);
}

TEST_CASE(
    "the key itself is preferred to a column that refers to it, though an older list has it") {
  Story story;
  story.run("SELECT id, name FROM author").gives({"author.id"}, {{31}, {17}, {24}});
  books(story, {{1, 31}, {2, 17}, {3, 24}});
  for (const int id : {31, 17, 24})
    story.run("SELECT id FROM award WHERE author_id = " + std::to_string(id));
  CHECK(story.only("n-plus-one").link->parent_column == "author.id");
}

TEST_CASE("without a catalog two keys to one table are known by the end of their names") {
  Story story(Story::Knows::names);
  story.run("SELECT id, home_team_id, away_team_id FROM match")
      .gives({"match.id", "match.home_team_id", "match.away_team_id"},
             {{1, 50, 60}, {2, 51, 61}, {3, 52, 62}});
  for (const int id : {50, 60, 51, 61, 52, 62})
    story.run("SELECT id, name FROM team WHERE id = " + std::to_string(id))
        .gives({"team.id"}, {{id}});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->parent_columns == Columns{"match.home_team_id", "match.away_team_id"});
  CHECK(finding.confidence == Confidence::likely);
}

TEST_CASE("silent: a name that only ends like the table's, with a few of its values, in no order") {
  Story story(Story::Knows::names);
  story.run("SELECT id, home_team_id FROM match")
      .gives({"match.id", "match.home_team_id"}, {{1, 3}, {2, 1}, {3, 2}, {4, 4}});
  const std::vector<int> asked = GENERATE(std::vector<int>{1, 2}, std::vector<int>{1, 2, 3, 4});
  for (const int id : asked)
    story.run("SELECT id, name FROM team WHERE id = " + std::to_string(id))
        .gives({"team.id"}, {{id}});
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("a table that two schemas have is the one beside the parent's") {
  Story story;
  story.run("SELECT id FROM shelf").gives({"tenant.shelf.id"}, {{1}, {2}, {3}});
  for (const int id : {1, 2, 3})
    story.run("SELECT count(*) FROM item WHERE shelf_id = " + std::to_string(id));
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.link->foreign_key == "item_shelf_id_fkey");
  CHECK(finding.link->child_column == "tenant.item.shelf_id");
  CHECK(finding.confidence == Confidence::proven);
}

TEST_CASE("a schema that is written is believed") {
  Story story;
  story.run("SELECT id FROM tenant.shelf").gives({"tenant.shelf.id"}, {{1}, {2}, {3}});
  for (const int id : {1, 2, 3})
    story.run("SELECT count(*) FROM public.item WHERE shelf_id = " + std::to_string(id));
  for (const Finding& finding : story.findings("n-plus-one"))
    CHECK(finding.confidence == Confidence::likely);
}

TEST_CASE("a number is the same as text and as a bound integer") {
  Story story;
  story.run("SELECT id, author_id FROM book")
      .gives_texts({"book.id", "book.author_id"}, {{"1", "31"}, {"2", "17"}});
  for (const std::int64_t id : {31, 17})
    story.run("SELECT id, name FROM author WHERE id = $1", {id}).gives({"author.id"}, {{id}});
  CHECK(story.only("n-plus-one").confidence == Confidence::proven);
}
