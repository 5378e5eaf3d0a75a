#include "budget/comparison.hpp"

#include <catch2/catch.hpp>

using namespace onetrip;

namespace {

Baseline of(const std::map<std::string, Baseline::Label>& labels) {
  Baseline out;
  out.labels = labels;
  return out;
}

std::string text(const Baseline& base, const Baseline& head) {
  return comparison_text(compare({base, true}, {head, true}));
}

}  // namespace

TEST_CASE("two recordings that are alike differ under no label") {
  const Baseline one = of({{"GET /a", {5, 1, 10, 1000}}});
  CHECK(text(one, one) == "no label differs\n");
  CHECK(text({}, {}) == "no label differs\n");
}

TEST_CASE("labels are told worse first, each with what differs") {
  const Baseline base = of({{"GET /better", {51, 50, 60, 900}},
                            {"GET /same", {1, 1, 1, 1}},
                            {"GET /worse", {2, 1, 5, 900}}});
  const Baseline head = of({{"GET /better", {2, 1, 60, 900}},
                            {"GET /same", {1, 1, 1, 1}},
                            {"GET /worse", {3, 1, 4, 900}}});
  CHECK(text(base, head) ==
        "GET /worse: better and worse\n"
        "  statements 2 → 3\n"
        "  rows 5 → 4\n"
        "GET /better: better\n"
        "  statements 51 → 2\n"
        "  repeats 50 → 1\n"
        "labels: 1 better and worse, 1 better\n");
}

TEST_CASE("a few bytes more say nothing") {
  CHECK(text(of({{"a", {1, 1, 1, 1000}}}), of({{"a", {1, 1, 1, 1099}}})) == "no label differs\n");
  CHECK(text(of({{"a", {1, 1, 1, 1000}}}), of({{"a", {1, 1, 1, 2000}}})) ==
        "a: worse\n  bytes 1000 → 2000\nlabels: 1 worse\n");
}

TEST_CASE("labels that came and went are neither better nor worse") {
  CHECK(text(of({{"old", {4, 1, 1, 1}}}), of({{"new", {7, 1, 1, 1}}})) ==
        "new: new\n  statements 7\nold: gone\n  statements 4\nlabels: 1 new, 1 gone\n");
}

TEST_CASE("causes are told by what they are and how often they repeat") {
  Baseline base = of({{"a", {9, 1, 1, 1}}, {"b", {9, 1, 1, 1}}}), head = base;
  base.causes["1"] = {"n-plus-one", "SELECT author", {{"a", 50}, {"b", 8}}};
  head.causes["1"] = {"n-plus-one", "SELECT author", {{"b", 9}}};
  head.causes["2"] = {"duplicate-query", "SELECT tag", {{"a", 3}}};
  CHECK(
      text(base, head) ==
      "b: worse\n  ~ n-plus-one: SELECT author: 8 → 9\n"
      "a: better and worse\n  - n-plus-one: SELECT author: 50\n  + duplicate-query: SELECT tag: 3\n"
      "labels: 1 worse, 1 better and worse\n");
}

TEST_CASE("where figures are not known, causes alone are compared, and that is said") {
  Baseline base = of({{"a", {9, 1, 1, 1}}, {"b", {9, 1, 1, 1}}, {"old", {9, 1, 1, 1}}});
  Baseline head = of({{"a", {}}, {"b", {}}, {"new", {}}});
  base.causes["1"] = {"n-plus-one", "SELECT author", {{"a", 50}}};
  head.causes["1"] = {"n-plus-one", "SELECT author", {{"a", 60}}};
  const Shown recorded{base, true}, running{head, false};
  CHECK(comparison_text(compare(recorded, running)) ==
        "a: worse\n  ~ n-plus-one: SELECT author: 50 → 60\n"
        "new: new\n"
        "old: gone\n  statements 9\n"
        "labels: 1 worse, 1 new, 1 gone\n");
  CHECK(left_out_text(recorded, running) ==
        "not compared: statements, repeats, rows, bytes, of which a running onetrip's report knows "
        "nothing; HEAD is one\n");
  CHECK_THAT(left_out_text(running, recorded), Catch::EndsWith("; BASE is one\n"));
  CHECK_THAT(left_out_text(running, running), Catch::EndsWith("; both are such\n"));
  CHECK(left_out_text(recorded, recorded).empty());
}
