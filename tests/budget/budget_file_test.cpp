#include <catch2/catch.hpp>

#include "budget/budget.hpp"
#include "tests/budget/record_story.hpp"

using namespace onetrip;
using namespace onetrip::test;
using namespace std::chrono;

namespace {

/// What is wrong with a file, one line each.
Lines faults(const std::string& toml) {
  const auto parsed = parse_budget(toml, "b.toml", rule_names());
  Lines lines;
  if (const auto* errors = std::get_if<std::vector<BudgetError>>(&parsed))
    for (const BudgetError& error : *errors) lines.push_back(error.text());
  return lines;
}

std::string only_fault(const std::string& toml) {
  const Lines lines = faults("version = 1\n" + toml);
  return lines.size() == 1 ? lines.front() : "not one fault";
}

}  // namespace

TEST_CASE("a budget needs no more than its version") {
  const Budget read = budget("");
  CHECK(read.file == "onetrip-budget.toml");
  CHECK(read.edition == "2027");
  CHECK(read.budgets.empty());
  CHECK(read.allows.empty());
  CHECK_FALSE(read.defaults.max_statements);
}

TEST_CASE("everything that a budget may say is read") {
  const Budget read = budget(R"(edition = "2027"
[defaults]
n-plus-one = { proven = "error", likely = "warning", possible = "off" }
duplicate-query = "warning"
max_statements = "baseline+10%"
[[budget]]
match = { label = "GET /orders/*", name = "a", application = "b", database = "c" }
max_statements = 12
max_repeats = 5
max_rows = "baseline+3"
max_bytes = "1MiB"
max_db_time = "80ms"
level = "info"
[[budget]]
match = { label = "*" }
max_bytes = 512
[[allow]]
cause = "5c6ffbdd40d95560"
match = { label = "GET /tenants" }
reason = "per-tenant fan-out, accepted"
expires = 2027-01-31
)");
  CHECK(read.defaults.rules.at("n-plus-one") == RuleLevels{{Confidence::proven, Severity::error},
                                                           {Confidence::likely, Severity::warning},
                                                           {Confidence::possible, std::nullopt}});
  CHECK(read.defaults.rules.at("duplicate-query").at(Confidence::possible) == Severity::warning);
  CHECK(read.defaults.max_statements->text == "baseline+10%");
  CHECK(read.defaults.max_statements->line == 6);
  REQUIRE(read.budgets.size() == 2);
  const BudgetLimits& limits = read.budgets[0].limits;
  CHECK(read.budgets[0].line == 7);
  CHECK(read.budgets[0].match.label == "GET /orders/*");
  CHECK(read.budgets[0].match.database == "c");
  CHECK(limits.max_statements->number == 12);
  CHECK(limits.max_repeats->text == "5");
  CHECK(limits.max_rows->of_baseline);
  CHECK(limits.max_bytes->number == 1 << 20);
  CHECK(limits.max_db_time->number == 80'000);
  CHECK(limits.level == Severity::info);
  CHECK(read.budgets[1].limits.max_bytes->number == 512);
  REQUIRE(read.allows.size() == 1);
  CHECK(read.allows[0].cause == "5c6ffbdd40d95560");
  CHECK(read.allows[0].match.label == "GET /tenants");
  CHECK(read.allows[0].expires == year{2027} / January / 31);
  CHECK(read.allows[0].line == 18);
}

TEST_CASE("a version is needed; a newer one is another program's") {
  CHECK(faults("[defaults]\n") ==
        Lines{"b.toml: does not say its version: begin it with version = 1"});
  CHECK(faults("version = 2\n[new]\n") ==
        Lines{"b.toml:1:11: is of version 2, and this onetrip knows version 1: upgrade onetrip"});
  CHECK(faults("version = 0\n") == Lines{"b.toml:1:11: `version` is 1"});
  CHECK(faults("version = \"1\"\n") == Lines{"b.toml:1:11: `version` is 1"});
}

TEST_CASE("an edition is one that is known") {
  CHECK(only_fault("edition = \"2031\"\n") ==
        "b.toml:2:11: `edition` is one that this onetrip knows: \"2027\"");
  CHECK_THAT(only_fault("edition = 2027\n"), Catch::Contains("knows: \"2027\""));
}

TEST_CASE("an unknown key is told with its place and the nearest that there is") {
  CHECK(only_fault("[defauts]\n") == "b.toml:2:2: unknown key `defauts`. Did you mean `defaults`?");
  CHECK(only_fault("[defaults]\nmax_statement = 3\n") ==
        "b.toml:3:1: unknown key `max_statement` in [defaults]. Did you mean `max_statements`?");
  CHECK(only_fault("[defaults]\nn_plus_one = \"off\"\n") ==
        "b.toml:3:1: unknown key `n_plus_one` in [defaults]. Did you mean `n-plus-one`?");
  CHECK_THAT(only_fault("[defaults]\nmatch = { label = \"a\" }\n"),
             Catch::Contains("unknown key `match` in [defaults]."));
  CHECK_THAT(only_fault("[[budget]]\nmatch = { lable = \"a\" }\n"),
             Catch::StartsWith("b.toml:3:11: unknown key `lable` in match. Did you mean `label`?"));
  CHECK_THAT(only_fault("[[budget]]\nmatch = { label = \"a\" }\nmax_query_time = \"1s\"\n"),
             Catch::StartsWith("b.toml:4:1: unknown key `max_query_time` in [[budget]]."));
  CHECK_THAT(only_fault("[[allow]]\nrule = \"tree-walk\"\nreason = \"x\"\nexpire = 2027-01-01\n"),
             Catch::Contains("Did you mean `expires`?"));
  CHECK_THAT(only_fault("[defaults]\nn-plus-one = { provn = \"off\" }\n"),
             Catch::Contains("unknown key `provn` in n-plus-one. Did you mean `proven`?"));
}

TEST_CASE("every fault is told, in the order of the file") {
  const Lines lines = faults(
      "version = 1\nedition = \"1999\"\n[[budget]]\nmax_rows = -1\n[defaults]\nlevel = \"bad\"\n");
  REQUIRE(lines.size() == 4);
  CHECK_THAT(lines[0], Catch::StartsWith("b.toml:2:"));
  CHECK_THAT(lines[1], Catch::StartsWith("b.toml:3:1: [[budget]] does not say what it is for"));
  CHECK_THAT(lines[2], Catch::StartsWith("b.toml:4:12: `max_rows` takes"));
  CHECK_THAT(lines[3], Catch::StartsWith("b.toml:6:9: `level` takes"));
}

TEST_CASE("what is no TOML is told with its place") {
  CHECK_THAT(only_fault("[defaults\n"), Catch::StartsWith("b.toml:2:10: "));
  CHECK_THAT(only_fault("edition = \"2027\"\nedition = \"2027\"\n"),
             Catch::StartsWith("b.toml:3:"));
}

TEST_CASE("what toml++ takes for granted is not: brackets without a key, letters beyond ASCII") {
  CHECK(faults("version = 1\n[[[allow]]]\n").size() == 1);
  CHECK(faults("version = 1\nx = 1 \xC3\xA9\n").size() == 1);
  CHECK(faults("version = 1\nx = 1 \xEF\xBB\xBE\n").size() == 1);
}

TEST_CASE("a limit that is none says what may be written") {
  for (const char* limit :
       {"-1", "1.5", "true", "\"12\"", "\"baseline-1\"", "\"baseline+\"", "\"baseline+%\"",
        "\"baseline+10 %\"", "\"baselines\"", "\"baseline10%\"", "\"baseline+-1\"", "\"80ms\"",
        "9223372036854775807", "\"baseline+18446744073709551615\"", "[1]"}) {
    INFO(limit);
    CHECK(only_fault("[defaults]\nmax_statements = " + std::string(limit) + "\n") ==
          "b.toml:3:18: `max_statements` takes a whole number, \"baseline\", \"baseline+2\" or "
          "\"baseline+10%\"");
  }
  CHECK_THAT(only_fault("[defaults]\nmax_bytes = \"1 Mib\"\n"),
             Catch::Contains("such as \"1MiB\""));
  for (const char* limit : {"80", "\"baseline+10%\"", "\"80\"", "\"-80ms\""}) {
    INFO(limit);
    CHECK_THAT(only_fault("[defaults]\nmax_db_time = " + std::string(limit) + "\n"),
               Catch::Contains("a duration such as \"80ms\""));
  }
}

TEST_CASE("a level that is none says what may be written") {
  const std::string takes = "`n-plus-one` takes \"off\", \"info\", \"warning\" or \"error\"";
  CHECK(only_fault("[defaults]\nn-plus-one = \"warn\"\n") == "b.toml:3:14: " + takes);
  CHECK(only_fault("[defaults]\nn-plus-one = false\n") == "b.toml:3:14: " + takes);
  CHECK_THAT(only_fault("[defaults]\nn-plus-one = { proven = 1 }\n"),
             Catch::Contains("`proven` takes \"off\""));
  CHECK_THAT(only_fault("[defaults]\nlevel = \"off\"\n"),
             Catch::Contains("`level` takes \"info\""));
}

TEST_CASE("sections that are written as something else") {
  CHECK_THAT(only_fault("defaults = 1\n"), Catch::Contains("write [defaults]"));
  CHECK_THAT(only_fault("[budget]\n"), Catch::Contains("write [[budget]]"));
  CHECK_THAT(only_fault("allow = [1]\n"), Catch::Contains("write [[allow]]"));
  CHECK_THAT(only_fault("[[budget]]\nmatch = \"GET *\"\n"), Catch::Contains("is a table of globs"));
  CHECK_THAT(only_fault("[[budget]]\nmatch = {}\n"), Catch::Contains("is a table of globs"));
  CHECK_THAT(only_fault("[[budget]]\nmatch = { label = \"\" }\n"),
             Catch::Contains("`label` takes a text that is not empty"));
}

TEST_CASE("an allow accepts one thing, for a reason") {
  const auto allow = [](const std::string& toml) { return only_fault("[[allow]]\n" + toml); };
  CHECK_THAT(allow("reason = \"x\"\n"),
             Catch::StartsWith("b.toml:2:1: [[allow]] accepts one thing"));
  CHECK_THAT(allow("reason = \"x\"\nrule = \"tree-walk\"\ncause = \"5c6ffbdd40d95560\"\n"),
             Catch::Contains("accepts one thing"));
  CHECK_THAT(allow("rule = \"tree-walk\"\n"),
             Catch::StartsWith("b.toml:2:1: [[allow]] does not say why"));
  CHECK_THAT(allow("rule = \"tree-walk\"\nreason = \" \"\n"),
             Catch::StartsWith("b.toml:4:10: `reason` takes a text that is not empty"));
  CHECK_THAT(allow("rule = \"tree-wlak\"\nreason = \"x\"\n"),
             Catch::Contains("there is no such rule. Did you mean `tree-walk`?"));
  CHECK_THAT(allow("cause = \"5C6F\"\nreason = \"x\"\n"), Catch::Contains("16 hex digits"));
  CHECK_THAT(allow("finding = \"\"\nreason = \"x\"\n"), Catch::Contains("not empty"));
  CHECK_THAT(allow("fingerprint = \"9f3ab2c41d77e0aa\"\nreason = \"x\"\n"),
             Catch::Contains("v1: and 16 hex digits"));
}

TEST_CASE("a day on which an allow expires is a date") {
  const std::string start = "[[allow]]\nrule = \"tree-walk\"\nreason = \"x\"\nexpires = ";
  for (const char* day : {"\"2027-01-31\"", "2027-01-31T00:00:00", "20270131"}) {
    INFO(day);
    CHECK_THAT(only_fault(start + day + "\n"),
               Catch::StartsWith("b.toml:5:11: `expires` takes a date without quotes"));
  }
  CHECK_THAT(only_fault(start + "2027-02-30\n"), Catch::StartsWith("b.toml:5:"));
}

TEST_CASE("globs") {
  CHECK(glob_matches("", "anything"));
  CHECK(glob_matches("*", ""));
  CHECK(glob_matches("GET /orders/*", "GET /orders/:id/lines"));
  CHECK(glob_matches("*/lines", "GET /orders/:id/lines"));
  CHECK(glob_matches("*a*b*", "xaxxabx"));
  CHECK(glob_matches("a?c", "aéc"));
  CHECK(glob_matches("test_add[1-2]", "test_add[1-2]"));
  CHECK(glob_matches("**", "x"));
  CHECK_FALSE(glob_matches("GET /orders/*", "GET /orders"));
  CHECK_FALSE(glob_matches("GET", "GET /"));
  CHECK_FALSE(glob_matches("?", ""));
  CHECK_FALSE(glob_matches("test_add[1-2]", "test_add1"));
  CHECK_FALSE(glob_matches("a*b", "a"));
  CHECK_FALSE(glob_matches(std::string(30, '*') + "b", std::string(3000, 'a')));
}

TEST_CASE("what a limit comes to") {
  const auto value = [](bool percent, std::uint64_t number, std::uint64_t of) {
    return Limit{true, percent, number, "", 0}.value(of);
  };
  const Limit absolute{false, false, 12, "12", 0}, resting{true, false, 3, "baseline+3", 0};
  CHECK(absolute.value(std::nullopt) == 12);
  CHECK(absolute.value(99) == 12);
  CHECK_FALSE(resting.value(std::nullopt));
  CHECK(resting.value(10) == 13);
  CHECK(value(true, 10, 0) == 1);
  CHECK(value(true, 10, 11) == 13);
  CHECK(value(true, 10, 100) == 110);
  CHECK(value(true, 10, 101) == 112);
  CHECK(value(true, 250, 4) == 14);
  const auto most = std::numeric_limits<std::uint64_t>::max();
  CHECK(value(true, 10, most) == most);
  CHECK(value(true, most, most) == most);
  CHECK(value(false, most, 1) == most);
}
