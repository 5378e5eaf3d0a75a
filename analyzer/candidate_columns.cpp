#include <algorithm>
#include <tuple>

#include "analyzer/arena.hpp"
#include "analyzer/candidate.hpp"

// Which columns of a statement's results are the link's, where several hold the values.

namespace onetrip {

/// The best reason among those that explain nearly as much as any: rows that are read again by
/// their id are not fed by the manager_id beside it, though that refers to the same key and has
/// some of the same values.
Tie CandidateFinder::strongest(const Sources& sources) {
  if (sources.size() == 1) {
    const Source& only = sources.begin()->second;
    return only.fed.empty() ? Tie::none : only.column.relation.tie;
  }
  Arena<(8U << 10)> arena;
  std::pmr::map<Tie, std::pmr::set<std::uint32_t>> fed(arena.memory());
  std::size_t most = 0;
  for (const auto& [position, source] : sources) {
    std::pmr::set<std::uint32_t>& by_tie = fed[source.column.relation.tie];
    by_tie.insert(source.fed.begin(), source.fed.end());
    most = std::max(most, by_tie.size());
  }
  for (auto entry = fed.rbegin(); entry != fed.rend(); ++entry)
    if (entry->second.size() * 10 >= most * 9) return entry->first;
  return Tie::none;
}

/// Those that the best reason speaks for, the likeliest first.
std::vector<CandidateFinder::Admitted> CandidateFinder::admit(
    const Sources& sources, Tie tie, const std::vector<Seeker>& seekers) const {
  std::vector<Admitted> admitted;
  std::size_t most = 0;
  for (const auto& [position, source] : sources) {
    if (source.column.relation.tie != tie || source.fed.empty()) continue;
    admitted.push_back({&source, {}, 0, false});
    most = std::max(most, source.fed.size());
  }
  if (admitted.size() < 2) return admitted;
  std::set<std::uint32_t> trips;
  for (const Admitted& one : admitted)
    for (const auto& [value, cells] : one.source->cells)
      for (const Occurrence& spot : cells.spots) trips.insert(spot.trip);
  for (Admitted& one : admitted) {
    const std::size_t column = one.source->column.key_column;
    for (const std::uint32_t t : trips) {
      const Trip& trip = window_.trips[t];
      if (column >= trip.key_columns().size()) continue;
      for (std::uint32_t row = 0; row < trip.indexed_rows(); ++row)
        if (trip.cell(row, column) != no_value) one.values.insert(trip.cell(row, column));
    }
    std::set<ValueHash> used;
    for (const std::uint32_t i : one.source->fed) used.insert(seekers[i].value);
    one.used = used.size();
    Candidate alone;
    assign_rows(alone, {one.source}, seekers);
    one.ordered = alone.in_row_order && !alone.children.empty();
  }
  // A column that explains a few less, but in its order, is not beaten by one that holds them all.
  const auto rank = [&](const Admitted& one) {
    const bool explains = one.source->fed.size() * 4 >= most * 3;
    return std::tuple(explains, one.quality(), one.source->fed.size(), one.share() >= 0.9);
  };
  std::stable_sort(admitted.begin(), admitted.end(),
                   [&](const Admitted& a, const Admitted& b) { return rank(a) > rank(b); });
  return admitted;
}

/// The columns chosen and this one, as if the loop read all of them.
Candidate CandidateFinder::taken_together(const Admitted& next, const std::vector<Admitted>& chosen,
                                          const std::vector<Seeker>& seekers) const {
  std::vector<const Source*> columns{next.source};
  for (const Admitted& one : chosen) columns.push_back(one.source);
  Candidate together;
  assign_rows(together, columns, seekers);
  return together;
}

/// Whether this column has no value that those chosen lack (of two keys each refers to every row)
/// and yet is read, too: only the order of the rows tells, which the chosen ones alone do not keep.
/// Few values are in some order by chance, and a stranger amid the loop is no other column.
bool CandidateFinder::restores_order(const Admitted& next, const std::vector<Admitted>& chosen,
                                     const std::vector<Seeker>& seekers) const {
  constexpr std::size_t fewest_values = 8, least_share = 4;
  if (chosen.front().ordered) return false;
  const Candidate both = taken_together(next, chosen, seekers);
  if (!both.in_row_order || both.distinct < fewest_values) return false;
  std::size_t of_next = 0;
  auto seeker = seekers.begin();
  for (std::size_t i = 0; i < both.children.size(); ++i) {
    while (seeker->trip != both.children[i]) ++seeker;
    const Row& row = both.rows[i];
    const auto holds = [&](const Admitted& one) {
      const std::size_t column = one.source->column.key_column;
      return window_.trips[row.first].cell(row.second, column) == seeker->value;
    };
    if (std::none_of(chosen.begin(), chosen.end(), holds)) ++of_next;
  }
  return of_next * least_share >= both.children.size();
}

/// Whether a loop that reads the columns chosen reads this one, too: most of the values that only
/// it has were asked for, and in its order. One value that it merely holds came from elsewhere.
bool CandidateFinder::is_read_too(const Admitted& next, const Values& more, const Values& known,
                                  const std::vector<Admitted>& chosen,
                                  const std::vector<Seeker>& seekers) const {
  if (more.empty()) return restores_order(next, chosen, seekers);
  const auto own = static_cast<std::size_t>(
      std::count_if(next.values.begin(), next.values.end(),
                    [&](ValueHash value) { return !known.contains(value); }));
  if (more.size() * 2 < own) return false;
  if (!chosen.front().ordered || (next.ordered && more.size() >= 2)) return true;
  return taken_together(next, chosen, seekers).in_row_order;
}

/// The likeliest column, and each further one that is read, too.
std::vector<const CandidateFinder::Source*> CandidateFinder::choose_columns(
    Candidate& candidate, const Sources& sources, Tie tie,
    const std::vector<Seeker>& seekers) const {
  const std::vector<Admitted> admitted = admit(sources, tie, seekers);
  std::vector<Admitted> chosen;
  Arena<(16U << 10)> arena;
  std::pmr::set<std::uint32_t> covered(arena.memory());
  Values values(arena.memory());  // of the columns chosen
  for (const Admitted& next : admitted) {
    const auto& fed = next.source->fed;
    Values more(arena.memory());  // that only this column explains
    for (const std::uint32_t i : fed)
      if (!covered.contains(i)) more.insert(seekers[i].value);
    if (chosen.empty() || is_read_too(next, more, values, chosen, seekers)) {
      covered.insert(fed.begin(), fed.end());
      values.insert(next.values.begin(), next.values.end());
      chosen.push_back(next);
      candidate.columns.push_back(next.source->column);
    } else if (fed.size() == covered.size() && next.quality() == admitted.front().quality() &&
               (next.share() >= 0.9) == (admitted.front().share() >= 0.9)) {
      candidate.alternatives.push_back(next.source->column);
    }
  }
  if (!chosen.empty()) candidate.child = chosen.front().source->child;
  bool entropy = true, several = false;
  const ValueHash first = covered.empty() ? no_value : seekers[*covered.begin()].value;
  for (const std::uint32_t i : covered) {
    entropy = entropy && is_high_entropy(seekers[i].value);
    several = several || seekers[i].value != first;
  }
  candidate.high_entropy = several && entropy;
  std::vector<const Source*> columns;
  for (const Admitted& one : chosen) columns.push_back(one.source);
  return columns;
}

}  // namespace onetrip
