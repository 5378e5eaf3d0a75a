#include <catch2/catch.hpp>

#include "analyzer/growth.hpp"
#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

/// One request: so many books, and the author of each of the first so many.
void request(Story& story, std::int64_t books, std::int64_t authors) {
  std::vector<std::vector<std::int64_t>> rows;
  for (std::int64_t n = 1; n <= books; ++n) rows.push_back({n, 1000 + n});
  story.wait(5s).run("SELECT id, author_id FROM book").gives({"book.id", "book.author_id"}, rows);
  for (std::int64_t n = 1; n <= authors; ++n)
    story.run("SELECT id, name FROM author WHERE id = " + std::to_string(1000 + n))
        .gives({"author.id"}, {{1000 + n}});
}

}  // namespace

TEST_CASE("one size says nothing of growth, however often it is seen") {
  Story story;
  for (int n = 0; n < 3; ++n) request(story, 5, 5);
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.evidence.growth.empty());
  CHECK(finding.evidence.count_at_1000_rows == 0);
}

TEST_CASE("a child for each row, at several sizes, grows linearly") {
  Story story;
  for (const int size : {3, 10, 6}) request(story, size, size);
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.evidence.growth == "linear");
  CHECK(finding.evidence.count_at_1000_rows == 1000);
}

TEST_CASE("the sizes that were seen are told, fewest rows first, when there are several") {
  Story story;
  request(story, 6, 6);
  CHECK(story.only("n-plus-one").evidence.sizes.empty());
  request(story, 3, 3);
  const std::vector<GrowthSize> sizes = story.only("n-plus-one").evidence.sizes;
  REQUIRE(sizes.size() == 2);
  CHECK(sizes[0].rows == 3);
  CHECK(sizes[0].count == 3);
  CHECK(sizes[1].rows == 6);
  CHECK(sizes[1].count == 6);
}

TEST_CASE("children of the first three rows, however many there are, are constant") {
  Story story;
  for (const int size : {4, 20}) request(story, size, 3);
  CHECK(story.only("n-plus-one").evidence.growth == "constant");
}

TEST_CASE("a window that was looked at before its end counts as it ended") {
  Story story;
  request(story, 6, 3);
  CHECK(story.findings("n-plus-one").size() == 1);
  for (int n = 4; n <= 6; ++n)
    story.run("SELECT id, name FROM author WHERE id = " + std::to_string(1000 + n))
        .gives({"author.id"}, {{1000 + n}});
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.evidence.count == 6);
  CHECK(finding.evidence.growth.empty());
}

TEST_CASE("a long result of which not all rows were kept still grows by all of them") {
  Story story;
  const auto cut = [&](std::int64_t total) {
    story.wait(5s)
        .run("SELECT id, author_id FROM book")
        .gives({"book.id", "book.author_id"}, {{1, 31}, {2, 17}, {3, 24}})
        .of_rows(static_cast<std::uint64_t>(total));
    for (const int id : {31, 17, 24})
      story.run("SELECT id, name FROM author WHERE id = " + std::to_string(id));
    for (std::int64_t n = 3; n < total; ++n)
      story.run("SELECT id, name FROM author WHERE id = " + std::to_string(1000 + n));
  };
  cut(8);
  cut(20);
  const Finding finding = story.only("n-plus-one");
  CHECK(finding.evidence.count == 20);
  CHECK(finding.evidence.growth == "linear");
}

TEST_CASE("growth is told of each parent apart") {
  Story story;
  request(story, 10, 10);
  story.wait(5s)
      .run("SELECT id, author_id FROM book WHERE publisher_id = 3")
      .gives({"book.id", "book.author_id"}, {{1, 31}, {2, 17}});
  for (const int id : {31, 17})
    story.run("SELECT id, name FROM author WHERE id = " + std::to_string(id));
  for (const Finding& finding : story.findings("n-plus-one"))
    CHECK(finding.evidence.growth.empty());
}

TEST_CASE("sizes that do not lie on a line are neither linear nor constant") {
  Growth growth;
  growth.add(1, 10, 10);
  growth.add(2, 20, 3);
  growth.add(3, 30, 12);
  growth.add(4, 40, 5);
  CHECK(growth.verdict().empty());
}

TEST_CASE("constant takes rows that differ by a factor of two") {
  Growth growth;
  growth.add(1, 10, 7);
  growth.add(2, 12, 7);
  CHECK(growth.verdict().empty());
  growth.add(3, 20, 7);
  CHECK(growth.verdict() == "constant");
}

TEST_CASE("two children for each row are linear, too, and cost twice as much") {
  Growth growth;
  growth.add(1, 10, 20);
  growth.add(2, 50, 100);
  CHECK(growth.verdict() == "linear");
  CHECK(growth.at(1000) == 2000);
}

TEST_CASE("of many sizes the smallest and the largest are kept") {
  Growth growth;
  growth.add(1, 2, 2);
  growth.add(2, 5000, 5000);
  for (std::uint64_t n = 0; n < 100; ++n) growth.add(3 + n, 100 + n, 100 + n);
  CHECK(growth.verdict() == "linear");
  CHECK(growth.at(1000) == 1000);
}
