#include "budget/recorded_windows.hpp"

#include <map>
#include <set>
#include <utility>

namespace onetrip {
namespace {

bool is_tagged(const RecordedWindow& window) {
  return window.source == WindowSource::trace || window.source == WindowSource::tag;
}

bool is_named(const RecordedWindow& window) {
  return window.source == WindowSource::named;
}

void add_figures(RecordEntry& sum, const RecordEntry& part) {
  sum.statements += part.statements;
  sum.rows += part.rows;
  sum.bytes += part.bytes;
  sum.db_ms += part.db_ms;
}

/// Containers by number. Helpers may nest them either way, so nothing rests on the order of
/// numbers.
class Family {
 public:
  explicit Family(const std::vector<const RecordedWindow*>& windows) : windows_(windows) {
    for (const RecordedWindow* window : windows) {
      if (is_named(*window)) named_.emplace(window->number, window);
    }
    for (const RecordedWindow* window : windows) note_request(*window);
  }

  void tell(Record& record) const {
    std::map<std::uint64_t, RecordEntry> beside, sums;  ///< by container
    for (const RecordedWindow* window : windows_) {
      if (is_named(*window) || window->entry.statements == 0) continue;
      if (is_set_up(*window)) {
        ++record.set_up_windows;
        continue;
      }
      record.allowed.insert(record.allowed.end(), window->allowed.begin(), window->allowed.end());
      for_each_container(
          *window, [&](std::uint64_t container) { add_figures(sums[container], window->entry); });
      if (is_tagged(*window) || !named_.contains(window->container)) {
        record.entries.push_back(of_test(window->entry, *window));
      } else {
        RecordEntry& whole = beside[window->container];
        add_figures(whole, window->entry);
        join_shown(whole, window->entry);
      }
    }
    for (auto& [container, entry] : beside) add(container, std::move(entry), record);
    for (auto& [container, sum] : sums) {
      sum.sum = true;
      if (makes_requests_.contains(container)) add(container, std::move(sum), record);
    }
  }

 private:
  template <typename Visit>
  void for_each_container(const RecordedWindow& window, Visit visit) const {
    std::set<std::uint64_t> seen;  // should they lie in a circle
    auto at = named_.find(window.container);
    for (; at != named_.end() && seen.insert(at->first).second;
         at = named_.find(at->second->container))
      visit(at->first);
  }

  /// Whoever holds a request, and whoever holds that, makes it, also where it sends nothing.
  void note_request(const RecordedWindow& window) {
    if (window.set_up || (!is_named(window) && window.entry.statements == 0)) return;
    bool inside = is_tagged(window) || is_named(window);
    for_each_container(window, [&](std::uint64_t container) {
      if (inside) makes_requests_.insert(container);
      inside = true;
    });
  }

  bool is_set_up(const RecordedWindow& window) const {
    return window.set_up || (!is_tagged(window) && makes_requests_.contains(window.container));
  }

  RecordEntry of_test(RecordEntry entry, const RecordedWindow& window) const {
    for_each_container(window, [&](std::uint64_t container) {
      entry.test = named_.at(container)->name;  // the outermost comes last
    });
    return entry;
  }

  void add(std::uint64_t container, RecordEntry entry, Record& record) const {
    const RecordedWindow& named = *named_.at(container);
    entry.label = named.entry.label;
    entry.application = named.entry.application;
    entry.database = named.entry.database;
    entry.windows = 1;
    entry.test = named.name;
    record.entries.push_back(of_test(std::move(entry), named));
  }

  const std::vector<const RecordedWindow*>& windows_;
  std::map<std::uint64_t, const RecordedWindow*> named_;
  std::set<std::uint64_t> makes_requests_;
};

}  // namespace

void add_family(const std::vector<const RecordedWindow*>& family, Record& record) {
  Family(family).tell(record);
}

}  // namespace onetrip
