#include "analyzer/sinks/finding_counts.hpp"

#include "analyzer/window_archive.hpp"

namespace onetrip {

void FindingCounts::finding(const Finding& finding, News) {
  const Request request = names_.capped(finding.label, finding.application);
  ++counts_[{finding.rule, finding.severity, request}];
  if (first_seen_.size() < most_causes)
    first_seen_.try_emplace({finding.rule, finding.cause, request},
                            static_cast<double>(unix_ms(finding.seen.first)) / 1000);
}

void FindingCounts::closed(const Window& window, std::span<const Finding> findings) {
  const WindowSummary summary = summarize(window);
  if (window.set_up || window.source == WindowSource::named || summary.statements == 0) return;
  const Request request = names_.capped(window.label, window.application);
  Requests& requests = requests_[request];
  const double seconds = summary.duration_ms / 1000;
  requests.statements.add(summary.statements);
  requests.examples[requests.seconds.add(seconds)] = {window.id, seconds};
  for (const Finding& finding : findings)
    wasted_[{finding.rule, request}] += finding.evidence.saved_ms / 1000;
}

}  // namespace onetrip
