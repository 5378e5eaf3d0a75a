#include <catch2/catch.hpp>

#include "tests/budget/verdict_story.hpp"

using namespace onetrip;
using Catch::Contains;

namespace {

std::string markdown(const Verdict& verdict) {
  return write_report(ReportFormat::markdown, verdict, {});
}

/// Cells of a row, split at bars that no backslash escapes.
std::size_t cells_of(std::string_view row) {
  std::size_t bars = 0;
  for (std::size_t i = 0; i < row.size(); ++i)
    if (row[i] == '|' && (i == 0 || row[i - 1] != '\\')) ++bars;
  return bars - 1;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back().push_back(c);
    }
  }
  return lines;
}

std::size_t times(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size()))
    ++found;
  return found;
}

}  // namespace

TEST_CASE("a comment has a table, and folds what is long") {
  VerdictStory story;
  story.over(Problem::Kind::rows, 30, 20).written("20", "onetrip-budget.toml", 14).labels(2, 1);
  CHECK(markdown(story.verdict()) ==
        R"m(### onetrip: 1 error in 120 requests of 48 tests; budget broken

| level | budget | request | problem | count | limit | baseline | where |
|---|---|---|---|---|---|---|---|
| error | `max_rows` | `GET /orders` | `30 rows in one request; the limit is 20` | `30 rows` | `max_rows = 20 (onetrip-budget.toml:14)` |  | `onetrip-budget.toml:14` |

<details><summary>error <code>max_rows</code> <code>GET /orders</code>: <code>30 rows in one request; the limit is 20</code></summary>

```text
error[max_rows] GET /orders: 30 rows in one request; the limit is 20
  seen in   GET /orders in tests/test_orders.py::test_list: 30 rows
  limit     max_rows = 20 (onetrip-budget.toml:14)
  accept    # onetrip-budget.toml:14
            max_rows = 30
```

</details>

<details><summary>Coverage: 1 of 3 labels never returned a parent of two rows; its silence proves nothing</summary>

- `GET /silent/1`

</details>
)m");
}

TEST_CASE("a kept budget has no table") {
  CHECK(markdown(kept_verdict()) ==
        "### onetrip: no problems in 120 requests of 48 tests; within budget\n\n"
        "Coverage: 3 labels, each with a parent of two rows at least once\n");
}

TEST_CASE("hostile text ends no cell, no code and no details") {
  const std::string text = markdown(hostile_verdict());
  for (const std::string& line : lines_of(text)) {
    if (line.starts_with("|")) CHECK(cells_of(line) == 8);
    if (line.starts_with("| error")) CHECK_THAT(line, Contains("| `````\"'<script>"));
    if (line.starts_with("<details>")) {
      CHECK_THAT(line, Catch::EndsWith("</summary>"));
      CHECK(line.find("<script") == std::string::npos);
      CHECK(times(line, "<") == times(line, ">"));
    }
  }
  CHECK(times(text, "\n<details><summary>") == times(text, "\n</details>\n"));
  CHECK(times(text, "\n`````text\n") == 2);
  CHECK(times(text, "\n`````\n") == 2);
}

TEST_CASE("a summary stays below GitHub's limit, and says how much it leaves out") {
  VerdictStory story;
  for (int i = 0; i < 3000; ++i) {
    story.loop(std::to_string(i)).at("GET /books/" + std::string(100, 'x'), "t", 50);
    story.warning(std::string(300, 'w'));
  }
  const std::string text = markdown(story.labels(10, 5000).verdict());
  CHECK(text.size() < 1024 * 1024);
  CHECK(text.size() > 900'000);
  const std::size_t rows = times(text, "\n| error |");
  const std::size_t blocks = times(text, "<details><summary>error");
  CHECK(rows < 3000);
  CHECK(blocks < 3000);
  CHECK_THAT(text, Contains("| " + std::to_string(3000 - rows) + " more problems |"));
  CHECK_THAT(text,
             Contains("\n" + std::to_string(3000 - blocks) + " problems not shown in detail"));
  CHECK_THAT(text, Contains("5000 of 5010 labels never returned"));
  CHECK_THAT(text, Contains("- `GET /silent/1`"));
}

TEST_CASE("a summary names every silent label, whatever else there is") {
  VerdictStory story;
  const std::string path(150, 'a');
  for (int i = 0; i < 3000; ++i)
    story.loop(std::to_string(i)).at("GET /" + path, "test_" + path, 50).warning(path);
  Verdict verdict = story.verdict();
  for (std::size_t i = 0; i < Coverage::max_labels; ++i)
    verdict.coverage.push_back({"GET /" + path + std::to_string(i), 1, 1});
  const std::string text = markdown(verdict);
  CHECK(text.size() < 1'000'000);
  for (const Coverage::Row& row : verdict.coverage)
    if (text.find("- `" + row.label + "`\n") == std::string::npos) FAIL(row.label);
}

TEST_CASE("code that begins or ends with a backtick stands apart from the fence") {
  VerdictStory story;
  story.over(Problem::Kind::rows, 30, 20).last().places.front().label = "`GET` /`";
  CHECK_THAT(markdown(story.verdict()), Contains("| `` `GET` /` `` |"));
}
