#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

/// The newest window, after everything was judged.
Engine::WindowDetail newest(Story& story) {
  story.findings();
  const auto rows = story.engine().windows("", "", 1);
  REQUIRE(rows.size() == 1);
  return *story.engine().window(rows.front().summary.id);
}

const std::string trace =
    " /*traceparent='00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'*/";

}  // namespace

TEST_CASE("a question that was asked before with equal values names the first") {
  Story story;
  for (const int id : {7, 8, 7, 7})
    story.run("SELECT name FROM author WHERE id = " + std::to_string(id));
  story.run("SELECT id FROM author WHERE id = 7");
  const auto trips = newest(story).trips;
  REQUIRE(trips.size() == 5);
  CHECK(!trips[0].same_as);
  CHECK(!trips[1].same_as);
  CHECK(trips[2].same_as == 0);
  CHECK(trips[3].same_as == 0);
  CHECK(!trips[4].same_as);
}

TEST_CASE("values that are not known are never called equal") {
  Story story;
  for (int i = 0; i < 2; ++i) story.run_unknown("SELECT name FROM author WHERE born = $1");
  for (const auto& trip : newest(story).trips) CHECK(!trip.same_as);
}

TEST_CASE("connections of a window are numbered as they came") {
  Story story;
  story.on(5).run("SELECT name FROM author WHERE id = 1" + trace);
  story.on(2).run("SELECT name FROM author WHERE id = 2" + trace);
  story.on(5).run("SELECT name FROM author WHERE id = 3" + trace);
  const auto trips = newest(story).trips;
  REQUIRE(trips.size() == 3);
  CHECK(trips[0].connection == 1);
  CHECK(trips[1].connection == 2);
  CHECK(trips[2].connection == 1);
}

TEST_CASE("a statement that failed says with what") {
  Story story;
  story.run("SELECT name FROM author WHERE id = 1").fails("42501");
  story.run("SELECT name FROM author WHERE id = 2");
  const auto trips = newest(story).trips;
  REQUIRE(trips.size() == 2);
  CHECK(trips[0].sqlstate == "42501");
  CHECK(trips[1].sqlstate.empty());
}

TEST_CASE("each shape of a window is told once, without values") {
  Story story;
  for (int id = 1; id <= 3; ++id) {
    story.run("SELECT name FROM author WHERE id = " + std::to_string(id));
    story.run("SELECT title FROM book WHERE author_id = " + std::to_string(id));
  }
  const auto shapes = newest(story).shapes;
  REQUIRE(shapes.size() == 2);
  CHECK(shapes[0].text == "SELECT name FROM author WHERE id = ?");
  CHECK(shapes[1].text == "SELECT title FROM book WHERE author_id = ?");
}

TEST_CASE("a window says when it opened, and how much it showed") {
  Story story;
  story.run("SELECT id, author_id FROM book")
      .gives({"book.id", "book.author_id"}, {{1, 7}, {2, 8}});
  for (const int id : {7, 8})
    story.run("SELECT name FROM author WHERE id = " + std::to_string(id))
        .gives({"author.id"}, {{id}});
  const auto row = newest(story).row;
  CHECK(row.findings == 1);
  CHECK(row.opened == "1970-01-01T00:00:01.001Z");
}

TEST_CASE("a statement tells its callers, who spend most first, and its runs") {
  Story story;
  const std::string sql = "SELECT name FROM author WHERE id = 1";
  story.run(sql + " /*route='GET /once'*/");
  story.wait(5s).run(sql + " /*route='GET /often'*/").took(3ms);
  story.run(sql + " /*route='GET /often'*/");
  story.findings();
  const std::string fingerprint = newest(story).trips.front().fingerprint;
  const auto detail = story.engine().statement(fingerprint);
  REQUIRE(detail);
  CHECK(detail->row.calls == 3);
  REQUIRE(detail->callers.size() == 2);
  CHECK(detail->callers[0].label == "GET /often");
  CHECK(detail->callers[0].calls == 2);
  CHECK(detail->callers[0].windows == 1);
  CHECK(detail->callers[0].total_ms > detail->callers[1].total_ms);
  CHECK(detail->callers[1].label == "GET /once");
  REQUIRE(detail->runs.size() == 3);
  CHECK(detail->runs[0].at > detail->runs[2].at);  // newest window first
  CHECK(!story.engine().statement("v1:0000000000000000"));
}
