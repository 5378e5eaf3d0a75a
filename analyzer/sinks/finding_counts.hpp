#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>

#include "analyzer/finding.hpp"

namespace onetrip {

/// Counts, per rule, severity and label, the windows that showed a finding. Labels past a cap count
/// as `other`, so that the metric stays small whatever applications send. Worker thread only.
class FindingCounts final : public FindingSink {
 public:
  using Key = std::tuple<std::string, Severity, std::string>;  ///< rule, severity, label

  explicit FindingCounts(std::size_t most_labels) : most_labels_(most_labels) {}

  void finding(const Finding& finding, News news) override;

  const std::map<Key, std::uint64_t>& counts() const { return counts_; }
  std::uint64_t collapsed() const { return collapsed_; }  ///< findings whose label became `other`

 private:
  const std::string& capped(const std::string& label);

  std::size_t most_labels_;
  std::set<std::string> labels_;
  std::map<Key, std::uint64_t> counts_;
  std::uint64_t collapsed_ = 0;
};

}  // namespace onetrip
