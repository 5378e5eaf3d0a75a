#include <algorithm>
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "analyzer/sinks/finding_json.hpp"
#include "analyzer/sinks/finding_text.hpp"
#include "analyzer/sinks/json_text.hpp"
#include "tests/sinks/example_finding.hpp"

using namespace onetrip;

TEST_CASE("a finding's JSON has these keys in this order") {
  CHECK(
      to_json_text(finding_json(example_finding())) ==
      R"j({"schema_version": 1, "id": "b1946ac92492d234", "cause": "5c6ffbdd40d95560", "rule": "n-plus-one", )j"
      R"j("severity": "error", "confidence": "proven", )j"
      R"j("title": "author was fetched 50 times in one request, once for each row of book", )j"
      R"j("label": "GET /books", "window": {"id": "00000000000000a1", "source": "trace", "connections": 1, )j"
      R"j("statements": 51, "duration_ms": 48.1}, )j"
      R"j("statement": {"fingerprint": "v1:9f3ab2c41d77e0aa", "summary": "SELECT author", )j"
      R"j("text": "SELECT * FROM author WHERE id = $1"}, )j"
      R"j("parent": {"fingerprint": "v1:0123456789abcdef", "summary": "SELECT book", )j"
      R"j("text": "SELECT * FROM book ORDER BY id LIMIT ?", "rows": 50}, )j"
      R"j("link": {"parent_column": "book.author_id", "parent_columns": ["book.author_id"], )j"
      R"j("child_column": "author.id", "matched": 50, "distinct": 47, "in_row_order": true, )j"
      R"j("foreign_key": "book_author_id_fkey", "direction": "forward"}, "chain": [], )j"
      R"j("location": {"file": "shop/views.py", "line": 41, "function": "book_list", "source": "callsite"}, )j"
      R"j("evidence": {"count": 50, "distinct_values": 47, "rows": 50, "total_ms": 41.2, "saved_ms": 38.9, )j"
      R"j("what_if": [{"latency_ms": 0.5, "saved_ms": 24.5}, {"latency_ms": 5, "saved_ms": 245}], )j"
      R"j("growth": "linear", "count_at_1000_rows": 1000, )j"
      R"j("sizes": [{"rows": 10, "count": 10}, {"rows": 50, "count": 50}]}, )j"
      R"j("advice": {"sql": "SELECT book.*, author.* FROM book JOIN author ON author.id = book.author_id", )j"
      R"j("orm": "django", "code": "Book.objects.select_related(\"author\")", "sure": true, )j"
      R"j("why": "the foreign key names the relation"}, )j"
      R"j("seen": {"windows": 12, "first": "2026-01-31T12:00:00.000Z", "last": "2026-01-31T12:05:00.000Z", )j"
      R"j("worst_count": 3412, "examples": ["00000000000000a1"]}})j");
}

TEST_CASE("what is not known is null") {
  Finding finding;
  const boost::json::object json = finding_json(finding);
  CHECK(json.at("parent").is_null());
  CHECK(json.at("link").is_null());
  CHECK(json.at("location").is_null());
  CHECK(json.at("advice").at("orm").is_null());
  CHECK(json.at("evidence").at("growth").is_null());
}

TEST_CASE("a named window shows its name") {
  WindowSummary window;
  window.name = "test_cart";
  CHECK(window_json(window).at("name") == "test_cart");
}

TEST_CASE("a finding reads like a compiler's message") {
  CHECK(
      finding_text(example_finding()) ==
      R"t(error[n-plus-one] GET /books: author was fetched 50 times in one request, once for each row of book
  statement SELECT * FROM author WHERE id = $1
  fed by    SELECT book: book.author_id → author.id, 50 of 50, foreign key book_author_id_fkey
  proof     proven; requests told apart by trace
  cost      50 round trips, 41 ms of the request's 48 ms; one statement would save about 39 ms
  what if   saved at 0.5 ms of latency 24 ms, at 5 ms 245 ms
  growth    linear: 1000 rows would take about 1000 statements, 824 ms
  fix       Django: Book.objects.select_related("author")
  sql       SELECT book.*, author.* FROM book JOIN author ON author.id = book.author_id
  where     shop/views.py:41 in book_list (tag callsite)
  accept    comment /* onetrip='allow:n-plus-one;reason' */ in the statement; cause 5c6ffbdd40d95560
)t");
}

TEST_CASE("why a finding is no more than likely stands beside it") {
  Finding finding = example_finding();
  CHECK_FALSE(finding_json(finding).contains("capped"));
  finding.confidence = Confidence::likely;
  finding.capped = "it may be 2 requests";
  CHECK(finding_json(finding).at("capped") == "it may be 2 requests");
  CHECK_THAT(finding_text(finding),
             Catch::Contains("  proof     likely: it may be 2 requests; requests told apart by"));
}

TEST_CASE("a request in a named window is told apart by its name") {
  Finding finding = example_finding();
  finding.window.source = WindowSource::named;
  CHECK_THAT(finding_text(finding),
             Catch::Contains("  proof     proven; requests told apart by name\n"));
}

TEST_CASE("of a log no values and no times are claimed") {
  Finding finding = example_finding();
  finding.link->matched = 0;
  finding.evidence.total_ms = finding.evidence.saved_ms = 0;
  const std::string text = finding_text(finding);
  CHECK_THAT(text, Catch::Contains("author.id, values not seen, foreign key"));
  CHECK_THAT(text, Catch::Contains("  cost      50 round trips\n"));
}

TEST_CASE("a count that stays the same is told, and nothing where one size was seen") {
  Finding finding = example_finding();
  finding.evidence.growth = "constant";
  CHECK(finding_text(finding).find("growth    constant, whatever") != std::string::npos);
  finding.evidence.growth = {};
  CHECK(finding_text(finding).find("growth") == std::string::npos);
}

TEST_CASE("where nothing would be saved, no other latency is told") {
  Finding finding = example_finding();
  finding.evidence.what_if.clear();
  CHECK(finding_text(finding).find("what if") == std::string::npos);
  CHECK(finding_json(finding).at("evidence").at("what_if").as_array().empty());
}

TEST_CASE("a finding of nested loops names the way through") {
  Finding finding = example_finding();
  finding.chain = {{"v1:1", "SELECT publisher", "", 3}, {"v1:2", "SELECT book", "", 50}};
  CHECK_THAT(finding_text(finding),
             Catch::Contains("  through   SELECT publisher → SELECT book → SELECT author\n"));
}

TEST_CASE("without a location the message says how to get one") {
  Finding finding = example_finding();
  finding.location.reset();
  CHECK_THAT(finding_text(finding), Catch::Contains("callsite"));
}

TEST_CASE("an advice that is not sure says so") {
  Finding finding = example_finding();
  finding.advice.sure = false;
  CHECK_THAT(finding_text(finding), Catch::Contains("likely"));
}

TEST_CASE("colours are for terminals only") {
  CHECK(finding_text(example_finding(), Colour::off).find('\x1b') == std::string::npos);
  CHECK_THAT(finding_text(example_finding(), Colour::on),
             Catch::StartsWith("\x1b[1;31merror[n-plus-one]\x1b[0m \x1b[1mGET /books\x1b[0m: "));
}

TEST_CASE("text from outside cannot reach the terminal") {
  Finding finding = example_finding();
  const std::string evil = "x\x1b]0;owned\x07\n\xFFy";
  finding.label = finding.title = finding.statement.text = finding.rule = finding.cause = evil;
  finding.parent->summary = finding.advice.code = finding.advice.sql = finding.advice.orm = evil;
  finding.link->parent_columns = {evil};
  finding.location->file = finding.location->function = finding.location->source = evil;
  finding.chain = {*finding.parent, *finding.parent};
  const std::string text = finding_text(finding);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find('\x07') == std::string::npos);
  CHECK(text.find('\xFF') == std::string::npos);
  CHECK(std::count(text.begin(), text.end(), '\n') == 12);
  boost::json::error_code error;
  boost::json::parse(to_json_text(finding_json(finding)), error);
  CHECK_FALSE(error);
}
