#include <unordered_map>

#include "analyzer/candidate.hpp"
#include "analyzer/loops.hpp"

namespace onetrip {

Parents::Parents(const Window& window, const std::vector<Loop>& loops)
    : window_(window), of_trip_(window.trips.size(), 0), joined_(loops.size(), false) {
  std::unordered_map<std::uint64_t, std::size_t> cursors;
  for (std::uint32_t t = 0; t < window.trips.size(); ++t) {
    const Trip& trip = window.trips[t];
    if (!may_feed(trip)) continue;
    const auto known = trip.cursor != 0 ? cursors.find(trip.cursor) : cursors.end();
    if (known != cursors.end()) {
      all_[known->second].trips.push_back(t);
      all_[known->second].rows += trip.rows;
      of_trip_[t] = known->second + 1;
      continue;
    }
    const std::size_t parent = add({trip.statement, {t}, trip.rows, std::nullopt});
    of_trip_[t] = parent + 1;
    if (trip.cursor != 0) cursors.emplace(trip.cursor, parent);
  }
  for (std::size_t i = 0; i < loops.size(); ++i) {
    const Statement& shape = *loops[i].statement;
    if (shape.kind == StatementKind::insert && shape.returning) join(i, loops[i]);
  }
}

std::size_t Parents::add(Parent parent) {
  all_.push_back(std::move(parent));
  return all_.size() - 1;
}

bool Parents::join(std::size_t loop, const Loop& rounds) {
  if (joined_[loop]) return false;
  joined_[loop] = true;
  Parent joined{rounds.statement, {}, 0, loop};
  for (const std::uint32_t t : rounds.trips) {
    if (of_trip_[t] != 0) {
      const Parent& round = all_[of_trip_[t] - 1];  // of several trips, when it was a cursor
      joined.trips.insert(joined.trips.end(), round.trips.begin(), round.trips.end());
      joined.rows += round.rows;
    } else if (const Trip& trip = window_.trips[t]; !trip.cells().empty()) {
      joined.trips.push_back(t);
      joined.rows += trip.rows;
    }
  }
  const std::size_t parent = add(std::move(joined));
  for (const std::uint32_t t : all_[parent].trips) of_trip_[t] = parent + 1;
  return true;
}

std::optional<std::size_t> Parents::of(std::uint32_t trip) const {
  const std::size_t parent = of_trip_[trip];
  if (parent == 0 || all_[parent - 1].rows < 2) return std::nullopt;
  return parent - 1;
}

}  // namespace onetrip
