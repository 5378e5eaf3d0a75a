#include "analyzer/judge.hpp"

#include <algorithm>
#include <iterator>

#include "analyzer/window_archive.hpp"

namespace onetrip {
namespace {

/// Keeps what a rule reports, at the level that was set for its confidence.
class Collector final : public Reporter {
 public:
  Collector(const RuleLevels& levels, std::vector<Finding>& findings)
      : levels_(levels), findings_(findings) {}

  void report(Finding finding) override {
    if (const auto level = levels_.find(finding.confidence); level != levels_.end()) {
      if (!level->second) return;
      finding.severity = *level->second;
    }
    findings_.push_back(std::move(finding));
  }

 private:
  const RuleLevels& levels_;
  std::vector<Finding>& findings_;
};

bool all_off(const RuleLevels& levels) {
  const Confidence all[] = {Confidence::proven, Confidence::likely, Confidence::possible};
  return std::all_of(std::begin(all), std::end(all), [&](Confidence confidence) {
    const auto level = levels.find(confidence);
    return level != levels.end() && !level->second;
  });
}

}  // namespace

std::vector<Finding> Judge::judge(const Window& window, const Catalog* catalog) const {
  std::vector<Finding> findings;
  if (window.trips.empty() || window.set_up) return findings;
  const LinkedWindow linked(window, catalog);
  static const RuleLevels unset;
  for (const std::unique_ptr<Rule>& rule : rules_) {
    const auto found = levels_.find(std::string(rule->name()));
    const RuleLevels& levels = found == levels_.end() ? unset : found->second;
    if (all_off(levels)) continue;
    const std::size_t before = findings.size();
    Collector collector(levels, findings);
    rule->judge(linked, collector);
    for (std::size_t i = before; i < findings.size(); ++i) {
      Finding& finding = findings[i];
      finding.rule = rule->name();
      finding.label = window.label;
      finding.application = window.application;
      finding.database = window.database;
      finding.window = summarize(window);
      identify(finding);
    }
  }
  return findings;
}

}  // namespace onetrip
