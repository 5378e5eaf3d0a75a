#include "analyzer/batches.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "analyzer/loops.hpp"

namespace onetrip {
namespace {

constexpr std::size_t fewest_lists = 3;
constexpr std::uint32_t most_values = 8;  ///< of a list: they speak for the others

bool is_list(const Trip& trip, std::uint16_t slot) {
  return slot < trip.slots().size() && trip.slots()[slot].kind == Slot::Kind::array &&
         trip.slots()[slot].elements > 1;
}

}  // namespace

bool may_be_batches(const Window& window, const Loop& loop, std::uint16_t predicate) {
  const Predicate& list = loop.fed()[predicate];
  const bool takes_lists = list.op == Predicate::Op::in_list || list.op == Predicate::Op::any_array;
  if (!takes_lists || !reads(*loop.statement) || loop.trips.size() < fewest_lists) return false;
  const auto lists = std::count_if(loop.trips.begin(), loop.trips.end(), [&](std::uint32_t t) {
    return is_list(window.trips[t], list.slot);
  });
  return static_cast<std::size_t>(lists) >= fewest_lists;
}

std::vector<Seeker> list_seekers(const Window& window, const Loop& loop, std::uint16_t predicate) {
  const std::uint16_t slot = loop.fed()[predicate].slot;
  std::vector<Seeker> seekers;
  for (const std::uint32_t t : loop.trips) {
    const Trip& trip = window.trips[t];
    if (!is_list(trip, slot)) {
      const ValueHash value = single_value(trip, slot);
      if (value != no_value) seekers.push_back({t, value, {}});
      continue;
    }
    const Slot& list = trip.slots()[slot];
    for (std::uint32_t i = 0; i < std::min(list.elements, most_values); ++i) {
      const ValueHash value = trip.elements()[list.first_element + i];
      if (value != no_value) seekers.push_back({t, value, {}});
    }
  }
  return seekers;
}

bool are_row_by_row(const Window& window, const Candidate& candidate) {
  std::map<std::uint32_t, std::vector<Row>> lists;  // by child
  std::set<std::uint32_t> sources;
  bool one_source_each = true, one_row_each = true;
  for (std::size_t i = 0; i < candidate.children.size(); ++i) {
    std::vector<Row>& list = lists[candidate.children[i]];
    one_source_each =
        one_source_each && (list.empty() || list.front().first == candidate.rows[i].first);
    one_row_each = one_row_each && (list.empty() || list.front() == candidate.rows[i]);
    list.push_back(candidate.rows[i]);
    sources.insert(candidate.rows[i].first);
  }
  if (lists.size() < fewest_lists) return false;
  const bool of_fed_loop =
      candidate.parent.loop && reads(*window.trips[*sources.begin()].statement);
  if (of_fed_loop && one_source_each && sources.size() == lists.size()) return true;
  std::set<std::vector<Row>> distinct;
  for (const auto& [child, list] : lists) distinct.insert(list);
  const bool several_of_row = one_row_each && candidate.children.size() > lists.size();
  if (several_of_row && distinct.size() == lists.size()) return true;
  const bool overlap = candidate.children.size() > candidate.distinct;
  return sources.size() == 1 && overlap && 4 * distinct.size() >= 3 * candidate.fed_rows;
}

void leave_one_row_each(Candidate& candidate) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < candidate.children.size(); ++i) {
    if (kept > 0 && candidate.children[kept - 1] == candidate.children[i]) continue;
    candidate.children[kept] = candidate.children[i];
    candidate.rows[kept++] = candidate.rows[i];
  }
  candidate.children.resize(kept);
  candidate.rows.resize(kept);
}

}  // namespace onetrip
