#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using onetrip::test::Story;

namespace {

/// Books, then the author of each; the comments stand in these lookups.
std::size_t findings_with(const std::vector<std::string>& comments) {
  Story story;
  story.run("SELECT author_id FROM book").gives({"book.author_id"}, {{31}, {17}});
  story.run("SELECT * FROM author WHERE id = 31 " + comments.front()).gives({"author.id"}, {{31}});
  story.run("SELECT * FROM author WHERE id = 17 " + comments.back()).gives({"author.id"}, {{17}});
  return story.findings().size();
}

const std::string allowed = "/* onetrip='allow:n-plus-one;two at most' */";

}  // namespace

TEST_CASE("a loop is accepted where every round's comment allows its rule") {
  CHECK(findings_with({allowed}) == 0);
  CHECK(findings_with({"/*onetrip='allow:n-plus-one'*/"}) == 0);
}

TEST_CASE("a loop is not accepted for one round of it, nor for another rule's comment") {
  CHECK(findings_with({""}) == 1);
  CHECK(findings_with({allowed, ""}) == 1);
  CHECK(findings_with({"/* onetrip='allow:duplicate-query;cached soon' */"}) == 1);
}
