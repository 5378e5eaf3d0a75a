#include <catch2/catch.hpp>

#include "tests/analyzer/story.hpp"

using namespace onetrip;
using onetrip::test::Story;
using namespace std::chrono_literals;

namespace {

const std::string rule = "unbounded-select";

}  // namespace

TEST_CASE("a result that something bounds is silent, however large") {
  Story story;
  story.run("SELECT id FROM book WHERE author_id = 5 LIMIT 500").of_rows(500).of_bytes(20 << 20);
  story.run("SELECT count(*) FROM book").of_rows(1);
  story.run("SELECT id FROM book WHERE id IN (1, 2, 3)").of_rows(5000);
  story.run("SELECT id FROM book WHERE author_id = ANY($1)").lists(1, 10).of_rows(5000);
  story.run("SELECT * FROM document WHERE id = 5").of_rows(2).of_bytes(2 << 20);
  story.run("SELECT b.id FROM book b, review r WHERE r.book_id = b.id AND b.id = 7").of_rows(1500);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("rows that come from no table are as many as were asked for") {
  Story story;
  story.run("SELECT n FROM generate_series(1, 20000) AS n").of_rows(20'000);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("small results are silent, and so is one large row") {
  Story story;
  story.run("SELECT id FROM book").of_rows(999).of_bytes((1 << 20) - 1);
  story.run("SELECT id FROM document WHERE owner_uuid = 'x'").of_rows(1).of_bytes(50 << 20);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("a LIMIT that is no more than the threshold is one, filled or not") {
  Story story;
  story.run("SELECT id FROM book LIMIT 1000").of_rows(1000);
  story.run("SELECT id, title FROM book LIMIT $1", {1000}).of_rows(1000);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("a cursor is silent") {
  Story story;
  story.run("BEGIN");
  story.run("DECLARE c CURSOR FOR SELECT id FROM book");
  story.run("FETCH 2000 FROM c").of_rows(2000);
  story.run("FETCH 2000 FROM c").of_rows(2000);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("writes with RETURNING, failures and comments that accept it are silent") {
  Story story;
  story.run("UPDATE book SET title = 'x' WHERE author_id = 1 RETURNING id").of_rows(5000);
  story.run("SELECT id FROM book WHERE title > 'x'").of_rows(5000).fails("57014");
  story.run("SELECT id FROM author /* onetrip='allow:unbounded-select;export' */").of_rows(5000);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("a thousand rows without a limit are a warning") {
  Story story;
  story.run("SELECT id, title FROM book WHERE author_id > 10").of_rows(1000).of_bytes(70'000);
  const Finding finding = story.only(rule);
  CHECK(finding.severity == Severity::warning);
  CHECK(finding.confidence == Confidence::proven);
  CHECK(finding.title == "book gave 1000 rows (68 KiB) in one result, and nothing limits it");
  CHECK(finding.evidence.rows == 1000);
  CHECK(finding.advice.sql == "SELECT id, title FROM book WHERE author_id > ? LIMIT 100");
}

TEST_CASE("a mebibyte is a warning too, ten thousand rows or ten mebibytes are an error") {
  const auto severity = [](std::uint64_t rows, std::uint64_t bytes) {
    Story story;
    story.run("SELECT id FROM book WHERE author_id = 1").of_rows(rows).of_bytes(bytes);
    return story.only(rule).severity;
  };
  CHECK(severity(20, 1 << 20) == Severity::warning);
  CHECK(severity(9999, 1000) == Severity::warning);
  CHECK(severity(10'000, 1000) == Severity::error);
  CHECK(severity(20, 10 << 20) == Severity::error);
}

TEST_CASE("a LIMIT above the threshold is no limit") {
  Story story;
  story.run("SELECT id FROM book WHERE author_id > 3 LIMIT 100000").of_rows(1500);
  CHECK(story.only(rule).severity == Severity::warning);
}

TEST_CASE("several runs of a statement are one finding, with the largest result") {
  Story story;
  for (const std::uint64_t rows : {1200U, 3000U, 1100U})
    story.run("SELECT id FROM book WHERE author_id > 1").of_rows(rows);
  CHECK(story.only(rule).evidence.count == 3);
  CHECK(story.only(rule).evidence.rows == 3000);
}

TEST_CASE("the worst window stays: a smaller result later does not soften it") {
  Story story;
  story.run("SELECT id FROM book WHERE author_id > 1").of_rows(20'000).wait(1s);
  story.engine().tick(story.now());
  story.run("SELECT id FROM book WHERE author_id > 1").of_rows(1500).wait(1s);
  story.engine().tick(story.now());
  CHECK(story.only(rule).severity == Severity::error);
  CHECK(story.only(rule).evidence.rows == 20'000);
  CHECK(story.only(rule).seen.windows == 2);
}

TEST_CASE("all of a large table, once in many rows and once in few, is told once") {
  Story story;
  story.estimates("book", 2e6);
  story.run("SELECT id FROM book").of_rows(20'000);
  story.run("SELECT id FROM book").of_rows(20);
  CHECK(story.only(rule).severity == Severity::error);
}

TEST_CASE("reading all of a table that is estimated large is info") {
  Story story;
  story.estimates("book", 2e6);
  story.run("SELECT id FROM book").of_rows(20);
  const Finding finding = story.only(rule);
  CHECK(finding.severity == Severity::info);
  CHECK(finding.confidence == Confidence::likely);
  CHECK(finding.title == "all of book is read, which has about 2000000 rows");
}

TEST_CASE("what reads less than all of a table, or a small one, is no info") {
  Story story;
  story.estimates("book", 2e6).estimates("author", 10'000);
  story.run("SELECT id FROM author").of_rows(20);
  story.run("SELECT id FROM publisher").of_rows(20);  // not analysed
  story.run("SELECT id FROM book WHERE title = 'x'").of_rows(20);
  story.run("SELECT DISTINCT author_id FROM book").of_rows(20);
  story.run("SELECT author_id, count(*) FROM book GROUP BY author_id").of_rows(20);
  story.run("SELECT b.id FROM book b JOIN award a ON a.author_id = b.author_id").of_rows(20);
  story.run("SELECT id FROM book ORDER BY id LIMIT 20").of_rows(20);
  story.run("SELECT b.id FROM book b JOIN (VALUES (1), (2)) v(x) ON v.x = b.id").of_rows(2);
  CHECK(story.findings(rule).empty());
}

TEST_CASE("a result that grows from request to request is an error") {
  Story story;
  for (const std::uint64_t rows : {1000U, 1100U, 1300U, 1500U}) {
    story.run("SELECT id FROM book WHERE author_id > 1").of_rows(rows).wait(1s);
    story.engine().tick(story.now());
  }
  CHECK(story.only(rule).severity == Severity::warning);
  story.run("SELECT id FROM book WHERE author_id > 1").of_rows(1600).wait(1s);
  story.engine().tick(story.now());
  CHECK(story.only(rule).severity == Severity::error);
}

TEST_CASE("columns, aliases and runs do not change the cause; another table does") {
  const auto cause = [](const std::string& sql) {
    Story story;
    story.run(sql).of_rows(2000);
    return story.only(rule).cause;
  };
  CHECK(cause("SELECT id FROM book WHERE author_id > 1") ==
        cause("SELECT b.id, b.title FROM book b WHERE b.author_id > 2"));
  CHECK(cause("SELECT id FROM book") != cause("SELECT id FROM author"));
}
