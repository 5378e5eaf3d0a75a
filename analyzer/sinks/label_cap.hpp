#pragma once

#include <cstdint>
#include <set>
#include <string>

namespace onetrip {

/// Labels that metrics tell apart: those that came first. Later ones count as `other`, so that the
/// metrics stay small whatever applications send. Worker thread.
class LabelCap {
 public:
  explicit LabelCap(std::size_t most) : most_(most) {}

  /// The label itself, `other`, or `none` of an empty one.
  const std::string& capped(const std::string& label) {
    static const std::string other = "other", none = "none";
    if (label.empty()) return none;  // a series without a label is one that `label=~".+"` misses
    if (labels_.contains(label)) return label;
    if (labels_.size() >= most_) {
      ++collapsed_;
      return other;
    }
    return *labels_.insert(label).first;
  }
  std::uint64_t collapsed() const { return collapsed_; }  ///< how often one became `other`

 private:
  std::size_t most_;
  std::set<std::string> labels_;
  std::uint64_t collapsed_ = 0;
};

}  // namespace onetrip
