#include "analyzer/loops.hpp"

#include <set>
#include <unordered_map>
#include <unordered_set>

#include "analyzer/arena.hpp"
#include "analyzer/value_index.hpp"

namespace onetrip {

bool reads(const Statement& statement) {
  return statement.kind == StatementKind::select && !statement.data_modifying_cte;
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
    if (trips.size() >= 2) loops.push_back({window.trips[trips[0]].statement, std::move(trips)});
  }
  return loops;
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
  std::pmr::unordered_set<std::uint64_t> shapes(arena.memory());
  bool rows = false, repeats = false;
  for (const Trip& trip : window.trips) {
    rows = rows || trip.rows >= 2;
    repeats = repeats || !shapes.insert(trip.statement->id).second;
    if (rows && repeats) return true;
  }
  return false;
}

}  // namespace onetrip
