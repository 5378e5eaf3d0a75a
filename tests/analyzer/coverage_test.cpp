#include <catch2/catch.hpp>

#include "analyzer/coverage.hpp"
#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

Story& list(Story& story, const std::string& route, std::int64_t rows) {
  std::vector<std::vector<std::int64_t>> ids;
  for (std::int64_t id = 1; id <= rows; ++id) ids.push_back({id});
  return story.wait(5s)
      .run("SELECT id FROM book /* route='" + route + "' */")
      .gives({"book.id"}, ids);
}

std::vector<Coverage::Row> rows(Story& story) {
  story.findings();
  return story.engine().coverage().rows();
}

}  // namespace

TEST_CASE("a label whose results never had two rows is not covered, however often it was seen") {
  Story story;
  list(story, "/empty", 0);
  for (int n = 0; n < 3; ++n) list(story, "/one", 1);
  list(story, "/books", 1);
  list(story, "/books", 2);
  const std::vector<Coverage::Row> seen = rows(story);
  REQUIRE(seen.size() == 3);
  CHECK(seen[0].label == "/empty");
  CHECK_FALSE(seen[0].covered());
  CHECK(seen[1].label == "/one");
  CHECK(seen[1].windows == 3);
  CHECK_FALSE(seen[1].covered());
  CHECK(seen[2].label == "/books");
  CHECK(seen[2].windows == 2);
  CHECK(seen[2].most_rows == 2);
  CHECK(seen[2].covered());
}

TEST_CASE("rows that were written are no result") {
  Story story;
  story.run("UPDATE book SET title = 'x' /* route='/w' */").of_rows(50);
  CHECK_FALSE(rows(story).at(0).covered());
}

TEST_CASE("rows of one cursor are one result, those of a loop are not") {
  Story story;
  story.run("BEGIN");
  story.run("DECLARE list CURSOR FOR SELECT id FROM book /* route='/c' */");
  for (const int id : {1, 2})
    story.run("FETCH NEXT FROM list /* route='/c' */").gives({"book.id"}, {{id}});
  story.run("COMMIT");
  story.wait(5s);
  for (const int id : {1, 2})
    story.run("SELECT id FROM book WHERE id = " + std::to_string(id) + " /* route='/l' */")
        .gives({"book.id"}, {{id}});
  const std::vector<Coverage::Row> seen = rows(story);
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].label == "/l");
  CHECK_FALSE(seen[0].covered());
  CHECK(seen[1].covered());
}

TEST_CASE("a window that is looked at before its end counts once, with its last word") {
  Story story;
  list(story, "/books", 1);
  CHECK_FALSE(rows(story).at(0).covered());
  story.run("SELECT id FROM author /* route='/books' */").gives({"author.id"}, {{1}, {2}});
  const std::vector<Coverage::Row> seen = rows(story);
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].windows == 1);
  CHECK(seen[0].covered());
}

TEST_CASE("set-up is no request") {
  Story story;
  story.run("CREATE TABLE x (id int)");
  story.run("SELECT id FROM book").gives({"book.id"}, {{1}});
  CHECK(rows(story).empty());
}

TEST_CASE("labels beyond the bound are counted together") {
  Coverage coverage;
  Window window;
  window.trips.resize(1);
  for (std::size_t n = 0; n <= Coverage::max_labels + 1; ++n) {
    window.label = std::to_string(n);
    window.counted = false;
    coverage.add(window);
  }
  CHECK(coverage.rows().size() == Coverage::max_labels);
  CHECK(coverage.windows_without_room() == 2);
}
