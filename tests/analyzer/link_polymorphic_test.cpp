#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;

// remark.about_id is a post's or a photo's, as remark.about_type says: no foreign key can tie it.

namespace {

using Texts = std::vector<std::vector<std::string>>;

Story& remarks(Story& story, const Texts& rows) {
  return story.run("SELECT id, about_type, about_id FROM remark")
      .gives_texts({"remark.id", "remark.about_type", "remark.about_id"}, rows);
}

Story& about(Story& story, const std::string& table, int id) {
  return story.run("SELECT id, title FROM " + table + " WHERE id = " + std::to_string(id))
      .gives({table + ".id"}, {{id}});
}

const Texts mixed = {
    {"1", "Post", "1"}, {"2", "Photo", "1"}, {"3", "Post", "2"}, {"4", "Photo", "2"}};

}  // namespace

TEST_CASE("silent: posts in the order of remarks that are all about posts") {
  Story story;
  remarks(story, {{"1", "Post", "1"}, {"2", "Post", "2"}, {"3", "Post", "3"}});
  for (const int id : {1, 2, 3}) about(story, "post", id);
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: lookups whose tables the type does not tell apart") {
  Story story;
  remarks(story, mixed);
  about(story, "post", 1);
  about(story, "photo", 1);
  about(story, "photo", 2);  // the third remark is about a post
  about(story, "post", 2);
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: lookups beside those that the rows explain") {
  Story story;
  remarks(story, mixed);
  about(story, "post", 1);
  about(story, "photo", 1);
  about(story, "post", 7);
  about(story, "post", 2);
  about(story, "photo", 2);
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: a row of a known type that nobody looked up") {
  Story story;
  Texts rows = mixed;
  rows.push_back({"5", "Post", "3"});
  rows.push_back({"6", "Photo", "3"});
  remarks(story, rows);
  for (const int id : {1, 2}) {
    about(story, "post", id);
    about(story, "photo", id);
  }
  about(story, "photo", 3);
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: columns that are no such pair") {
  Story story;
  story.run("SELECT id, author_id, publisher_id FROM book")
      .gives({"book.id", "book.author_id", "book.publisher_id"},
             {{1, 50, 1}, {2, 60, 1}, {3, 50, 2}, {4, 60, 2}});
  for (const int id : {1, 2}) {
    about(story, "post", id);
    about(story, "photo", id);
  }
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("silent: a type and a key that do not belong together") {
  Story story;
  story.run("SELECT id, left_content_type, right_object_id FROM remark")
      .gives_texts({"remark.id", "left_content_type", "right_object_id"}, mixed);
  for (const int id : {1, 2}) {
    about(story, "post", id);
    about(story, "photo", id);
  }
  CHECK(story.findings("n-plus-one").empty());
}

TEST_CASE("the pair may be called object_id and content_type, with the table's name in front") {
  const std::string front = GENERATE(as<std::string>(), "", "remark_", "Remark_");
  const std::string type = GENERATE(as<std::string>(), "content_type", "content_type_id");
  INFO(front << type);
  Story story;
  story
      .run("SELECT id, about_type AS " + front + type + ", about_id AS " + front + "object_id " +
           "FROM remark")
      .gives_texts({"remark.id", front + type, front + "object_id"}, mixed);
  for (const int id : {1, 2}) {
    about(story, "post", id);
    about(story, "photo", id);
  }
  CHECK(story.findings("n-plus-one").size() == 2);
}

TEST_CASE(
    "posts and photos in the order of their remarks are two loops, without a relation's name") {
  Story story;
  remarks(story, mixed);
  for (const int id : {1, 2}) {
    about(story, "post", id);
    about(story, "photo", id);
  }
  const std::vector<Finding> findings = story.findings("n-plus-one");
  REQUIRE(findings.size() == 2);
  for (const Finding& finding : findings) {
    CHECK(finding.link->parent_columns ==
          std::vector<std::string>{"remark.about_id", "remark.about_type"});
    CHECK(finding.link->evidence == "polymorphic");
    CHECK(finding.link->foreign_key.empty());
    CHECK(finding.link->matched == 2);
    CHECK(finding.confidence == Confidence::likely);
    CHECK(finding.advice.sql.find("JOIN") == std::string::npos);
    CHECK_FALSE(finding.advice.sure);
  }
}

TEST_CASE("a type of a single row, and rows fetched before, are left out of the walk") {
  Story story;
  Texts rows = mixed;
  rows.insert(rows.begin() + 1, {"7", "Video", "9"});
  rows.push_back({"8", "Post", "1"});
  remarks(story, rows);
  about(story, "post", 1);
  story.run("SELECT id FROM video WHERE id = 9");
  about(story, "photo", 1);
  about(story, "post", 2);
  about(story, "photo", 2);
  CHECK(story.findings("n-plus-one").size() == 2);
}
