#include "analyzer/judge.hpp"

#include "analyzer/window_archive.hpp"

namespace onetrip {
namespace {

class Collector final : public Reporter {
 public:
  explicit Collector(std::vector<Finding>& findings) : findings_(findings) {}
  void report(Finding finding) override { findings_.push_back(std::move(finding)); }

 private:
  std::vector<Finding>& findings_;
};

}  // namespace

std::vector<Finding> Judge::judge(const Window& window, const Catalog* catalog) const {
  std::vector<Finding> findings;
  if (window.trips.empty() || window.set_up) return findings;
  const LinkedWindow linked(window, catalog);
  const WindowSummary summary = summarize(window);
  Collector collector(findings);
  for (const std::unique_ptr<Rule>& rule : rules_) {
    const auto found = settings_.find(std::string(rule->name()));
    const RuleSettings* settings = found == settings_.end() ? nullptr : &found->second;
    if (settings != nullptr && settings->off) continue;
    const std::size_t before = findings.size();
    rule->judge(linked, collector);
    for (std::size_t i = before; i < findings.size(); ++i) {
      Finding& finding = findings[i];
      finding.rule = rule->name();
      finding.label = window.label;
      finding.application = window.application;
      finding.database = window.database;
      finding.window = summary;
      if (settings != nullptr && settings->severity.contains(finding.confidence))
        finding.severity = settings->severity.at(finding.confidence);
      identify(finding);
    }
  }
  return findings;
}

}  // namespace onetrip
