#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "analyzer/rule.hpp"

namespace onetrip {

/// All rules of rules.def, in its order.
std::vector<std::unique_ptr<Rule>> make_rules();

/// The page of a rule (rules/<name>.md), or empty when there is none of that name.
std::string_view rule_page(std::string_view name);
std::vector<std::string_view> rule_names();

}  // namespace onetrip
