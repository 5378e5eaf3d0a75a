#include <iostream>

#include "analyzer/sinks/safe_text.hpp"
#include "app/verbs.hpp"
#include "budget/nearest.hpp"
#include "rules/rule.hpp"

namespace onetrip {
namespace {

std::string list(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

}  // namespace

Exit explain_rule(const Options& options) {
  std::vector<std::string> names;
  for (const std::string_view name : rule_names()) names.emplace_back(name);
  if (options.argument.empty()) {
    std::cerr << "onetrip: which rule? There are: " << list(names) << "\n";
    return Exit::usage;
  }
  const std::string_view page = rule_page(options.argument);
  if (page.empty()) {
    std::cerr << "onetrip: no rule `" << printable(options.argument) << "`."
              << did_you_mean(options.argument, names) << " There are: " << list(names) << "\n";
    return Exit::usage;
  }
  std::cout << page;
  return Exit::fine;
}

}  // namespace onetrip
