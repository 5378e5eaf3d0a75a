#include "analyzer/judge.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <iterator>

#include "analyzer/window_archive.hpp"

namespace onetrip {
namespace {

/// Keeps what a rule reports, at the level that was set for its confidence. Where no answer was
/// seen, nothing is proven.
class Collector final : public Reporter {
 public:
  Collector(const RuleLevels& levels, const Window& window, std::vector<Finding>& findings)
      : levels_(levels), answers_seen_(!window.trips.front().answer_unseen), findings_(findings) {}

  void report(Finding finding) override {
    if (!answers_seen_ && finding.confidence == Confidence::proven) {
      finding.confidence = Confidence::likely;
      finding.severity = std::min(finding.severity, Severity::warning);
    }
    if (const auto level = levels_.find(finding.confidence); level != levels_.end()) {
      if (!level->second) return;
      finding.severity = *level->second;
    }
    findings_.push_back(std::move(finding));
  }

 private:
  const RuleLevels& levels_;
  const bool answers_seen_;
  std::vector<Finding>& findings_;
};

bool all_off(const RuleLevels& levels) {
  const Confidence all[] = {Confidence::proven, Confidence::likely, Confidence::possible};
  return std::all_of(std::begin(all), std::end(all), [&](Confidence confidence) {
    const auto level = levels.find(confidence);
    return level != levels.end() && !level->second;
  });
}

/// A rule as it is set for one label.
struct TunedRule {
  const Rule& rule;
  const RuleLevels& levels;
};

TunedRule tuned(const Rule& rule, const RuleSettings& settings, const std::string& label) {
  for (const RuleSettings::Labels& labels : settings.labels) {
    if (fnmatch(labels.match.c_str(), label.c_str(), 0) != 0) continue;
    return {labels.rule ? *labels.rule : rule, labels.levels};
  }
  return {rule, settings.levels};
}

}  // namespace

Judge::Judgement Judge::judge(const Window& window, const Catalog* catalog,
                              const LabelHistory* history) const {
  Judgement judgement;
  std::vector<Finding>& findings = judgement.findings;
  if (window.trips.empty() || window.set_up) return judgement;
  const LinkedWindow linked(window, catalog, history);
  static const RuleSettings unset;
  for (const std::unique_ptr<Rule>& each : rules_) {
    const auto found = settings_.find(std::string(each->name()));
    const auto [rule, levels] =
        tuned(*each, found == settings_.end() ? unset : found->second, window.label);
    if (all_off(levels)) continue;
    const std::size_t before = findings.size();
    Collector collector(levels, window, findings);
    rule.judge(linked, collector);
    for (std::size_t i = before; i < findings.size(); ++i) {
      Finding& finding = findings[i];
      finding.rule = rule.name();
      finding.label = window.label;
      finding.application = window.application;
      finding.database = window.database;
      finding.window = summarize(window);
      identify(finding);
    }
  }
  drop_yielding(findings);
  judgement.asked_for_catalog = linked.asked_for_catalog();
  return judgement;
}

/// One cause is told once: by the rule that says more.
void Judge::drop_yielding(std::vector<Finding>& findings) const {
  if (findings.size() < 2) return;
  const auto said_better = [&](const Finding& finding, const std::vector<std::string_view>& by) {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& other) {
      return other.statement.fingerprint == finding.statement.fingerprint &&
             std::find(by.begin(), by.end(), other.rule) != by.end();
    });
  };
  std::vector<std::string> dropped;  // ids: what yields may itself be yielded to
  for (const std::unique_ptr<Rule>& rule : rules_) {
    const std::vector<std::string_view> better = rule->yields_to();
    for (const Finding& finding : findings)
      if (!better.empty() && finding.rule == rule->name() && said_better(finding, better))
        dropped.push_back(finding.id);
  }
  std::erase_if(findings, [&](const Finding& finding) {
    return std::find(dropped.begin(), dropped.end(), finding.id) != dropped.end();
  });
}

}  // namespace onetrip
