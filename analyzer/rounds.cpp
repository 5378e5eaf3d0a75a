#include "analyzer/rounds.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace onetrip {
namespace {

/// The least that a trip cost in this window: its way, and the server's fixed price.
Time cheapest_trip(const Window& window) {
  Time cheapest = Time::max();
  for (const Trip& trip : window.trips)
    if (trip.outcome == Outcome::completed && !trip.pipelined)
      cheapest = std::min(cheapest, trip.complete - trip.begun);
  return cheapest == Time::max() ? Time{} : cheapest;
}

/// The application's, from each answer to the next round; none when one of them is shorter.
std::vector<Time> pauses_between(const Window& window, Rounds rounds, Time shortest) {
  std::vector<Time> pauses;
  for (std::size_t i = 1; i < rounds.size(); ++i) {
    pauses.push_back(window.trips[rounds[i]].sent - window.trips[rounds[i - 1]].complete);
    if (pauses.back() < shortest) return {};
  }
  return pauses;
}

/// But for one in ten, which may be woken late.
bool are_even(std::vector<Time> pauses) {
  std::sort(pauses.begin(), pauses.end());
  const Time least = pauses.front();
  const Time most = pauses[pauses.size() - 1 - pauses.size() / 10];
  return most - least <= least / 4;
}

/// As of a client that backs off.
bool are_growing(const std::vector<Time>& pauses) {
  for (std::size_t i = 1; i < pauses.size(); ++i)
    if (pauses[i] < pauses[i - 1] + pauses[i - 1] / 2) return false;
  return pauses.size() >= 3;
}

}  // namespace

StatementSummary summarize(const Statement& statement, std::uint64_t rows) {
  return {statement.fingerprint, statement.summary, statement.normalized, rows};
}

std::string_view verb_of(const Statement& statement) {
  if (statement.kind == StatementKind::insert) return "inserted into";
  if (statement.kind == StatementKind::update) return "updated";
  if (statement.kind == StatementKind::delete_) return "deleted from";
  if (!statement.aggregate) return "fetched";
  if (statement.aggregate_function == "count") return "counted";
  if (statement.aggregate_function == "exists") return "checked";
  return "aggregated";
}

Evidence measure(const Window& window, Rounds rounds, std::uint64_t distinct) {
  Evidence evidence;
  Time total{};
  for (const std::uint32_t t : rounds) {
    const Trip& trip = window.trips[t];
    total += trip.complete - trip.begun;
    evidence.rows += trip.rows;
  }
  evidence.count = rounds.size();
  evidence.distinct_values = distinct;
  evidence.total_ms = milliseconds_of(total);
  if (rounds.empty() || are_pipelined(window, rounds)) return evidence;
  const auto saved = static_cast<double>(rounds.size() - 1);
  evidence.saved_ms = milliseconds_of(cheapest_trip(window)) * saved;
  for (const double latency_ms : {0.5, 1.0, 5.0})
    evidence.what_if.push_back({latency_ms, latency_ms * saved});
  return evidence;
}

bool are_pipelined(const Window& window, Rounds rounds) {
  return rounds.size() > 1 && std::all_of(rounds.begin() + 1, rounds.end(), [&](std::uint32_t t) {
           return window.trips[t].pipelined;
         });
}

bool are_one_request(const Window& window, Rounds rounds) {
  const bool apart = !window.saturated || window.source != WindowSource::idle_gap;
  return apart || are_one_transaction(window, rounds);
}

bool are_one_transaction(const Window& window, Rounds rounds) {
  if (rounds.empty()) return false;
  const Trip& first = window.trips[rounds.front()];
  return first.transaction != 0 && std::all_of(rounds.begin(), rounds.end(), [&](std::uint32_t t) {
           const Trip& trip = window.trips[t];
           return trip.session == first.session && trip.transaction == first.transaction;
         });
}

std::optional<Location> location_of(const Window& window, Rounds rounds) {
  for (const std::uint32_t t : rounds) {
    Location location = window.trips[t].location();
    if (!location.file.empty()) return location;
  }
  return std::nullopt;
}

bool from_one_place(const Window& window, Rounds rounds, std::size_t fewest) {
  std::map<std::pair<std::string, unsigned>, std::size_t> places;
  for (const std::uint32_t t : rounds) {
    Location location = window.trips[t].location();
    if (location.file.empty()) return true;
    ++places[{std::move(location.file), location.line}];
  }
  return std::any_of(places.begin(), places.end(),
                     [&](const auto& place) { return place.second >= fewest; });
}

bool are_accepted(const Window& window, Rounds rounds, std::string_view rule) {
  return std::all_of(rounds.begin(), rounds.end(),
                     [&](std::uint32_t t) { return window.trips[t].allowed() == rule; });
}

bool are_polling(const Window& window, Rounds rounds) {
  if (rounds.size() < 3) return false;
  const std::vector<Time> pauses = pauses_between(window, rounds, std::chrono::milliseconds(50));
  return !pauses.empty() && (are_even(pauses) || are_growing(pauses));
}

bool are_awaiting(const Window& window, Rounds rounds) {
  constexpr std::size_t fewest = 5;
  if (rounds.size() < fewest || rounds.back() - rounds.front() + 1 != rounds.size()) return false;
  const std::vector<Time> pauses = pauses_between(window, rounds, std::chrono::milliseconds(20));
  return !pauses.empty() && are_even(pauses);
}

}  // namespace onetrip
