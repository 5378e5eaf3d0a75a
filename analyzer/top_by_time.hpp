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
/// An entry holds all that its key did since it was told apart, and nothing else. `Entry::missed`
/// is what the key may have taken before, at most: zero of those that came while there was room,
/// which are whole.
///
/// Entry: `Time total() const`, `Entry& operator+=(const Entry&)`, `Time missed`.
template <typename Key, typename Entry>
class TopByTime {
 public:
  explicit TopByTime(std::size_t most) : most_(most) {}

  /// Where something of `key` that took so long is to be counted; valid until the next call.
  Entry& at(const Key& key, Time took) {
    const auto found = entries_.find(key);
    if (found != entries_.end()) return found->second;
    if (entries_.size() < most_) return entries_[key];
    Candidate& candidate = candidate_of(key);
    if (gains(candidate, key, took)) return replace_least(key, candidate.counted);
    candidate.counted += took;
    return rest_;
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
    Time counted{};  ///< with the others, of all keys of this place
  };
  static constexpr std::size_t places = 1024;

  Candidate& candidate_of(const Key& key) { return candidates_[std::hash<Key>()(key) % places]; }

  bool gains(Candidate& candidate, const Key& key, Time took) {
    const std::size_t hash = std::hash<Key>()(key);
    if (candidate.hash != hash) {
      candidate.time -= took;
      if (candidate.time > Time::zero()) return false;
      candidate.hash = hash;
      candidate.time = took;
    } else {
      candidate.time += took;
    }
    if (candidate.time <= least_) return false;
    least_ = least()->second.total();
    if (candidate.time <= least_) return false;
    candidate.hash = 0;
    candidate.time = {};
    return true;
  }

  auto least() {
    auto least = entries_.begin();
    for (auto at = entries_.begin(); at != entries_.end(); ++at)
      if (at->second.total() < least->second.total()) least = at;
    return least;
  }

  Entry& replace_least(const Key& key, Time missed) {
    const auto gone = least();
    rest_ += gone->second;
    candidate_of(gone->first).counted += gone->second.total();
    entries_.erase(gone);
    Entry& entry = entries_[key];
    entry.missed = missed;
    return entry;
  }

  std::size_t most_;
  std::unordered_map<Key, Entry> entries_;
  Entry rest_;
  Time least_{};  ///< that an entry had when it was last looked for
  std::array<Candidate, places> candidates_{};
};

}  // namespace onetrip
