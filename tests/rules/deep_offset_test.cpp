#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

const std::string rule = "deep-offset";

}  // namespace

TEST_CASE("small offsets, written or bound, are silent") {
  Story story;
  story.run("SELECT id FROM book ORDER BY id LIMIT 50 OFFSET 9999").of_rows(50);
  story.run("SELECT id FROM book ORDER BY id LIMIT $1 OFFSET $2", {50, 150}).of_rows(50);
  story.run("SELECT id FROM book WHERE id > 20000 ORDER BY id LIMIT 50").of_rows(50);
  story.run("SELECT id FROM book ORDER BY id LIMIT 50 OFFSET 40000").fails("57014");
  CHECK(story.findings(rule).empty());
}

TEST_CASE("an offset of ten thousand is a warning, written or bound") {
  Story story;
  story.run("SELECT id FROM book ORDER BY id LIMIT 50 OFFSET 10000").of_rows(50);
  story.only(rule);
  CHECK(story.only(rule).severity == Severity::warning);
  Story bound;
  bound.run("SELECT id FROM book ORDER BY id LIMIT $1 OFFSET $2", {50, 200000}).of_rows(50);
  CHECK(bound.only(rule).title ==
        "OFFSET made the server read and throw away up to 200000 rows of book");
}
