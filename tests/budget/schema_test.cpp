#include <algorithm>
#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "budget/budget.hpp"
#include "budget/figure.hpp"
#include "tests/budget/record_story.hpp"

using namespace onetrip;
using namespace onetrip::test;

namespace json = boost::json;

namespace {

const json::value& schema() {
  static const json::value shipped = [] {
    const std::string here = __FILE__;
    std::ifstream file(here.substr(0, here.rfind("tests/budget/")) +
                       "docs/onetrip-budget.schema.json");
    std::ostringstream text;
    text << file.rdbuf();
    return json::parse(text.str());
  }();
  return shipped;
}

const json::object& properties(const json::value& table) {
  return table.at("properties").as_object();
}

/// A value of the schema, as TOML writes it.
std::string toml(const json::value& value) {
  if (!value.is_object()) return json::serialize(value);
  std::string out = "{";
  for (const auto& [key, part] : value.get_object())
    out += (out.size() > 1 ? ", " : " ") + std::string(key) + " = " + toml(part);
  return out + " }";
}

/// What a property may be: its enum, its constant or its examples, in its own words or those that
/// it refers to.
std::vector<std::string> values_of(const json::object& property) {
  std::vector<std::string> values;
  for (const char* key : {"enum", "examples"})
    if (const json::value* list = property.if_contains(key))
      for (const json::value& value : list->as_array()) values.push_back(toml(value));
  if (const json::value* only = property.if_contains("const")) values.push_back(toml(*only));
  const json::value* refers = property.if_contains("$ref");
  if (values.empty() && refers != nullptr) {
    const std::string name =
        std::string(refers->as_string()).substr(std::string("#/$defs/").size());
    return values_of(schema().at("$defs").at(name).as_object());
  }
  if (property.contains("format"))  // a date of TOML has no quotes
    for (std::string& value : values) std::erase(value, '"');
  return values;
}

/// The parser takes every value that the schema gives of these properties, in that place.
void check_values(const json::object& properties, const std::string& before) {
  for (const auto& [key, property] : properties) {
    const std::vector<std::string> values = values_of(property.as_object());
    INFO(key);
    CHECK_FALSE(values.empty());
    for (const std::string& value : values) {
      const std::string text = before + std::string(key) + " = " + value + "\n";
      INFO(text);
      CHECK(std::holds_alternative<Budget>(parse_budget(text, "b.toml", rule_names())));
    }
  }
}

std::set<std::string> keys(const json::object& properties) {
  std::set<std::string> names;
  for (const auto& [key, property] : properties) names.emplace(key);
  return names;
}

}  // namespace

TEST_CASE("the schema of a budget has the keys of the parser") {
  std::set<std::string> expected{"level"};
  for (const Figure& figure : figures()) expected.emplace(figure.key);
  for (const std::string_view rule : rule_names()) expected.emplace(rule);
  const json::object& root = properties(schema());
  CHECK(keys(properties(root.at("defaults"))) == expected);
  expected.emplace("match");
  CHECK(keys(properties(root.at("budget").at("items"))) == expected);
}

TEST_CASE("the parser takes what the schema of a budget shows") {
  const json::object& root = properties(schema());
  json::object plain = root;
  for (const char* section : {"version", "defaults", "budget", "allow"}) plain.erase(section);
  check_values(plain, "version = 1\n");
  CHECK(values_of(root.at("version").as_object()) == std::vector<std::string>{"1"});
  check_values(properties(root.at("defaults")), "version = 1\n[defaults]\n");

  json::object limits = properties(root.at("budget").at("items"));
  limits.erase("match");
  check_values(limits, "version = 1\n[[budget]]\nmatch = { label = \"*\" }\n");
  check_values(properties(schema().at("$defs").at("match")),
               "version = 1\n[[budget]]\n[budget.match]\n");

  json::object further = properties(root.at("allow").at("items")), things;
  for (const json::value& one : root.at("allow").at("items").at("oneOf").as_array()) {
    const json::string& thing = one.at("required").at(0).as_string();
    things[thing] = further.at(thing);
    further.erase(thing);
  }
  further.erase("reason");
  check_values(things, "version = 1\n[[allow]]\nreason = \"x\"\n");
  check_values(further, "version = 1\n[[allow]]\nreason = \"x\"\nrule = \"tree-walk\"\n");
}

TEST_CASE("the rules of the schema of a budget are all that there are") {
  const json::value& known =
      properties(schema()).at("allow").at("items").at("properties").at("rule").at("enum");
  std::set<std::string> names;
  for (const json::value& rule : known.as_array()) names.emplace(rule.as_string());
  const auto rules = rule_names();
  CHECK(names == std::set<std::string>(rules.begin(), rules.end()));
}
