#include "analyzer/sinks/finding_counts.hpp"

namespace onetrip {

const std::string& FindingCounts::capped(const std::string& label) {
  static const std::string other = "other";
  if (labels_.contains(label)) return label;
  if (labels_.size() >= most_labels_) {
    ++collapsed_;
    return other;
  }
  labels_.insert(label);
  return label;
}

void FindingCounts::finding(const Finding& finding, News) {
  ++counts_[{finding.rule, finding.severity, capped(finding.label)}];
}

}  // namespace onetrip
