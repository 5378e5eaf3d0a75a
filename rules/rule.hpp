#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/rule.hpp"
#include "analyzer/rule_options.hpp"

namespace onetrip {

/// All rules of rules.def, in its order. `set`: by rule, what users set of its options.
std::vector<std::unique_ptr<Rule>> make_rules(const std::map<std::string, OptionValues>& set = {});
/// One of them; null when there is none of that name.
std::unique_ptr<Rule> make_rule(std::string_view name, const OptionValues& set = {});

/// The page of a rule (rules/<name>.md), or empty when there is none of that name.
std::string_view rule_page(std::string_view name);
/// What may be set of a rule, in the order in which it asks.
std::vector<RuleOption> rule_options(std::string_view name);
std::vector<std::string_view> rule_names();

}  // namespace onetrip
