#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>

namespace onetrip {

/// Values of a label that metrics tell apart: those that came first. Later ones count as `other`,
/// so that the metrics stay small whatever applications send. Worker thread.
class LabelCap {
 public:
  inline static const std::string other = "other", none = "none";

  explicit LabelCap(std::size_t most) : most_(most) {}

  /// The value itself, `other`, or `none` of an empty one.
  const std::string& capped(const std::string& value) {
    if (value.empty()) return none;  // a series without a label is one that `label=~".+"` misses
    if (values_.contains(value)) return value;
    if (values_.size() >= most_) {
      ++collapsed_;
      return other;
    }
    return *values_.insert(value).first;
  }
  std::uint64_t collapsed() const { return collapsed_; }  ///< how often one became `other`

 private:
  std::size_t most_;
  std::set<std::string> values_;
  std::uint64_t collapsed_ = 0;
};

/// The same of two labels that a series has both of. Pairs are capped alike: of a later one the
/// second value is `other`. So `most` values of each make at most about 3 * `most` pairs.
class LabelPairCap {
 public:
  using Pair = std::pair<std::string, std::string>;

  explicit LabelPairCap(std::size_t most) : most_(most), first_(most), second_(most) {}

  Pair capped(const std::string& first, const std::string& second) {
    Pair pair{first_.capped(first), second_.capped(second)};
    if (pair.first == LabelCap::other || pair.second == LabelCap::other || pairs_.contains(pair))
      return pair;
    if (pairs_.size() < most_) return *pairs_.insert(std::move(pair)).first;
    ++collapsed_;
    pair.second = LabelCap::other;
    return pair;
  }
  std::uint64_t collapsed() const { return first_.collapsed() + second_.collapsed() + collapsed_; }

 private:
  std::size_t most_;
  LabelCap first_, second_;
  std::set<Pair> pairs_;
  std::uint64_t collapsed_ = 0;
};

}  // namespace onetrip
