#include <catch2/catch.hpp>

#include "tests/budget/verdict_story.hpp"

using namespace onetrip;
using Catch::Contains;

namespace {

std::string text_of(const VerdictStory& story, const ReportContext& context = {}) {
  return write_report(ReportFormat::text, story.verdict(), context);
}

}  // namespace

TEST_CASE("a cause is told as the log tells it, with its places, its limit and how to accept it") {
  VerdictStory story;
  story.loop("5c6ffbdd40d95560").at("GET /books", "test_list", 50).at("GET /home", "", 20);
  CHECK(
      text_of(story.labels(1, 0)) ==
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
  seen in   GET /books in test_list: 50 statements
            GET /home: 20 statements
  limit     none allowed: n-plus-one is an error
  accept    # onetrip-budget.toml
            [[allow]]
            cause = "5c6ffbdd40d95560"
            reason = "say why"

coverage: 1 label, each with a parent of two rows at least once
onetrip: 1 error in 120 requests of 48 tests; budget broken
)t");
}

TEST_CASE("a limit is told with where it stands, what it rests on and what it became") {
  VerdictStory story;
  story.over(Problem::Kind::statements, 62, 13)
      .written("baseline+10%", "ci/budget.toml", 14)
      .baseline(11);
  CHECK(text_of(story, report_context()) ==
        R"t(error[max_statements] GET /orders: 62 statements in one request; the limit is 13
  repeated  50 times: SELECT * FROM line_items WHERE order_id = $1
  seen in   GET /orders in tests/test_orders.py::test_list: 62 statements
  limit     max_statements = "baseline+10%", so 13 (ci/budget.toml:14)
  baseline  11 statements (onetrip-baseline.json)
  accept    # ci/budget.toml:14, or onetrip baseline update
            max_statements = 62

onetrip: 1 error in 0 requests; budget broken
)t");
}

TEST_CASE("each kind of limit has its own words") {
  struct Example {
    Problem::Kind kind;
    double value, limit;
    std::string written, title, limit_line, accept;
  };
  const Example examples[] = {
      {Problem::Kind::repeats, 50, 5, "5",
       "error[max_repeats] GET /orders: SELECT line_items was read 50 times in one request; the "
       "limit is 5\n",
       "max_repeats = 5 (b.toml:9)\n", "max_repeats = 50\n"},
      {Problem::Kind::rows, 2400, 2000, "2000",
       "error[max_rows] GET /orders: 2400 rows in one request; the limit is 2000\n",
       "max_rows = 2000 (b.toml:9)\n", "max_rows = 2400\n"},
      {Problem::Kind::bytes, 2'000'000, 1'048'576, "1MiB",
       "error[max_bytes] GET /orders: 2000000 bytes in one request; the limit is 1048576\n",
       "max_bytes = \"1MiB\", so 1048576 (b.toml:9)\n", "max_bytes = 2000000\n"},
      {Problem::Kind::db_time, 95.4, 80, "80ms",
       "error[max_db_time] GET /orders: 95.4 ms of database time in one request; the limit is 80 "
       "ms\n",
       "max_db_time = \"80ms\", so 80 ms (b.toml:9)\n", "max_db_time = \"96ms\"\n"},
      {Problem::Kind::statements, 1, 0, "0",
       "error[max_statements] GET /orders: 1 statement in one request; the limit is 0\n",
       "max_statements = 0 (b.toml:9)\n", "max_statements = 1\n"},
  };
  for (const Example& example : examples) {
    VerdictStory story;
    story.over(example.kind, example.value, example.limit).written(example.written, "b.toml", 9);
    const std::string text = text_of(story);
    CHECK_THAT(text, Catch::StartsWith(example.title));
    CHECK_THAT(text, Contains("  limit     " + example.limit_line));
    CHECK_THAT(text, Contains("  accept    # b.toml:9\n            " + example.accept));
    CHECK_THAT(text_of(story, report_context()), !Contains("baseline"));
  }
}

TEST_CASE("a limit that stands in no file is accepted by one for the label") {
  VerdictStory story;
  story.over(Problem::Kind::rows, 2400, 2000);
  story.last().places.front().label = "GET /a\"b";
  CHECK_THAT(text_of(story), Contains("limit     max_rows = 2000\n"));
  CHECK_THAT(
      text_of(story),
      Contains("  accept    # onetrip-budget.toml\n            [[budget]]\n            match = { "
               "label = \"GET /a\\\"b\" }\n            max_rows = 2400\n"));
}

TEST_CASE("what a test did in all its requests is not called a request") {
  VerdictStory story;
  story.over(Problem::Kind::statements, 62, 12);
  story.last().places.front() = {"test_list", "test_list", 62};
  CHECK_THAT(text_of(story), Contains("62 statements in one test; the limit is 12\n"));
  CHECK_THAT(text_of(story), Contains("seen in   test_list: 62 statements\n"));
  story.last().sum = true;
  CHECK_THAT(text_of(story),
             Contains("62 statements in all requests of one test; the limit is 12\n"));
}

TEST_CASE("782 places of one cause are one block, with the worst five") {
  VerdictStory story;
  story.loop("5c6ffbdd40d95560").places(782);
  const std::string text = text_of(story);
  CHECK_THAT(text,
             Contains("  seen in   GET /books in tests/test_books.py::test_1: 999 statements\n"
                      "            GET /books in tests/test_books.py::test_2: 998 statements\n"
                      "            GET /books in tests/test_books.py::test_3: 997 statements\n"
                      "            GET /books in tests/test_books.py::test_4: 996 statements\n"
                      "            GET /books in tests/test_books.py::test_5: 995 statements\n"
                      "            and 777 more\n"));
  CHECK(text.find("error[") == text.rfind("error["));
}

TEST_CASE("what the baseline knew of a cause is told, where there is one") {
  VerdictStory story;
  story.loop("5c6ffbdd40d95560").at("GET /books", "test_list", 50);
  CHECK_THAT(text_of(story), !Contains("baseline"));
  CHECK_THAT(text_of(story, report_context()),
             Contains("baseline  knows nothing of it (onetrip-baseline.json)\n"));
  story.last().news = Problem::News::new_label;
  CHECK_THAT(text_of(story, report_context()),
             Contains("baseline  knows it, but not under this label (onetrip-baseline.json)\n"));
  story.baseline(12);
  story.last().limit = 12;
  CHECK_THAT(text_of(story, report_context()),
             Contains("limit     12 statements, as the baseline has\n"
                      "  baseline  12 statements (onetrip-baseline.json)\n"));
}

TEST_CASE("the level is the budget's, not the finding's") {
  VerdictStory story;
  story.loop("5c6ffbdd40d95560", Severity::warning).at("GET /books", "", 50);
  story.written("", "onetrip-budget.toml", 3);
  CHECK_THAT(text_of(story), Catch::StartsWith("warning[n-plus-one] GET /books: "));
  CHECK_THAT(text_of(story), Contains("n-plus-one is a warning (onetrip-budget.toml:3)\n"));
}

TEST_CASE("after the problems come what is accepted, warnings, coverage and the verdict") {
  VerdictStory story;
  story.accepted(Accepted::By::baseline, "n-plus-one")
      .accepted(Accepted::By::baseline, "tree-walk");
  story.accepted(Accepted::By::budget, "n-plus-one", "fan-out").warning("expired:\n\x1b[31mit");
  Verdict verdict = story.labels(83, 37).verdict();
  verdict.set_up_windows = 14;
  CHECK(write_report(ReportFormat::text, verdict, {}) ==
        "accepted: 1 by the budget, 2 by the baseline\n"
        "warning: expired: \\x1b[31mit\n"
        "coverage: 37 of 120 labels never returned a parent of two rows; their silence proves "
        "nothing:\n"
        "  GET /silent/1, GET /silent/2, GET /silent/3, GET /silent/4, GET /silent/5, GET "
        "/silent/6,\n"
        "  GET /silent/7, GET /silent/8, GET /silent/9, GET /silent/10, GET /silent/11, GET "
        "/silent/12,\n"
        "  GET /silent/13, GET /silent/14, GET /silent/15, GET /silent/16, GET /silent/17, GET "
        "/silent/18,\n"
        "  GET /silent/19, GET /silent/20, GET /silent/21, GET /silent/22, GET /silent/23, GET "
        "/silent/24,\n"
        "  GET /silent/25, GET /silent/26, GET /silent/27, GET /silent/28, GET /silent/29, GET "
        "/silent/30,\n"
        "  GET /silent/31, GET /silent/32, GET /silent/33, GET /silent/34, GET /silent/35, GET "
        "/silent/36,\n"
        "  GET /silent/37\n"
        "14 windows of set-up left out\n"
        "onetrip: no problems in 120 requests of 48 tests; within budget\n");
}

TEST_CASE("many warnings are cut with their number") {
  VerdictStory story;
  for (int i = 0; i < 30; ++i) story.warning("stale");
  CHECK_THAT(text_of(story), Contains("warning: and 10 more\n"));
}

TEST_CASE("the last line counts by level, and only errors break a budget") {
  VerdictStory story;
  story.labels(1, 0).loop("a", Severity::warning).loop("b", Severity::info);
  CHECK_THAT(text_of(story),
             Contains("\nonetrip: 1 warning, 1 info in 120 requests of 48 tests; within budget\n"));
  story.loop("c").loop("d").loop("e", Severity::warning);
  CHECK_THAT(text_of(story), Contains("\nonetrip: 2 errors, 2 warnings, 1 info in 120 requests of "
                                      "48 tests; budget broken\n"));
}

TEST_CASE("a report is coloured where it is asked for") {
  VerdictStory story;
  story.loop("5c6ffbdd40d95560");
  ReportContext context;
  CHECK(text_of(story, context).find('\x1b') == std::string::npos);
  context.colour = true;
  CHECK_THAT(text_of(story, context), Catch::StartsWith("\x1b[1;31merror[n-plus-one]\x1b[0m "));
}
