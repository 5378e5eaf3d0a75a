#include "analyzer/finding_store.hpp"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace onetrip {
namespace {

constexpr std::size_t remembered_windows = 64, remembered_parents = 4, shown_examples = 5;

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
  grow(entry, finding, window);
  tell_growth(entry, finding);
  if (is_new || weight(finding) >= weight(entry.worst)) entry.worst = finding;
  entry.worst.seen = seen;
  tell_growth(entry, entry.worst);
  touch(entry);
  finding.seen = std::move(seen);
  if (is_new && entries_.size() > capacity_) evict();
  if (is_new) return Change::first;
  return known_window ? Change::same_window : Change::again;
}

void FindingStore::restore(const Finding& finding) {
  const auto [found, is_new] = entries_.try_emplace(finding.id);
  Entry& entry = found->second;
  if (is_new) {
    entry.worst = finding;
    entry.touched = ++clock_;
    regrow(entry);
    if (entries_.size() > capacity_) evict();
    return;
  }
  Seen seen = entry.worst.seen;
  seen.windows += finding.seen.windows;
  seen.first = finding.seen.first;
  seen.worst_count = std::max(seen.worst_count, finding.seen.worst_count);
  for (const std::string& example : finding.seen.examples)
    if (seen.examples.size() < shown_examples) seen.examples.push_back(example);
  if (weight(finding) > weight(entry.worst)) entry.worst = finding;
  entry.worst.seen = std::move(seen);
  touch(entry);
}

/// From the sizes that were shown; the windows they came from have no number in this process.
void FindingStore::regrow(Entry& entry) {
  const Finding& finding = entry.worst;
  if (!finding.parent) return;
  Growth& growth = entry.growth[finding.parent->fingerprint];
  std::uint64_t window = std::numeric_limits<std::uint64_t>::max();
  for (const GrowthSize& size : finding.evidence.sizes) growth.add(window--, size.rows, size.count);
  if (finding.evidence.sizes.empty() && !finding.window.cut)
    growth.add(window, finding.parent->rows, finding.evidence.count);
}

void FindingStore::touch(Entry& entry) {
  if (!std::exchange(entry.changed, true)) changed_.push_back(entry.worst.id);
}

void FindingStore::touch_all() {
  for (auto& [id, entry] : entries_) touch(entry);
}

std::vector<Finding> FindingStore::take_changed() {
  std::vector<Finding> changed;
  for (const std::string& id : std::exchange(changed_, {})) {
    const auto found = entries_.find(id);
    if (found == entries_.end() || !std::exchange(found->second.changed, false)) continue;
    changed.push_back(found->second.worst);
  }
  return changed;
}

void FindingStore::clear() {
  entries_.clear();
  changed_.clear();
}

/// What was not kept of a window says nothing of how the count goes with the parent's rows.
void FindingStore::grow(Entry& entry, const Finding& finding, std::uint64_t window) {
  if (!finding.parent || finding.window.cut) return;
  const std::string& parent = finding.parent->fingerprint;
  if (entry.growth.size() == remembered_parents && !entry.growth.contains(parent)) return;
  entry.growth[parent].add(window, finding.parent->rows, finding.evidence.count);
}

void FindingStore::tell_growth(const Entry& entry, Finding& finding) {
  const auto known =
      finding.parent ? entry.growth.find(finding.parent->fingerprint) : entry.growth.end();
  if (known == entry.growth.end()) return;
  const Growth& growth = known->second;
  finding.evidence.growth = growth.verdict();
  finding.evidence.sizes = growth.sizes();
  if (finding.evidence.sizes.size() < 2) finding.evidence.sizes.clear();
  finding.evidence.count_at_1000_rows = finding.evidence.growth == "linear" ? growth.at(1000) : 0;
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
  std::erase(changed_, oldest->first);
  entries_.erase(oldest);
  ++forgotten_;
}

}  // namespace onetrip
