#include "analyzer/chains.hpp"

#include <algorithm>
#include <array>

namespace onetrip {
namespace {

constexpr std::size_t most_trips = 32;

bool is_lookup(const Trip& trip) {
  const Statement& statement = *trip.statement;
  return trip.outcome == Outcome::completed && trip.rows == 1 && trip.cursor == 0 &&
         statement.kind == StatementKind::select && !statement.aggregate && !statement.locking &&
         !statement.data_modifying_cte &&
         std::any_of(statement.predicates.begin(), statement.predicates.end(),
                     [](const Predicate& p) { return p.op == Predicate::Op::equal; });
}

bool runs_once(const Window& window, const Trip& trip) {
  return std::count_if(window.trips.begin(), window.trips.end(), [&](const Trip& other) {
           return other.statement->id == trip.statement->id;
         }) == 1;
}

/// A word as good as random of two.
std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t odd = 0x9E3779B97F4A7C15ULL;
  return ((a ^ (a >> 29U)) + odd) * odd ^ b;
}

void add_chains(const Window& window, std::uint32_t first, std::uint32_t second,
                std::vector<Chain>& chains) {
  const Trip& a = window.trips[first];
  const Trip& b = window.trips[second];
  if (b.sent < a.complete) return;
  const std::vector<Predicate>& predicates = b.statement->predicates;
  for (std::uint16_t p = 0; p < predicates.size(); ++p) {
    if (predicates[p].op != Predicate::Op::equal || predicates[p].slot >= b.slots().size())
      continue;
    const ValueHash value = b.slots()[predicates[p].slot].hash;
    for (std::uint16_t c = 0; value != no_value && c < a.cells().size(); ++c)
      if (a.cells()[c] == value) chains.push_back({first, second, c, p, value});
  }
}

}  // namespace

std::uint64_t Chain::key(const Window& window) const {
  const std::uint64_t statements =
      mixed(window.trips[first].statement->id, window.trips[second].statement->id);
  return mixed(statements, std::uint64_t{key_column} << 16U | predicate);
}

std::vector<Chain> find_chains(const Window& window) {
  std::vector<Chain> chains;
  if (window.trips.size() < 2 || window.trips.size() > most_trips) return chains;
  std::array<std::uint32_t, most_trips> lookups{};
  std::size_t size = 0;
  for (std::uint32_t t = 0; t < window.trips.size(); ++t)
    if (is_lookup(window.trips[t])) lookups[size++] = t;
  for (std::size_t a = 0; a + 1 < size; ++a) {
    const Trip& first = window.trips[lookups[a]];
    if (first.cells().empty() || first.cells().size() != first.key_columns().size()) continue;
    for (std::size_t b = a + 1; b < size; ++b) add_chains(window, lookups[a], lookups[b], chains);
  }
  std::erase_if(chains, [&](const Chain& chain) {
    return !runs_once(window, window.trips[chain.first]) ||
           !runs_once(window, window.trips[chain.second]);
  });
  return chains;
}

}  // namespace onetrip
