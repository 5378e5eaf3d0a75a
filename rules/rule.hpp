#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/linked_window.hpp"

namespace onetrip {

/// Takes what rules find. Identity, de-duplication, severity and sinks are the engine's.
class Reporter {
 public:
  virtual ~Reporter() = default;
  virtual void report(Finding finding) = 0;
};

/// One pattern. A leaf: it looks at a window and what is known about it, and may report. It keeps
/// nothing between calls, parses no SQL, reads no clock, and knows no other rule.
class Rule {
 public:
  virtual ~Rule() = default;
  /// The pattern's name, as users write it: "n-plus-one".
  virtual std::string_view name() const = 0;
  /// Called when a window closes, and before, whenever somebody asks what an open one shows. Called
  /// again after more trips came, it reports the same finding with higher counts.
  virtual void judge(const LinkedWindow& window, Reporter& reporter) const = 0;
};

/// All rules of rules.def, in its order.
std::vector<std::unique_ptr<Rule>> make_rules();

/// The page of a rule (rules/<name>.md), or empty when there is none of that name.
std::string_view rule_page(std::string_view name);
std::vector<std::string_view> rule_names();

}  // namespace onetrip
