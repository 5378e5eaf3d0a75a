#include "analyzer/candidate.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "analyzer/arena.hpp"
#include "analyzer/loops.hpp"
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

/// A loop asks for all values, or leaves some out in the order of the rows. Two of many are in some
/// order by chance, and so are a few kinds that many rows share, unless each row asked.
bool is_partial(const Candidate& candidate) {
  const bool each_row = candidate.in_row_order && candidate.children.size() > candidate.distinct;
  const bool ordered = candidate.in_first_order || each_row;
  const bool two_of_many = candidate.distinct < 3 && candidate.coverage < 0.5;
  return candidate.coverage < 0.9 && (!ordered || two_of_many);
}

}  // namespace

std::vector<Candidate> CandidateFinder::find(const std::vector<Seeker>& seekers,
                                             const Statement& statement,
                                             const Predicate& predicate) const {
  std::vector<Candidate> result;
  if (seekers.size() < 2) return result;
  const std::span<const ResultColumn> seen = window_.trips[seekers.front().trip].key_columns();
  const Child child{statement, predicate, origin_of(predicate.column, statement, catalog_, seen),
                    seen};
  if (!child.column.known()) return result;
  Arena<(32U << 10)> arena;
  ByStatement by_statement(arena.memory());
  ByValue by_value(arena.memory());
  for (std::uint32_t i = 0; i < seekers.size(); ++i) {
    std::pmr::vector<std::uint32_t>& same = by_value[seekers[i].value];
    same.push_back(i);
    if (same.size() == 1) sight(seekers[i].value, child, by_statement);
  }
  for (auto& [shape, sources] : by_statement) {
    std::optional<Candidate> candidate = judge(sources, seekers, by_value);
    if (candidate) result.push_back(std::move(*candidate));
  }
  return result;
}

void CandidateFinder::sight(ValueHash value, const Child& child, ByStatement& by_statement) const {
  std::pmr::memory_resource* const memory = by_statement.get_allocator().resource();
  for (const Occurrence& spot : index_.find(value)) {
    const Trip& trip = window_.trips[spot.trip];
    if (trip.statement->id == child.statement.id || !parents_.of(spot.trip)) continue;
    const ResultColumn& column = trip.key_columns()[spot.column];
    const auto [found, is_new] = by_statement[trip.statement->id].try_emplace(spot.column, memory);
    Source& source = found->second;
    if (is_new) introduce(source, trip, spot.column, child);
    if (source.column.relation.tie == Tie::none && !is_high_entropy(value)) continue;
    if (!is_new && !same_column(column, source.described)) continue;
    Cells& cells = source.cells.try_emplace(value, memory).first->second;
    cells.spots.push_back(spot);
    cells.first = std::min(cells.first, trip.arrived(spot.row));
  }
}

void CandidateFinder::introduce(Source& source, const Trip& trip, std::uint16_t column,
                                const Child& child) const {
  source.described = trip.key_columns()[column];
  source.child = child.column;
  // Where the child's own result does not tell which of several schemas' tables it read, the
  // parent's does.
  if (catalog_ != nullptr && child.seen.empty() && found_by_path(child.statement) &&
      found_by_path(*trip.statement))
    source.child = origin_of(child.predicate.column, child.statement, catalog_, trip.key_columns());
  Origin origin = origin_of(source.described, *trip.statement, catalog_);
  Relation relation = relate(origin, source.child, catalog_);
  source.column = {column, std::move(origin), std::move(relation)};
  if (catalog_ != nullptr && source.column.relation.tie == Tie::foreign_key)
    source.together = rest_of_key(source, trip, child);
}

/// Of a key of several columns: those that the child compares with a slot, too, and that stand in
/// the parent's rows.
std::vector<CandidateFinder::Together> CandidateFinder::rest_of_key(const Source& source,
                                                                    const Trip& trip,
                                                                    const Child& child) const {
  std::vector<Together> result;
  for (const auto& [in_parent, in_child] :
       catalog_->rest_of_key(*source.column.origin.column, *source.child.column)) {
    const auto& predicates = child.statement.predicates;
    const auto predicate = std::find_if(
        predicates.begin(), predicates.end(), [&, of = in_child](const Predicate& one) {
          return equates(one) &&
                 origin_of(one.column, child.statement, catalog_, child.seen).column == of;
        });
    const auto cell = std::find_if(trip.key_columns().begin(), trip.key_columns().end(),
                                   [&, of = in_parent](const ResultColumn& one) {
                                     return origin_of(one, *trip.statement, catalog_).column == of;
                                   });
    if (predicate == predicates.end() || cell == trip.key_columns().end()) continue;
    result.push_back(
        {predicate->slot, static_cast<std::size_t>(cell - trip.key_columns().begin())});
  }
  return result;
}

/// Which seekers it could have fed: a row with their value had arrived.
void CandidateFinder::feed(Source& source, const std::vector<Seeker>& seekers,
                           const ByValue& by_value) const {
  for (const auto& [value, cells] : source.cells) {
    if (!source.together.empty()) {
      feed_whole_key(source, cells, seekers, by_value.at(value));
      continue;
    }
    for (const std::uint32_t i : by_value.at(value))
      if (cells.first <= window_.trips[seekers[i].trip].sent) source.fed.push_back(i);
  }
  std::sort(source.fed.begin(), source.fed.end());
}

/// Of a key of several columns: one row with all of their values.
void CandidateFinder::feed_whole_key(Source& source, const Cells& cells,
                                     const std::vector<Seeker>& seekers,
                                     std::span<const std::uint32_t> asking) const {
  const auto folded = [&](auto value_of) {
    std::uint64_t rest = 0;
    for (const Together& other : source.together)
      rest = (rest ^ value_of(other)) * 0x9E3779B97F4A7C15U;
    return rest;
  };
  std::unordered_map<std::uint64_t, Time> arrived;  // rows by the rest of the key
  for (const Occurrence& spot : cells.spots) {
    const Trip& trip = window_.trips[spot.trip];
    const std::uint64_t rest =
        folded([&](const Together& other) { return trip.cell(spot.row, other.key_column); });
    Time& first = arrived.try_emplace(rest, Time::max()).first->second;
    first = std::min(first, trip.arrived(spot.row));
  }
  for (const std::uint32_t i : asking) {
    const Trip& trip = window_.trips[seekers[i].trip];
    const auto whole =
        arrived.find(folded([&](const Together& other) { return single_value(trip, other.slot); }));
    if (whole != arrived.end() && whole->second <= trip.sent) source.fed.push_back(i);
  }
}

std::optional<Candidate> CandidateFinder::judge(Sources& sources,
                                                const std::vector<Seeker>& seekers,
                                                const ByValue& by_value) const {
  for (auto& [position, source] : sources) feed(source, seekers, by_value);
  Candidate candidate;
  const std::vector<const Source*> columns =
      choose_columns(candidate, sources, strongest(sources), seekers);
  if (columns.empty()) return std::nullopt;
  assign_rows(candidate, columns, seekers);
  if (candidate.children.empty()) return std::nullopt;
  measure_coverage(candidate);
  // Two rows next to one another are, where ids are dense, as easily met by chance as any two,
  // unless they are the first.
  const bool run =
      candidate.consecutive && (candidate.distinct >= 3 || candidate.rows.front().second == 0);
  const bool whole = candidate.coverage >= 0.5 || run;
  const bool weak = candidate.tie() <= Tie::sibling && !candidate.high_entropy;
  if (weak && (candidate.distinct < 2 || !whole)) return std::nullopt;
  // A few kinds that many rows share (the states of tickets) are also asked for beside a list of
  // these rows: once for each kind, where a loop would ask for each row or, at least, in order.
  const bool kinds = weak && candidate.shared && candidate.direction() == Direction::reverse;
  const bool looped = candidate.every_row || (candidate.in_first_order && candidate.distinct >= 4);
  if (kinds && !looped) return std::nullopt;
  // A name that only ends alike has to be borne out by nearly every row, in its order.
  const bool vague = candidate.tie() == Tie::name_end && !candidate.high_entropy;
  if (vague && (!candidate.in_row_order || candidate.coverage < 0.9)) return std::nullopt;
  if (is_accident(candidate, seekers)) return std::nullopt;
  candidate.scattered = !candidate.high_entropy && !whole;
  candidate.partial = !candidate.high_entropy && is_partial(candidate);
  // A list of everything holds any key: order has to speak for it too.
  if (candidate.scattered && (candidate.distinct < 3 || !candidate.in_row_order))
    return std::nullopt;
  return candidate;
}

/// Leaves the candidate without children when no single result fed two of them from two rows.
void CandidateFinder::assign_rows(Candidate& candidate, const std::vector<const Source*>& columns,
                                  const std::vector<Seeker>& seekers) const {
  Arena<(24U << 10)> arena;
  RowPools pools(window_, parents_, arena.memory());
  std::pmr::map<std::size_t, Row> last(arena.memory()), last_first(arena.memory());
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
    if (values.insert(seeker.value).second) {
      Row& first_before = last_first.try_emplace(pick->parent, pick->first).first->second;
      if (pick->first < first_before) candidate.in_first_order = false;
      first_before = pick->first;
    }
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
  std::size_t cells = 0;
  for (const std::uint32_t t : candidate.parent.trips) {
    const Trip& trip = window_.trips[t];
    for (std::uint32_t row = 0; row < trip.indexed_rows(); ++row)
      for (const FeedingColumn& column : candidate.columns)
        if (column.key_column < trip.key_columns().size() &&
            trip.cell(row, column.key_column) != no_value) {
          values.insert(trip.cell(row, column.key_column));
          ++cells;
        }
  }
  if (values.empty()) return;
  candidate.coverage = static_cast<double>(candidate.distinct) / static_cast<double>(values.size());
  candidate.shared = cells >= 2 * values.size();
  candidate.every_row = candidate.fed_rows * 2 >= cells;
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
