#include "analyzer/sinks/finding_counts.hpp"

#include "analyzer/window_archive.hpp"

namespace onetrip {

void FindingCounts::finding(const Finding& finding, News) {
  const std::string& label = labels_.capped(finding.label);
  ++counts_[{finding.rule, finding.severity, label}];
  if (first_seen_.size() < most_causes)
    first_seen_.try_emplace({finding.rule, finding.cause, label},
                            static_cast<double>(unix_ms(finding.seen.first)) / 1000);
}

void FindingCounts::closed(const Window& window, std::span<const Finding> findings) {
  const WindowSummary summary = summarize(window);
  if (window.set_up || window.source == WindowSource::named || summary.statements == 0) return;
  const std::string& label = labels_.capped(window.label);
  Requests& requests = requests_[label];
  const double seconds = summary.duration_ms / 1000;
  requests.statements.add(summary.statements);
  requests.examples[requests.seconds.add(seconds)] = {window.id, seconds};
  for (const Finding& finding : findings)
    wasted_[{finding.rule, label}] += finding.evidence.saved_ms / 1000;
}

}  // namespace onetrip
