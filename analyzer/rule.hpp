#pragma once

#include <string_view>
#include <vector>

#include "analyzer/finding.hpp"
#include "analyzer/linked_window.hpp"

namespace onetrip {

/// Takes what rules find. Identity, de-duplication, severity and sinks are the engine's: a rule
/// fills in what it knows, which is never id, cause, rule, label, window or seen.
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
  /// Rules that say more of a statement than this one: what they report of it in the same window
  /// takes the place of what this rule would.
  virtual std::vector<std::string_view> yields_to() const { return {}; }
  /// Called when a window closes, and before, whenever somebody asks what an open one shows. Called
  /// again after more trips came, it reports the same finding with higher counts.
  virtual void judge(const LinkedWindow& window, Reporter& reporter) const = 0;
};

}  // namespace onetrip
