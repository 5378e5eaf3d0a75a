#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

constexpr auto rule = "tree-walk";

/// From an employee to the manager, and theirs.
Story& up(Story& story, std::int64_t id, std::int64_t manager) {
  return story.run("SELECT id, manager_id FROM employee WHERE id = " + std::to_string(id))
      .gives({"employee.id", "employee.manager_id"}, {{id, manager}});
}

/// From a manager to the employees.
Story& down(Story& story, std::int64_t manager, const std::vector<std::int64_t>& employees) {
  std::vector<std::vector<std::int64_t>> rows;
  for (const std::int64_t id : employees) rows.push_back({id, manager});
  return story
      .run("SELECT id, manager_id FROM employee WHERE manager_id = " + std::to_string(manager))
      .gives({"employee.id", "employee.manager_id"}, rows);
}

bool silent(Story& story) {
  return story.findings(rule).empty();
}

}  // namespace

TEST_CASE("walk: silent: two levels") {
  Story story;
  up(story, 90, 41);
  up(story, 41, 7);
  CHECK(silent(story));
}

TEST_CASE("walk: silent: lookups that do not follow one another") {
  Story story;
  for (int id = 1; id <= 6; ++id) up(story, id * 10, 7);
  CHECK(silent(story));
}

TEST_CASE("walk: silent: the same row again is no step") {
  Story story;
  for (int i = 0; i < 6; ++i) up(story, 90, 90);
  CHECK(silent(story));
}

TEST_CASE("walk: silent: numbers that are also ids, of a column that refers elsewhere") {
  Story story;
  for (const auto& [id, author] :
       {std::pair{5, 4}, std::pair{4, 3}, std::pair{3, 2}, std::pair{2, 1}})
    story.run("SELECT id, author_id FROM book WHERE id = " + std::to_string(id))
        .gives({"book.id", "book.author_id"}, {{id, author}});
  CHECK(silent(story));
}

TEST_CASE("walk: silent: paging by the last row's key") {
  Story story;
  for (int page = 0; page < 6; ++page)
    story.run("SELECT id, manager_id FROM employee WHERE manager_id > " + std::to_string(page * 2))
        .gives({"employee.id", "employee.manager_id"},
               {{page * 2 + 1, page * 2 + 1}, {page * 2 + 2, page * 2 + 2}});
  CHECK(silent(story));
}

TEST_CASE("walk: silent: fed by another statement it is an n-plus-one") {
  Story story;
  story.run("SELECT id FROM employee").gives({"employee.id"}, {{1}, {2}, {3}, {4}});
  down(story, 1, {2});
  down(story, 2, {3});
  down(story, 3, {4});
  down(story, 4, {});
  CHECK(silent(story));
  CHECK(story.findings("n-plus-one").size() == 1);
}

TEST_CASE("walk: silent: values that were sent before the row that has them came") {
  Story story;
  up(story, 7, -1);
  up(story, 41, 7);
  up(story, 90, 41);
  CHECK(silent(story));
}

TEST_CASE("walk: three levels up") {
  Story story;
  up(story, 90, 41);
  up(story, 41, 7);
  up(story, 7, -1);
  const Finding finding = story.only();
  CHECK(finding.rule == rule);
  CHECK(finding.title == "employee was walked over 3 levels with 3 statements in one request");
  CHECK(finding.confidence == Confidence::proven);
  CHECK(finding.severity == Severity::warning);
  REQUIRE(finding.link);
  CHECK(finding.link->parent_column == "employee.manager_id");
  CHECK(finding.link->child_column == "employee.id");
  CHECK(finding.link->foreign_key == "employee_manager_id_fkey");
  CHECK(finding.evidence.count == 3);
  CHECK(
      finding.advice.sql ==
      "WITH RECURSIVE tree AS (SELECT * FROM employee WHERE id = $1 UNION ALL SELECT below.* FROM "
      "employee AS below JOIN tree ON below.id = tree.manager_id) SELECT * FROM tree");
}

TEST_CASE("walk: down, all children of each") {
  Story story;
  down(story, 1, {12, 13});
  down(story, 12, {24});
  down(story, 13, {});
  down(story, 24, {});
  const Finding finding = story.only();
  CHECK(finding.rule == rule);
  CHECK(finding.link->parent_column == "employee.id");
  CHECK(finding.link->child_column == "employee.manager_id");
  CHECK(finding.evidence.count == 4);
}

TEST_CASE("walk: a root that a list gave is that list's, the levels below are a walk") {
  Story story;
  story.run("SELECT id FROM employee WHERE manager_id IS NULL").gives({"employee.id"}, {{1}, {2}});
  down(story, 1, {12});
  down(story, 12, {24});
  down(story, 24, {});
  down(story, 2, {22});
  down(story, 22, {});
  CHECK(story.only(rule).evidence.count == 3);
  CHECK(story.only("n-plus-one").evidence.count == 2);
}

TEST_CASE("walk: without a catalog the column's name has to say it") {
  Story story(Story::Knows::names);
  up(story, 90, 41);
  up(story, 41, 7);
  up(story, 7, -1);
  CHECK(story.only(rule).confidence == Confidence::likely);
}
