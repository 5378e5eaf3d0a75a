#include "analyzer/loops.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <unordered_map>

#include "analyzer/arena.hpp"
#include "analyzer/value_index.hpp"

namespace onetrip {

bool reads(const Statement& statement) {
  return statement.kind == StatementKind::select && !statement.data_modifying_cte;
}

bool writes_rows(const Statement& statement) {
  if (statement.kind == StatementKind::insert) return !statement.multi_row_values;
  const bool changes =
      statement.kind == StatementKind::update || statement.kind == StatementKind::delete_;
  return changes && std::any_of(statement.predicates.begin(), statement.predicates.end(), equates);
}

const TableUse* written_table(const Statement& statement) {
  const auto found = std::find_if(statement.tables.begin(), statement.tables.end(),
                                  [](const TableUse& use) { return use.written; });
  return found == statement.tables.end() ? nullptr : &*found;
}

namespace {

/// What one round of an INSERT puts where, as if it were asked for.
std::vector<Predicate> assigned_by(const Statement& statement) {
  std::vector<Predicate> result;
  if (statement.kind != StatementKind::insert || !writes_rows(statement)) return result;
  const TableUse* target = written_table(statement);
  if (target == nullptr) return result;
  const auto table = static_cast<std::uint16_t>(target - statement.tables.data());
  for (const Assignment& one : statement.assignments)
    result.push_back({Predicate::Op::equal, {table, one.column}, one.slot, 0});
  return result;
}

}  // namespace

bool may_feed(const Trip& trip) {
  return !trip.cells().empty() && (trip.rows >= 2 || trip.cursor != 0);
}

bool equates(const Predicate& predicate) {
  return predicate.op == Predicate::Op::equal || predicate.op == Predicate::Op::in_list ||
         predicate.op == Predicate::Op::any_array;
}

std::vector<Loop> find_loops(const Window& window) {
  if (window.trips.size() < 2) return {};
  Arena<(8U << 10)> arena;
  std::pmr::unordered_map<std::uint64_t, std::vector<std::uint32_t>> by_shape(arena.memory());
  std::pmr::vector<std::uint64_t> order(arena.memory());
  std::pmr::set<std::pair<std::uint64_t, std::uint64_t>> cursors(arena.memory());
  for (std::uint32_t t = 0; t < window.trips.size(); ++t) {
    const Trip& trip = window.trips[t];
    if (trip.outcome == Outcome::failed || trip.outcome == Outcome::cut) continue;
    std::vector<std::uint32_t>& trips = by_shape[trip.statement->id];
    if (trips.empty()) order.push_back(trip.statement->id);
    // FETCHes of one cursor are one result, no loop.
    if (trip.cursor != 0 && !cursors.insert({trip.statement->id, trip.cursor}).second) continue;
    trips.push_back(t);
  }
  std::vector<Loop> loops;
  for (const std::uint64_t shape : order) {
    std::vector<std::uint32_t>& trips = by_shape[shape];
    if (trips.size() < 2) continue;
    const StatementPtr& statement = window.trips[trips[0]].statement;
    loops.push_back({statement, std::move(trips), assigned_by(*statement)});
  }
  return loops;
}

std::uint16_t predicates_of(const Loop& loop) {
  constexpr std::size_t most = std::numeric_limits<std::uint16_t>::max();
  return static_cast<std::uint16_t>(std::min(loop.fed().size(), most));
}

Variety variety(const Window& window, const Loop& loop, std::uint16_t slot) {
  ValueHash first = no_value;
  for (const std::uint32_t t : loop.trips) {
    const ValueHash value = single_value(window.trips[t], slot);
    if (first == no_value) first = value;
    if (value != no_value && value != first) return Variety::several;
  }
  return first == no_value ? Variety::none : Variety::one;
}

bool needs_catalog(const Window& window) {
  if (window.trips.size() < 2) return false;
  Arena<(8U << 10)> arena;
  std::pmr::unordered_map<std::uint64_t, std::uint32_t> rounds(arena.memory());
  bool rows = false, repeats = false;
  for (const Trip& trip : window.trips) {
    rows = rows || trip.rows >= 2;
    const std::uint32_t round = ++rounds[trip.statement->id];
    repeats = repeats || round >= 2;
    // Of three rounds each may have fed the next, a row at a time.
    if ((rows && repeats) || round >= 3) return true;
  }
  return false;
}

}  // namespace onetrip
