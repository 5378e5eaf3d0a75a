#include "analyzer/candidate.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "analyzer/arena.hpp"
#include "analyzer/row_pools.hpp"

namespace onetrip {
namespace {

bool same_column(const ResultColumn& a, const ResultColumn& b) {
  return a.table_oid == b.table_oid && a.attribute == b.attribute && a.name == b.name;
}

/// In the order of rows: nothing lies between.
bool follows(const Row& row, const std::optional<Row>& last) {
  return !last || row == *last || row == Row{last->first, last->second + 1} ||
         (row.first > last->first && row.second == 0);
}

}  // namespace

std::vector<Candidate> CandidateFinder::find(const std::vector<Seeker>& seekers,
                                             const Statement& child,
                                             const Predicate& predicate) const {
  std::vector<Candidate> result;
  if (seekers.size() < 2) return result;
  const Origin child_column =
      origin_of(predicate.column, child, catalog_, window_.trips[seekers.front().trip].key_columns);
  if (!child_column.known()) return result;
  Arena<(32U << 10)> arena;
  ByStatement by_statement(arena.memory());
  ByValue by_value(arena.memory());
  for (std::uint32_t i = 0; i < seekers.size(); ++i) {
    std::pmr::vector<std::uint32_t>& same = by_value[seekers[i].value];
    same.push_back(i);
    if (same.size() == 1) sight(seekers[i].value, child, child_column, by_statement);
  }
  for (auto& [statement, sources] : by_statement) {
    std::optional<Candidate> candidate = judge(sources, seekers, by_value);
    if (candidate) result.push_back(std::move(*candidate));
  }
  return result;
}

void CandidateFinder::sight(ValueHash value, const Statement& child, const Origin& child_column,
                            ByStatement& by_statement) const {
  std::pmr::memory_resource* const memory = by_statement.get_allocator().resource();
  for (const Occurrence& spot : index_.find(value)) {
    const Trip& trip = window_.trips[spot.trip];
    if (trip.statement->id == child.id || !parents_.of(spot.trip)) continue;
    const ResultColumn& column = trip.key_columns[spot.column];
    const auto [found, is_new] = by_statement[trip.statement->id].try_emplace(spot.column, memory);
    Source& source = found->second;
    if (is_new) {
      Origin origin = origin_of(column, *trip.statement, catalog_);
      Relation relation = relate(origin, child_column, catalog_);
      source.column = {spot.column, std::move(origin), std::move(relation)};
      source.described = column;
    }
    if (source.column.relation.tie == Tie::none && !is_high_entropy(value)) continue;
    if (!is_new && !same_column(column, source.described)) continue;
    Cells& cells = source.cells.try_emplace(value, memory).first->second;
    cells.spots.push_back(spot);
    cells.first = std::min(cells.first, trip.arrived(spot.row));
  }
}

std::optional<Candidate> CandidateFinder::judge(Sources& sources,
                                                const std::vector<Seeker>& seekers,
                                                const ByValue& by_value) const {
  for (auto& [position, source] : sources) {
    for (const auto& [value, cells] : source.cells)
      for (const std::uint32_t i : by_value.at(value))
        if (cells.first <= window_.trips[seekers[i].trip].sent) source.fed.push_back(i);
    std::sort(source.fed.begin(), source.fed.end());
  }
  Candidate candidate;
  const std::vector<const Source*> columns =
      choose_columns(candidate, sources, strongest(sources), seekers);
  if (columns.empty()) return std::nullopt;
  assign_rows(candidate, columns, seekers);
  if (candidate.children.empty()) return std::nullopt;
  measure_coverage(candidate);
  const bool whole = candidate.coverage >= 0.5 || candidate.consecutive;
  const bool weak = candidate.tie() <= Tie::sibling && !candidate.high_entropy;
  if (weak && (candidate.distinct < 2 || !whole)) return std::nullopt;
  if (is_accident(candidate, seekers)) return std::nullopt;
  candidate.scattered = !candidate.high_entropy && !whole;
  // A list of everything holds any key: order has to speak for it too.
  const bool anywhere = candidate.scattered && candidate.tie() == Tie::same_column;
  if (anywhere && (candidate.distinct < 3 || !candidate.in_row_order)) return std::nullopt;
  return candidate;
}

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

std::vector<const CandidateFinder::Source*> CandidateFinder::choose_columns(
    Candidate& candidate, const Sources& sources, Tie tie,
    const std::vector<Seeker>& seekers) const {
  struct Admitted {
    const Source* source;
    bool ordered;
  };
  std::vector<Admitted> admitted;
  for (const auto& [position, source] : sources) {
    if (source.column.relation.tie == tie && !source.fed.empty())
      admitted.push_back({&source, false});
  }
  if (admitted.size() > 1)
    for (Admitted& one : admitted) {
      Candidate alone;
      assign_rows(alone, {one.source}, seekers);
      one.ordered = alone.in_row_order && !alone.children.empty();
    }
  std::stable_sort(admitted.begin(), admitted.end(), [](const Admitted& a, const Admitted& b) {
    if (a.source->fed.size() != b.source->fed.size())
      return a.source->fed.size() > b.source->fed.size();
    return a.ordered && !b.ordered;
  });
  std::vector<const Source*> chosen;
  Arena<(8U << 10)> arena;
  std::pmr::set<std::uint32_t> covered(arena.memory());
  for (const Admitted& next : admitted) {
    const std::size_t before = covered.size();
    covered.insert(next.source->fed.begin(), next.source->fed.end());
    if (covered.size() > before) {
      chosen.push_back(next.source);
      candidate.columns.push_back(next.source->column);
    } else if (next.source->fed.size() == before && next.ordered == admitted.front().ordered) {
      candidate.alternatives.push_back(next.source->column);
    }
  }
  bool entropy = true, several = false;
  const ValueHash first = covered.empty() ? no_value : seekers[*covered.begin()].value;
  for (const std::uint32_t i : covered) {
    entropy = entropy && is_high_entropy(seekers[i].value);
    several = several || seekers[i].value != first;
  }
  candidate.high_entropy = several && entropy;
  return chosen;
}

/// Leaves the candidate without children when no single result fed two of them from two rows.
void CandidateFinder::assign_rows(Candidate& candidate, const std::vector<const Source*>& columns,
                                  const std::vector<Seeker>& seekers) const {
  Arena<(24U << 10)> arena;
  RowPools pools(window_, parents_, arena.memory());
  std::pmr::map<std::size_t, Row> last(arena.memory());
  std::pmr::unordered_set<ValueHash> values(arena.memory());
  std::pmr::vector<std::uint32_t> fed(arena.memory());
  for (const Source* source : columns)
    fed.insert(fed.end(), source->fed.begin(), source->fed.end());
  std::sort(fed.begin(), fed.end());
  fed.erase(std::unique(fed.begin(), fed.end()), fed.end());
  std::pmr::vector<Occurrence> spots(arena.memory());
  for (const std::uint32_t i : fed) {
    const Seeker& seeker = seekers[i];
    if (!pools.has(seeker.value)) {
      spots.clear();
      for (const Source* source : columns) {
        const auto cells = source->cells.find(seeker.value);
        if (cells == source->cells.end()) continue;
        spots.insert(spots.end(), cells->second.spots.begin(), cells->second.spots.end());
      }
      if (columns.size() > 1)
        std::sort(spots.begin(), spots.end(), [](const Occurrence& a, const Occurrence& b) {
          return Row{a.trip, a.row} < Row{b.trip, b.row};
        });
      pools.add(seeker.value, spots);
    }
    const std::optional<RowPools::Pick> pick = pools.take(seeker);
    if (!pick) continue;
    const auto before = last.find(pick->parent);
    const std::optional<Row> row_before =
        before == last.end() ? std::nullopt : std::optional(before->second);
    if (row_before && pick->row < *row_before) candidate.in_row_order = false;
    if (!follows(pick->row, row_before)) candidate.consecutive = false;
    last[pick->parent] = pick->row;
    values.insert(seeker.value);
    candidate.children.push_back(seeker.trip);
    candidate.rows.push_back(pick->row);
  }
  candidate.distinct = values.size();
  bool fed_two = false;
  for (const auto& [index, used] : pools.used()) {
    const Parent& parent = parents_.at(index);
    fed_two = fed_two || used.rows.size() >= 2;
    candidate.fed_rows += used.rows.size();
    candidate.parent.statement = parent.statement;
    candidate.parent.rows += parent.rows;
    if (parent.loop) candidate.parent.loop = parent.loop;
    candidate.parent.trips.insert(candidate.parent.trips.end(), parent.trips.begin(),
                                  parent.trips.end());
  }
  std::sort(candidate.parent.trips.begin(), candidate.parent.trips.end());
  if (!fed_two) candidate.children.clear();
}

void CandidateFinder::measure_coverage(Candidate& candidate) const {
  Arena<(16U << 10)> arena;
  std::pmr::unordered_set<ValueHash> values(arena.memory());
  for (const std::uint32_t t : candidate.parent.trips) {
    const Trip& trip = window_.trips[t];
    for (std::uint32_t row = 0; row < trip.indexed_rows(); ++row)
      for (const FeedingColumn& column : candidate.columns)
        if (column.key_column < trip.key_columns.size() &&
            trip.cell(row, column.key_column) != no_value)
          values.insert(trip.cell(row, column.key_column));
  }
  if (!values.empty())
    candidate.coverage =
        static_cast<double>(candidate.distinct) / static_cast<double>(values.size());
}

/// Few of the parent's rows (or some that only their names tie) hold the values of fewer children
/// than there are with values from elsewhere: in a database with ids from 1 to N some always match.
bool CandidateFinder::is_accident(const Candidate& candidate,
                                  const std::vector<Seeker>& seekers) const {
  const bool strong = candidate.tie() > Tie::sibling || candidate.high_entropy;
  if (strong && candidate.coverage >= 0.5) return false;
  Time arrived = Time::max();
  for (const std::uint32_t t : candidate.parent.trips) {
    const Trip& trip = window_.trips[t];
    if (trip.indexed_rows() < trip.rows) return false;  // what lies beyond is not known
    arrived = std::min(arrived, trip.arrived(0));
  }
  std::size_t after = 0, amid = 0;
  for (const Seeker& seeker : seekers) {
    if (window_.trips[seeker.trip].sent < arrived) continue;
    ++after;
    if (seeker.trip >= candidate.children.front() && seeker.trip <= candidate.children.back())
      ++amid;
  }
  const std::size_t others = candidate.consecutive ? amid : after;
  return others > 2 * candidate.children.size();
}

}  // namespace onetrip
