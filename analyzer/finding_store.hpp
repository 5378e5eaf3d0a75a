#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/finding.hpp"
#include "analyzer/growth.hpp"

namespace onetrip {

/// Findings by id, over all windows. Bounded: the least recently seen one goes first. Worker
/// thread.
class FindingStore {
 public:
  explicit FindingStore(std::size_t capacity) : capacity_(capacity) {}

  /// Takes what one window showed. `finding` comes back with `seen` filled in. A window that is
  /// judged again (more trips came) counts once.
  enum class Change : std::uint8_t { first, again, same_window };
  Change add(Finding& finding, std::uint64_t window, const std::string& now);
  /// What an earlier process knew of a finding: its `seen` goes on, also where the finding came
  /// again before it was restored.
  void restore(const Finding& finding);

  bool has_changed() const { return !changed_.empty(); }
  std::vector<Finding> take_changed();  ///< those added since the last call, as they stand
  void touch_all();                     ///< as if all had changed

  std::vector<Finding> all() const;  ///< worst first
  std::map<std::string, std::uint64_t> count_by_rule() const;
  std::size_t size() const { return entries_.size(); }
  /// How many went because there was no room.
  std::uint64_t forgotten() const { return forgotten_; }
  void clear();

 private:
  struct Entry {
    Finding worst;  ///< as in the window that showed it most often; with `seen` over all
    std::deque<std::uint64_t> windows;
    std::map<std::string, Growth> growth;  ///< by the parent's fingerprint
    std::uint64_t touched = 0;
    bool changed = false;  ///< its id is in changed_
  };
  static void grow(Entry& entry, const Finding& finding, std::uint64_t window);
  static void tell_growth(const Entry& entry, Finding& finding);
  static void regrow(Entry& entry);
  void touch(Entry& entry);
  void evict();

  std::size_t capacity_;
  std::uint64_t clock_ = 0, forgotten_ = 0;
  std::unordered_map<std::string, Entry> entries_;
  std::vector<std::string> changed_;  ///< ids
};

}  // namespace onetrip
