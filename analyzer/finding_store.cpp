#include "analyzer/finding_store.hpp"

#include <algorithm>
#include <tuple>

namespace onetrip {
namespace {

constexpr std::size_t remembered_windows = 64, remembered_sizes = 16, shown_examples = 5;

/// Of two findings of one fault the heavier is shown; of equals the newer.
auto weight(const Finding& finding) {
  return std::make_tuple(finding.severity, finding.evidence.count, finding.evidence.rows);
}

}  // namespace

FindingStore::Change FindingStore::add(Finding& finding, std::uint64_t window,
                                       const std::string& now) {
  const auto [found, is_new] = entries_.try_emplace(finding.id);
  Entry& entry = found->second;
  entry.touched = ++clock_;
  const bool known_window =
      std::find(entry.windows.begin(), entry.windows.end(), window) != entry.windows.end();

  Seen seen = is_new ? Seen{0, now, now, 0, {}} : entry.worst.seen;
  seen.last = now;
  seen.worst_count = std::max(seen.worst_count, finding.evidence.count);
  if (!known_window) {
    ++seen.windows;
    entry.windows.push_front(window);
    if (entry.windows.size() > remembered_windows) entry.windows.pop_back();
    seen.examples.insert(seen.examples.begin(), finding.window.id);
    if (seen.examples.size() > shown_examples) seen.examples.pop_back();
  }
  const std::pair<std::uint64_t, std::uint64_t> size{finding.parent ? finding.parent->rows : 0,
                                                     finding.evidence.count};
  if (std::find(entry.sizes.begin(), entry.sizes.end(), size) == entry.sizes.end() &&
      entry.sizes.size() < remembered_sizes)
    entry.sizes.push_back(size);

  if (is_new || weight(finding) >= weight(entry.worst)) entry.worst = finding;
  entry.worst.seen = seen;
  entry.worst.evidence.growth = finding.evidence.growth = growth(entry);
  finding.seen = std::move(seen);
  if (is_new && entries_.size() > capacity_) evict();
  if (is_new) return Change::first;
  return known_window ? Change::same_window : Change::again;
}

/// How the count went with the parent's rows over the windows seen.
std::string FindingStore::growth(const Entry& entry) {
  if (entry.sizes.size() < 2) return {};
  const auto [small, large] = std::minmax_element(entry.sizes.begin(), entry.sizes.end());
  if (small->first == large->first) return {};
  if (small->second == large->second) return "constant";
  const double slope = static_cast<double>(large->second - small->second) /
                       static_cast<double>(large->first - small->first);
  return large->second > small->second && slope > 0.5 ? "linear" : std::string{};
}

std::vector<Finding> FindingStore::all() const {
  std::vector<Finding> findings;
  findings.reserve(entries_.size());
  for (const auto& [id, entry] : entries_) findings.push_back(entry.worst);
  std::sort(findings.begin(), findings.end(), worse);
  return findings;
}

std::map<std::string, std::uint64_t> FindingStore::count_by_rule() const {
  std::map<std::string, std::uint64_t> counts;
  for (const auto& [id, entry] : entries_) ++counts[entry.worst.rule];
  return counts;
}

void FindingStore::evict() {
  const auto oldest = std::min_element(
      entries_.begin(), entries_.end(),
      [](const auto& a, const auto& b) { return a.second.touched < b.second.touched; });
  entries_.erase(oldest);
}

}  // namespace onetrip
