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

const RuleSettings::Labels* find_labels(const RuleSettings& settings, const std::string& label) {
  const auto found = std::find_if(settings.labels.begin(), settings.labels.end(),
                                  [&](const RuleSettings::Labels& labels) {
                                    return fnmatch(labels.match.c_str(), label.c_str(), 0) == 0;
                                  });
  return found == settings.labels.end() ? nullptr : &*found;
}

}  // namespace

Judge::Judge(std::vector<std::unique_ptr<Rule>> rules,
             std::map<std::string, RuleSettings> settings) {
  for (std::unique_ptr<Rule>& rule : rules) {
    RuleSettings own = std::move(settings[std::string(rule->name())]);
    const bool off = all_off(own.levels);
    seats_.push_back({std::move(rule), std::move(own), off});
  }
}

Judge::Judgement Judge::judge(const Window& window, const Catalog* catalog,
                              const LabelHistory* history) const {
  Judgement judgement;
  if (window.trips.empty() || window.set_up) return judgement;
  const LinkedWindow linked(window, catalog, history);
  for (const Seat& seat : seats_) ask(seat, linked, judgement.findings);
  drop_yielding(judgement.findings);
  judgement.asked_for_catalog = linked.asked_for_catalog();
  return judgement;
}

void Judge::ask(const Seat& seat, const LinkedWindow& linked,
                std::vector<Finding>& findings) const {
  const Window& window = linked.window();
  const RuleSettings::Labels* labels = find_labels(seat.settings, window.label);
  if (labels == nullptr ? seat.off : all_off(labels->levels)) return;
  const RuleLevels& levels = labels == nullptr ? seat.settings.levels : labels->levels;
  const Rule& rule = labels != nullptr && labels->rule ? *labels->rule : *seat.rule;
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
    // What lies in a named window is told apart by that name first.
    if (window.container != 0 && window.source == WindowSource::idle_gap)
      finding.window.source = WindowSource::named;
    identify(finding);
  }
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
  for (const auto& [rule, settings, off] : seats_) {
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
