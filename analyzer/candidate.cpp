#include "analyzer/candidate.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>

namespace onetrip {
namespace {

/// A row of a parent, in the order in which the application saw them.
using Row = std::pair<std::uint32_t, std::uint32_t>;

Row row_of(const Occurrence& spot) {
  return {spot.trip, spot.row};
}

/// How many of the seeker's other values stand in the same row (composite keys: all come from one).
std::size_t agreement(const Trip& trip, std::uint32_t row, const Seeker& seeker) {
  std::size_t agreeing = 0;
  for (const ValueHash other : seeker.others) {
    for (std::size_t c = 0; c < trip.key_columns.size(); ++c)
      if (trip.cell(row, c) == other) {
        ++agreeing;
        break;
      }
  }
  return agreeing;
}

bool all_high_entropy(const std::map<std::size_t, std::vector<Occurrence>>& sightings,
                      const std::vector<Seeker>& seekers) {
  std::set<ValueHash> values;
  for (const auto& [child, spots] : sightings) {
    if (!is_high_entropy(seekers[child].value)) return false;
    values.insert(seekers[child].value);
  }
  return values.size() >= 2;
}

/// The next row after `last` in which the child may have found its value; else the first unused
/// one; else any.
Row pick_row(const std::vector<Row>& rows, const std::set<Row>& used,
             const std::optional<Row>& last) {
  for (const Row& row : rows)
    if (!used.contains(row) && (!last || row > *last)) return row;
  for (const Row& row : rows)
    if (!used.contains(row)) return row;
  return rows.front();
}

}  // namespace

std::vector<Candidate> CandidateFinder::find(const std::vector<Seeker>& seekers,
                                             const Statement& child,
                                             const Predicate& predicate) const {
  std::vector<Candidate> result;
  const Origin child_origin = origin_of(predicate.column, child, catalog_);
  if (!child_origin.known()) return result;
  for (const auto& [parent, columns] : sight(seekers, child.id)) {
    std::optional<Candidate> candidate = judge(parent, columns, seekers, child_origin);
    if (candidate) result.push_back(std::move(*candidate));
  }
  return result;
}

std::map<std::size_t, CandidateFinder::ByColumn> CandidateFinder::sight(
    const std::vector<Seeker>& seekers, std::uint64_t child_shape) const {
  std::map<std::size_t, ByColumn> sightings;
  for (std::size_t i = 0; i < seekers.size(); ++i) {
    const Trip& child = window_.trips[seekers[i].trip];
    for (const Occurrence& spot : index_.find(seekers[i].value)) {
      const Trip& source = window_.trips[spot.trip];
      if (spot.trip == seekers[i].trip || source.statement->id == child_shape) continue;
      if (source.arrived(spot.row) > child.sent) continue;
      const std::optional<std::size_t> parent = parents_.of(spot.trip);
      if (parent) sightings[*parent][spot.column][i].push_back(spot);
    }
  }
  return sightings;
}

std::optional<Candidate> CandidateFinder::judge(std::size_t parent, const ByColumn& columns,
                                                const std::vector<Seeker>& seekers,
                                                const Origin& child) const {
  Candidate candidate;
  candidate.parent = parent;
  choose_columns(candidate, columns, child, seekers);
  if (candidate.columns.empty()) return std::nullopt;
  assign_rows(candidate, columns, seekers);
  if (candidate.fed_rows < 2) return std::nullopt;
  measure_coverage(candidate);
  const bool weak = candidate.tie() == Tie::names && !candidate.high_entropy;
  if (weak && candidate.distinct < 2) return std::nullopt;
  if (weak && candidate.coverage < 0.5 && !candidate.consecutive) return std::nullopt;
  return candidate;
}

void CandidateFinder::choose_columns(Candidate& candidate, const ByColumn& columns,
                                     const Origin& child,
                                     const std::vector<Seeker>& seekers) const {
  struct Admitted {
    FeedingColumn column;
    const Sightings* sightings;
    bool high_entropy;
  };
  const Parent& parent = parents_.at(candidate.parent);
  std::vector<Admitted> admitted;
  for (const auto& [position, sightings] : columns) {
    const Trip& sample = window_.trips[sightings.begin()->second.front().trip];
    Origin origin = origin_of(sample.key_columns[position], *parent.statement, catalog_);
    Relation relation = relate(origin, child, catalog_);
    const bool entropy = all_high_entropy(sightings, seekers);
    if (relation.tie == Tie::none && !entropy) continue;
    admitted.push_back({{position, std::move(origin), std::move(relation)}, &sightings, entropy});
  }
  std::stable_sort(admitted.begin(), admitted.end(), [](const Admitted& a, const Admitted& b) {
    if (a.column.relation.tie != b.column.relation.tie)
      return a.column.relation.tie > b.column.relation.tie;
    return a.sightings->size() > b.sightings->size();
  });
  std::set<std::size_t> covered;
  for (const Admitted& next : admitted) {
    const bool first = candidate.columns.empty();
    if (!first && next.column.relation.tie != candidate.tie()) break;
    const std::size_t before = covered.size();
    for (const auto& [i, spots] : *next.sightings) covered.insert(i);
    if (first || covered.size() > before) {
      candidate.columns.push_back(next.column);
      candidate.high_entropy =
          first ? next.high_entropy : candidate.high_entropy && next.high_entropy;
    } else if (next.sightings->size() == covered.size()) {
      candidate.alternatives.push_back(next.column);
    }
  }
}

void CandidateFinder::assign_rows(Candidate& candidate, const ByColumn& columns,
                                  const std::vector<Seeker>& seekers) const {
  std::set<Row> used;
  std::optional<Row> last;
  std::unordered_set<ValueHash> values;
  for (std::size_t i = 0; i < seekers.size(); ++i) {
    std::vector<Row> rows;
    std::size_t best = 0;
    for (const FeedingColumn& column : candidate.columns) {
      const Sightings& sightings = columns.at(static_cast<std::uint16_t>(column.key_column));
      const auto seen = sightings.find(i);
      if (seen == sightings.end()) continue;
      for (const Occurrence& spot : seen->second) {
        const std::size_t agreeing = agreement(window_.trips[spot.trip], spot.row, seekers[i]);
        if (agreeing > best) rows.clear();
        best = std::max(best, agreeing);
        if (agreeing == best) rows.push_back(row_of(spot));
      }
    }
    if (rows.empty()) continue;
    std::sort(rows.begin(), rows.end());
    const Row row = pick_row(rows, used, last);
    if (last && row < *last) candidate.in_row_order = false;
    const bool next = !last || row == *last || row == Row{last->first, last->second + 1} ||
                      (row.first > last->first && row.second == 0);
    if (!next) candidate.consecutive = false;
    used.insert(row);
    last = row;
    values.insert(seekers[i].value);
    candidate.children.push_back(seekers[i].trip);
    candidate.rows.push_back(row);
  }
  candidate.fed_rows = used.size();
  candidate.distinct = values.size();
}

void CandidateFinder::measure_coverage(Candidate& candidate) const {
  std::unordered_set<ValueHash> values;
  for (const std::uint32_t t : parents_.at(candidate.parent).trips) {
    const Trip& trip = window_.trips[t];
    for (std::uint32_t row = 0; row < trip.indexed_rows(); ++row)
      for (const FeedingColumn& column : candidate.columns)
        if (trip.cell(row, column.key_column) != no_value)
          values.insert(trip.cell(row, column.key_column));
  }
  if (!values.empty())
    candidate.coverage =
        static_cast<double>(candidate.distinct) / static_cast<double>(values.size());
}

}  // namespace onetrip
