#include "budget/baseline.hpp"

#include <algorithm>

#include "tests/budget/record_story.hpp"

using namespace onetrip;
using namespace onetrip::test;

namespace {

/// A suite with one loop under two labels, and a guess.
RecordStory legacy() {
  RecordStory story;
  story.test("test_list").request("GET /books", 51).showed(loop("book", "author", 50)).repeats(50);
  story.rows(100).bytes(5120);
  story.test("test_top").request("GET /top", 12).showed(loop("book", "author", 9)).showed(guess(6));
  return story;
}

Baseline read(const std::string& text) {
  auto parsed = parse_baseline(text, "onetrip-baseline.json");
  if (auto* error = std::get_if<BudgetError>(&parsed)) FAIL(error->text());
  return std::get<Baseline>(std::move(parsed));
}

std::string fault(const std::string& text) {
  const auto parsed = parse_baseline(text, "onetrip-baseline.json");
  const auto* error = std::get_if<BudgetError>(&parsed);
  return error != nullptr ? error->text() : "";
}

}  // namespace

TEST_CASE("a legacy suite is adopted with one file: what was there breaks nothing") {
  RecordStory story;
  for (int i = 0; i < 400; ++i) {
    const std::string name = std::to_string(i);
    story.test("test_" + name).request("GET /" + name, 51);
    story.showed(loop("book", "author" + name, 50)).sum(51);
  }
  const Verdict verdict =
      judged(story, budget("[defaults]\nmax_statements = \"baseline+10%\"\n"), baseline(story));
  CHECK(told(verdict).empty());
  CHECK(verdict.warnings.empty());
  CHECK(verdict.accepted.size() == 400);
  CHECK(verdict.findings == 400);
}

TEST_CASE("only what is new breaks") {
  RecordStory old = legacy(), now = legacy();
  now.test("test_cart").request("GET /cart").showed(loop("line", "item", 3));
  const Verdict verdict = judged(now, baseline(old));
  CHECK(told(verdict) == Lines{"error n-plus-one SELECT item: test_cart GET /cart 3"});
  CHECK(accepted(verdict) ==
        Lines{"baseline n-plus-one, 2 places", "baseline select-in-loop, 1 place"});
}

TEST_CASE("the same cause in another test of the same label is known") {
  RecordStory old = legacy(), now = legacy();
  now.database("test_shop_gw1").test("test_new").request("GET /books", 51);
  now.showed(loop("book", "author", 50));
  CHECK(told(judged(now, baseline(old))).empty());
}

TEST_CASE("lower counts never fail") {
  RecordStory old = legacy(), now;
  now.test("test_list").request("GET /books", 3).showed(loop("book", "author", 2)).part();
  const Verdict verdict =
      judged(now, budget("[defaults]\nmax_statements = \"baseline\"\n"), baseline(old));
  CHECK(told(verdict).empty());
  CHECK(verdict.warnings.empty());
}

TEST_CASE("a known cause that repeats more is as bad as its level") {
  RecordStory old = legacy(), now;
  now.test("test_list").request("GET /books").showed(loop("book", "author", 51));
  now.test("test_top").request("GET /top").showed(loop("book", "author", 9)).showed(guess(7));
  const Verdict verdict = judged(now, baseline(old));
  CHECK(told(verdict) ==
        Lines{"error n-plus-one SELECT author worse than known 51 > 50: test_list GET /books 51",
              "warning select-in-loop SELECT shelf worse than known 7 > 6: test_top GET /top 7"});
  CHECK(verdict.problems[0].baseline == 50);
}

TEST_CASE("a known cause under a new label warns") {
  RecordStory old = legacy(), now = legacy();
  now.test("test_new").request("GET /new").showed(loop("book", "author", 500));
  now.showed(guess(4));
  const Verdict verdict =
      judged(now, budget("[defaults]\nselect-in-loop = \"info\"\n"), baseline(old));
  CHECK(told(verdict) ==
        Lines{"warning n-plus-one SELECT author under a new label: test_new GET /new 500",
              "info select-in-loop SELECT shelf under a new label: test_new GET /new 4"});
  CHECK_FALSE(verdict.broken());
}

TEST_CASE("where a cause is both worse and under a new label, the worse comes first") {
  RecordStory old = legacy(), now;
  now.request("GET /new").showed(loop("book", "author", 500));
  now.request("GET /books").showed(loop("book", "author", 60));
  CHECK(
      told(judged(now, baseline(old))) ==
      Lines{
          "error n-plus-one SELECT author worse than known 60 > 50: GET /books 60, GET /new 500"});
}

TEST_CASE("limits that rest on the baseline") {
  RecordStory old, now;
  old.request("GET /books", 20).request("GET /top", 3);
  now.request("GET /books", 22).request("GET /top", 4);
  const auto by = [&](const std::string& limit) {
    return told(judged(now, budget("[defaults]\nmax_statements = " + limit + "\n"), baseline(old)));
  };
  CHECK(by("\"baseline+10%\"").empty());  // of 3 one more, not none
  CHECK(by("\"baseline+2\"").empty());
  CHECK(by("\"baseline+1\"") == Lines{"error statements 22 > 21: GET /books 22"});
  CHECK(by("\"baseline+9%\"").empty());  // 1.8, rounded up
  CHECK(by("\"baseline+5%\"") == Lines{"error statements 22 > 21: GET /books 22"});
  CHECK(by("\"baseline\"") ==
        Lines{"error statements 22 > 20: GET /books 22", "error statements 4 > 3: GET /top 4"});
}

TEST_CASE("a label that the baseline does not know meets absolute limits only") {
  RecordStory old, now;
  old.request("GET /books", 20);
  now.request("GET /books", 20).request("GET /new", 900);
  const Baseline known = baseline(old);
  CHECK(
      told(judged(now, budget("[defaults]\nmax_statements = \"baseline+10%\"\n"), known)).empty());
  CHECK(told(judged(now, budget("[defaults]\nmax_statements = 100\n"), known)) ==
        Lines{"error statements 900 > 100: GET /new 900"});
}

TEST_CASE("a limit that rests on a baseline that was not given warns") {
  RecordStory now;
  now.request("GET /books", 20);
  const Verdict verdict = judged(now, budget("[defaults]\nmax_statements = \"baseline+10%\"\n"));
  CHECK(told(verdict).empty());
  REQUIRE(verdict.warnings.size() == 1);
  CHECK_THAT(verdict.warnings[0],
             Catch::StartsWith("onetrip-budget.toml:3: \"baseline+10%\" rests"));
}

TEST_CASE("sums of tests are held to the baseline; one limit on many is one problem") {
  RecordStory old, now;
  for (const char* test : {"test_a", "test_b", "test_c"}) {
    old.test(test).request("GET /books", 10).sum(100);
    now.test(test).request("GET /books", 11).sum(test[5] == 'c' ? 110 : 111);
  }
  CHECK(
      told(judged(now, budget("[defaults]\nmax_statements = \"baseline+10%\"\n"), baseline(old))) ==
      Lines{"error statements in all 111 > 110: test_a 111, test_b 111"});
}

TEST_CASE("a sum and a request may share a label, and are known apart") {
  RecordStory old, now;
  old.test("GET /books").request("GET /books", 10).request("GET /books", 10).sum(20);
  now.test("GET /books").request("GET /books", 15).sum(15);
  CHECK(told(judged(now, budget("[defaults]\nmax_statements = \"baseline\"\n"), baseline(old))) ==
        Lines{"error statements 15 > 10: GET /books 15"});
}

TEST_CASE("what a whole suite no longer shows is summed up; of a part nothing is known") {
  RecordStory old = legacy(), now;
  old.request("GET /a").request("GET /b").request("GET /c").request("GET /d");
  now.request("GET /books", 51).showed(loop("book", "author", 50));
  const Baseline known = baseline(old);
  const Verdict verdict = judged(now, known);
  REQUIRE(verdict.warnings.size() == 1);
  CHECK_THAT(verdict.warnings[0], Catch::Contains("n-plus-one, SELECT author: book.author_id → "
                                                  "author.id) under GET /top: 9; "));
  CHECK_THAT(verdict.warnings[0], Catch::Contains("; and 2 more. `onetrip baseline prune`"));
  CHECK_FALSE(verdict.broken());
  CHECK(judged(now.part(), known).warnings.empty());
}

TEST_CASE("the baseline of a record") {
  RecordStory story = legacy();
  story.database("test_shop_gw1").test("test_list").request("GET /books", 61).rows(90);
  story.showed(loop("book", "author", 45));
  story.test("test_cart").request("GET /cart", 5).sum(7);
  const Baseline known = baseline(story);
  const Baseline::Label books{61, 50, 100, 5120}, cart{5, 0, 0, 0}, sum{7, 0, 0, 0};
  CHECK(known.labels.at("GET /books") == books);
  CHECK(known.labels.at("GET /cart") == cart);
  CHECK(known.sums.at("test_cart") == sum);
  CHECK(known.sums.size() == 1);
  REQUIRE(known.causes.size() == 2);
  const Baseline::Cause& cause = known.causes.at(story.record().entries[0].findings[0].cause);
  CHECK(cause.rule == "n-plus-one");
  CHECK(cause.title == "SELECT author: book.author_id → author.id");
  const std::map<std::string, std::uint64_t> labels{{"GET /books", 50}, {"GET /top", 9}};
  CHECK(cause.labels == labels);
}

TEST_CASE("an update lowers, raises, and of a whole suite forgets") {
  RecordStory old = legacy(), now;
  now.request("GET /books", 60).showed(loop("book", "author", 3));
  const Baseline whole = updated(baseline(old), now.record());
  CHECK(whole == baseline(now));

  now.part();
  const Baseline part = updated(baseline(old), now.record());
  const Baseline::Cause& cause = part.causes.at(now.finding().cause);
  CHECK(cause.labels.at("GET /books") == 3);
  CHECK(cause.labels.at("GET /top") == 9);
  CHECK(part.labels.at("GET /books").statements == 60);
  CHECK(part.labels.at("GET /top").statements == 12);
  CHECK(part.causes.size() == 2);
}

TEST_CASE("after an update the same run breaks nothing, and worsening does") {
  RecordStory old = legacy(), better, worse;
  better.request("GET /books", 6).showed(loop("book", "author", 5));
  worse.request("GET /books", 8).showed(loop("book", "author", 7));
  const Baseline now = updated(baseline(old), better.record());
  CHECK(told(judged(better, now)).empty());
  CHECK(judged(better, now).warnings.empty());
  CHECK(judged(worse, now).broken());
}

TEST_CASE("pruning takes out what is gone, and keeps counts") {
  RecordStory old = legacy(), now;
  old.sum(63);
  now.request("GET /books", 6).showed(loop("book", "author", 5));
  const Baseline known = baseline(old), left = pruned(known, now.record());
  CHECK(left.labels.size() == 1);
  CHECK(left.sums.empty());
  CHECK(left.labels.at("GET /books").statements == 51);
  REQUIRE(left.causes.size() == 1);
  const std::map<std::string, std::uint64_t> labels{{"GET /books", 50}};
  CHECK(left.causes.begin()->second.labels == labels);
  CHECK(pruned(known, now.part().record()) == known);
}

TEST_CASE("differences are one line each") {
  RecordStory old = legacy(), now;
  now.request("GET /books", 40)
      .showed(loop("book", "author", 39))
      .repeats(50)
      .rows(100)
      .bytes(5120);
  now.request("GET /new", 2).showed(loop("line", "item", 2));
  const std::string author = old.record().entries[0].findings[0].cause, shelf = old.finding().cause,
                    item = now.finding().cause;
  old.sum(63);
  Lines expected{
      "+ cause " + item + " (n-plus-one, SELECT item: line.item_id → item.id) under GET /new: 2",
      "+ label GET /new: statements 2, repeats 0, rows 0, bytes 0",
      "- cause " + author +
          " (n-plus-one, SELECT author: book.author_id → author.id) under GET /top: 9",
      "- cause " + shelf + " (select-in-loop, SELECT shelf) under GET /top: 6",
      "- label GET /top: statements 12, repeats 0, rows 0, bytes 0",
      "- sum test_top: statements 63, repeats 0, rows 0, bytes 0",
      "~ cause " + author +
          " (n-plus-one, SELECT author: book.author_id → author.id) under GET /books: 50 → 39",
      "~ label GET /books: statements 51 → 40"};
  std::sort(expected.begin(), expected.end());
  CHECK(differences(baseline(old), baseline(now)) == expected);
  CHECK(differences(baseline(old), baseline(old)).empty());
}

TEST_CASE("the file of a baseline has one key on a line") {
  RecordStory story;
  story.request("GET /books", 51).showed(loop("book", "author", 50)).repeats(50);
  CHECK(baseline_text(baseline(story)) == R"({
  "onetrip_baseline": 1,
  "causes": {
    ")" + story.finding().cause + R"(": {
      "rule": "n-plus-one",
      "title": "SELECT author: book.author_id → author.id",
      "labels": {
        "GET /books": 50
      }
    }
  },
  "labels": {
    "GET /books": {"statements": 51, "repeats": 50, "rows": 0, "bytes": 0}
  },
  "sums": {}
}
)");
}

TEST_CASE("a baseline that was written reads back as the same") {
  RecordStory story = legacy();
  story.request("GET /\"quoted\"\n\xff", 3).showed(loop("line", "item", 3));
  const Baseline known = baseline(story);
  CHECK(read(baseline_text(known)) == known);
  CHECK(read(baseline_text({})) == Baseline{});
  CHECK(told(judged(story, known)).empty());
}

TEST_CASE("a baseline that cannot be used says why") {
  CHECK_THAT(fault(""), Catch::StartsWith("onetrip-baseline.json:1: is no JSON ("));
  CHECK_THAT(fault("{\n\"onetrip_baseline\": 1,\n\"causes\": {"),
             Catch::StartsWith("onetrip-baseline.json:3: is no JSON (") &&
                 Catch::Contains("or remove it and write it anew with `onetrip baseline update`"));
  CHECK_THAT(fault("{}{}"), Catch::Contains("it goes on after its end"));
  CHECK_THAT(fault("{\n<<<<<<< HEAD\n\"labels\": {}\n"),
             Catch::Contains("a conflict that git left"));
  CHECK_THAT(fault("{\"causes\": {}, \"labels\": {}, \"sums\": {}}"),
             Catch::Contains("is no baseline"));
  CHECK_THAT(fault("[]"), Catch::Contains("the file must be an object"));
  CHECK_THAT(fault("{\"onetrip_baseline\": 2, \"new\": 1}"),
             Catch::Contains("is of version 2") && Catch::Contains("upgrade onetrip"));
  CHECK_THAT(fault("{\"onetrip_baseline\": 0}"), Catch::Contains("must be 1"));
  CHECK_THAT(fault("{\"onetrip_baseline\": 1, \"causes\": {}}"),
             Catch::Contains("labels is missing"));
  const auto with_label = [](const std::string& label) {
    return fault(
        "{\"onetrip_baseline\": 1, \"causes\": {}, \"sums\": {}, \"labels\": {\"GET /\": " + label +
        "}}");
  };
  CHECK(with_label("{\"statements\": 5}").empty());
  CHECK_THAT(with_label("{\"statements\": -1}"),
             Catch::Contains("labels.GET /.statements must be a whole number"));
  CHECK_THAT(with_label("{\"statemnets\": 1}"), Catch::Contains("unknown key \"statemnets\""));
  CHECK_THAT(with_label("5"), Catch::Contains("labels.GET / must be an object"));
  const auto with_cause = [](const std::string& cause) {
    return fault("{\"onetrip_baseline\": 1, \"labels\": {}, \"sums\": {}, \"causes\": {\"c\": " +
                 cause + "}}");
  };
  CHECK(with_cause("{\"rule\": \"r\", \"title\": \"\", \"labels\": {\"a\": 1}}").empty());
  CHECK_THAT(with_cause("{\"rule\": 1}"), Catch::Contains("causes.c.rule must be a text"));
  CHECK_THAT(with_cause("{\"rule\": \"r\"}"), Catch::Contains("causes.c has no labels"));
  CHECK_THAT(with_cause("{\"labels\": {\"a\": 1}}"), Catch::Contains("does not say its rule"));
}
