#include "analyzer/label_history.hpp"

#include <algorithm>
#include <set>

#include "analyzer/chains.hpp"

namespace onetrip {
namespace {

/// The entry of a key, new ones as long as there is room; null when there is none.
template <typename Map>
auto* entry_of(Map& map, const typename Map::key_type& key, std::size_t most) {
  const auto found = map.find(key);
  if (found != map.end()) return &found->second;
  return map.size() < most ? &map[key] : nullptr;
}

}  // namespace

void LabelHistory::record(Window& window) {
  if (window.remembered || window.set_up || window.saturated || window.trips.empty()) return;
  window.remembered = true;
  Label* label = entry_of(labels_, window.label, max_labels);
  if (label == nullptr) return;
  ++label->windows;
  record_results(window, *label);
  record_chains(window, *label);
}

void LabelHistory::record_results(const Window& window, Label& label) {
  std::unordered_map<std::uint64_t, std::uint64_t> largest;
  for (const Trip& trip : window.trips) {
    if (trip.rows < least_rows || trip.outcome != Outcome::completed) continue;
    std::uint64_t& rows = largest[trip.statement->id];
    rows = std::max(rows, trip.rows);
  }
  for (const auto& [statement, rows] : largest) {
    Sizes* sizes = entry_of(label.results, statement, max_results);
    if (sizes == nullptr || sizes->rows.back() == rows) continue;
    std::rotate(sizes->rows.begin(), sizes->rows.begin() + 1, sizes->rows.end());
    sizes->rows.back() = rows;
  }
}

void LabelHistory::record_chains(const Window& window, Label& label) {
  std::set<std::uint64_t> counted;  // two columns of one value are two chains, each counted once
  for (const Chain& chain : find_chains(window)) {
    const std::uint64_t key = chain.key(window);
    if (!counted.insert(key).second) continue;
    ChainCount* count = entry_of(label.chains, key, max_chains);
    if (count == nullptr) continue;
    ++count->windows;
    if (count->last_value != chain.value) ++count->new_values;
    count->last_value = chain.value;
  }
}

std::uint64_t LabelHistory::windows(const std::string& label) const {
  const auto found = labels_.find(label);
  return found == labels_.end() ? 0 : found->second.windows;
}

bool LabelHistory::grows(const std::string& label, std::uint64_t statement) const {
  const auto known = labels_.find(label);
  if (known == labels_.end()) return false;
  const auto sizes = known->second.results.find(statement);
  if (sizes == known->second.results.end()) return false;
  const auto& rows = sizes->second.rows;
  const bool rises = std::adjacent_find(rows.begin(), rows.end(),
                                        [](auto a, auto b) { return a >= b; }) == rows.end();
  return rises && rows.front() > 0 && rows.back() * 2 >= rows.front() * 3;
}

LabelHistory::ChainCount LabelHistory::chain(const std::string& label, std::uint64_t key) const {
  const auto known = labels_.find(label);
  if (known == labels_.end()) return {};
  const auto found = known->second.chains.find(key);
  return found == known->second.chains.end() ? ChainCount() : found->second;
}

}  // namespace onetrip
