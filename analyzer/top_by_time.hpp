#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

#include "analyzer/event.hpp"

namespace onetrip {

/// What is counted by key, for the keys that take the most time; all others are counted together.
/// A key that comes when there is no more room is told apart as soon as it took more time than the
/// one that took least, which is then counted with the others; so is what the key did before.
///
/// Entry: `Time total() const`, `Entry& operator+=(const Entry&)`.
template <typename Key, typename Entry>
class TopByTime {
 public:
  explicit TopByTime(std::size_t most) : most_(most) {}

  /// Where something of `key` that took so long is to be counted; valid until the next call.
  Entry& at(const Key& key, Time took) {
    const auto found = entries_.find(key);
    if (found != entries_.end()) return found->second;
    if (entries_.size() < most_) return entries_[key];
    return gains(key, took) ? replace_least(key) : rest_;
  }
  /// Where it was counted.
  Entry& find(const Key& key) {
    const auto found = entries_.find(key);
    return found == entries_.end() ? rest_ : found->second;
  }

  const std::unordered_map<Key, Entry>& entries() const { return entries_; }
  std::unordered_map<Key, Entry>& entries() { return entries_; }
  const Entry& rest() const { return rest_; }
  Entry& rest() { return rest_; }
  void clear() { *this = TopByTime(most_); }

 private:
  /// A key that may deserve an entry. Those that share a place take time from each other, so that
  /// only one that clearly leads gathers any.
  struct Candidate {
    std::size_t hash = 0;
    Time time{};
  };
  static constexpr std::size_t places = 1024;

  bool gains(const Key& key, Time took) {
    const std::size_t hash = std::hash<Key>()(key);
    Candidate& candidate = candidates_[hash % places];
    if (candidate.hash != hash) {
      candidate.time -= took;
      if (candidate.time > Time::zero()) return false;
      candidate = {hash, took};
    } else {
      candidate.time += took;
    }
    if (candidate.time <= least_) return false;
    least_ = least()->second.total();
    if (candidate.time <= least_) return false;
    candidate = {};
    return true;
  }

  auto least() {
    auto least = entries_.begin();
    for (auto at = entries_.begin(); at != entries_.end(); ++at)
      if (at->second.total() < least->second.total()) least = at;
    return least;
  }

  Entry& replace_least(const Key& key) {
    const auto gone = least();
    rest_ += gone->second;
    entries_.erase(gone);
    return entries_[key];
  }

  std::size_t most_;
  std::unordered_map<Key, Entry> entries_;
  Entry rest_;
  Time least_{};  ///< that an entry had when it was last looked for
  std::array<Candidate, places> candidates_{};
};

}  // namespace onetrip
