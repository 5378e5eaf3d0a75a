#include "budget/record.hpp"

#include <catch2/catch.hpp>

#include "budget/record_json.hpp"

namespace onetrip {
namespace {

Finding finding(const std::string& id, std::uint64_t count) {
  Finding one;
  one.id = id;
  one.cause = "c" + id;
  one.rule = "n-plus-one";
  one.confidence = Confidence::proven;
  one.title = "author was fetched \"often\"";
  one.label = "GET /books";
  one.database = "shop";
  one.application = "web";
  one.window.id = "00000000000000aa";
  one.statement = {"v1:1", "SELECT author", "SELECT … WHERE id = $1", 0};
  one.parent = StatementSummary{"v1:2", "SELECT book", "SELECT …", 50};
  one.link = Link{"book.author_id",   {"book.author_id"}, {}, "author.id", 50, 47, true, "fk",
                  Direction::forward, "foreign_key"};
  one.location = Location{"shop/views.py", "books", "callsite", 41};
  one.evidence.count = count;
  one.evidence.what_if = {{0.5, 12}, {1, 24}};
  one.evidence.growth = "linear";
  one.evidence.count_at_1000_rows = 1000;
  one.advice.code = "select_related";
  one.seen.examples = {"00000000000000aa"};
  return one;
}

RecordEntry entry(const std::string& label, std::uint64_t statements) {
  RecordEntry one;
  one.test = "test_books";
  one.label = label;
  one.application = "web";
  one.database = "shop";
  one.windows = 1;
  one.statements = statements;
  one.db_ms = 1.5;
  one.repeat = Repeat{"v1:1", "SELECT author", "SELECT …", statements - 1};
  one.findings = {finding("1", statements - 1)};
  return one;
}

Record record(std::uint64_t statements) {
  Record one;
  one.entries = {entry("GET /books", statements)};
  one.allowed = {{"duplicate-query", "cheap", "GET /books", 2}};
  one.coverage = {{"GET /books", 1, statements}};
  one.not_checked = {"a session was encrypted"};
  return one;
}

BudgetError refusal(const std::string& text) {
  const auto read = parse_record(text, "run.json");
  REQUIRE(std::holds_alternative<BudgetError>(read));
  return std::get<BudgetError>(read);
}

}  // namespace

TEST_CASE("a record reads back as it was written") {
  Record saved = record(51);
  saved.full = false;
  saved.set_up_windows = 3;
  const std::string text = record_text(saved);
  const auto read = parse_record(text, "run.json");
  REQUIRE(std::holds_alternative<Record>(read));
  const Record& back = std::get<Record>(read);
  CHECK(record_text(back) == text);
  CHECK(back.entries[0].findings[0].link->direction == Direction::forward);
  CHECK(back.entries[0].findings[0].database == "shop");
  CHECK(back.entries[0].findings[0].location->line == 41);
  CHECK_FALSE(back.full);
}

TEST_CASE("a file that is no record is told from one that is cut and one of another version") {
  CHECK(refusal("{\"schema_version\": 1}").message.find("no record") != std::string::npos);
  CHECK(refusal("{\"onetrip_record\": 2}").message.find("another version") != std::string::npos);
  CHECK(refusal("{\"onetrip_record\": 1, ").message.find("line 1 is no JSON") != std::string::npos);
  CHECK(refusal("").message.find("no JSON") != std::string::npos);
  CHECK(refusal("[]").message.find("no record") != std::string::npos);
}

TEST_CASE("a record that is cut anywhere is refused, and nothing else happens") {
  const std::string text = record_text(record(3));
  for (std::size_t size = 0; size + 2 < text.size(); ++size) refusal(text.substr(0, size));
}

TEST_CASE("runs together are the maximum of each, whatever their order") {
  Record other = record(20);
  other.entries.push_back(entry("GET /authors", 7));
  const Record one_way = merge({record(51), other}), other_way = merge({other, record(51)});
  CHECK(record_text(one_way) == record_text(other_way));
  REQUIRE(one_way.entries.size() == 2);
  CHECK(one_way.entries[1].statements == 51);
  CHECK(one_way.entries[1].findings[0].evidence.count == 50);
  CHECK(one_way.entries[1].windows == 2);
  CHECK(one_way.not_checked.size() == 1);
}

TEST_CASE("a part of a suite makes the whole a part") {
  Record part = record(5);
  part.full = false;
  CHECK_FALSE(merge({record(5), part}).full);
  CHECK(merge({record(5), record(6)}).full);
}

}  // namespace onetrip
