#include "rules/rule.hpp"

#include <catch2/catch.hpp>

namespace onetrip {

TEST_CASE("every rule calls itself by the name of its files") {
  const auto rules = make_rules();
  const auto names = rule_names();
  REQUIRE_FALSE(rules.empty());
  REQUIRE(rules.size() == names.size());
  for (std::size_t i = 0; i < rules.size(); ++i) CHECK(rules[i]->name() == names[i]);
}

TEST_CASE("every rule has its page in the program") {
  for (const std::string_view name : rule_names()) {
    const std::string title = "# " + std::string(name) + "\n";
    CHECK(rule_page(name).substr(0, title.size()) == title);
  }
  CHECK(rule_page("no-such-rule").empty());
}

}  // namespace onetrip
