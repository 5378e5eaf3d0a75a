#include "analyzer/request_profile.hpp"

#include <algorithm>
#include <numeric>

#include "analyzer/coverage.hpp"

namespace onetrip {

std::vector<Time> think_times(const Window& window) {
  const std::vector<Trip>& trips = window.trips;
  if (trips.size() < 2) return {};
  const auto sent_before = [](const Trip& a, const Trip& b) { return a.sent < b.sent; };
  std::vector<std::size_t> order;  // of sending; empty: as they lie
  if (!std::is_sorted(trips.begin(), trips.end(), sent_before)) {
    order.resize(trips.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return sent_before(trips[a], trips[b]); });
  }
  const auto nth = [&order](std::size_t n) { return order.empty() ? n : order[n]; };
  std::vector<Time> thought(trips.size());
  Time busy_until = trips[nth(0)].sent;
  for (std::size_t n = 0; n < trips.size(); ++n) {
    const Trip& trip = trips[nth(n)];
    thought[nth(n)] = std::max(Time::zero(), trip.sent - busy_until);
    busy_until = std::max(busy_until, trip.complete);
  }
  return thought;
}

RequestProfile::Entry& RequestProfile::Entry::operator+=(const Entry& other) {
  cost += other.cost;
  thought += other.thought;
  windows += other.windows;
  statements += other.statements;
  time += other.time;
  return *this;
}

void RequestProfile::Entry::add_request(const Window& window, Time took) {
  ++windows;
  statements += window.trips.size();
  time += took;
  const std::uint64_t rows = largest_result(window);
  statements_by_rows.add(rows, static_cast<double>(window.trips.size()));
  ms_by_rows.add(rows, milliseconds_of(took));
}

void RequestProfile::add(const std::string& name, const Window& window,
                         std::span<const Time> thought) {
  if (window.set_up || window.trips.empty()) return;
  Time took{};
  bool again = false;
  for (const Trip& trip : window.trips) {
    again = again || trip.profiled;
    if (!trip.profiled) took += trip.complete - trip.begun;
  }
  Entry& entry = names_.at(name, took);
  for (std::size_t i = 0; i < window.trips.size(); ++i) {
    if (window.trips[i].profiled) continue;
    entry.cost.add(window.trips[i]);
    if (!thought.empty()) entry.thought += thought[i];
  }
  if (!again && !window.saturated) entry.add_request(window, took);
}

RequestProfile::Row RequestProfile::show(const std::string& name, const Entry& entry, Time all) {
  const double windows = entry.windows == 0 ? 1 : static_cast<double>(entry.windows);
  return {figures_of(entry.cost, all),
          name,
          entry.windows,
          milliseconds_of(entry.thought),
          static_cast<double>(entry.statements) / windows,
          milliseconds_of(entry.time) / windows,
          entry.statements_by_rows,
          entry.ms_by_rows,
          milliseconds_of(entry.missed)};
}

std::vector<RequestProfile::Row> RequestProfile::rows(std::string_view sort,
                                                      std::size_t limit) const {
  Time all = names_.rest().total();
  for (const auto& [name, entry] : names_.entries()) all += entry.total();
  std::vector<Row> rows;
  for (const auto& [name, entry] : names_.entries()) rows.push_back(show(name, entry, all));
  if (names_.rest().cost.durations.count() > 0) rows.push_back(show("other", names_.rest(), all));
  std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
    const double left = figure(a, sort), right = figure(b, sort);
    return left != right ? left > right : a.name < b.name;
  });
  if (rows.size() > limit) rows.resize(limit);
  return rows;
}

}  // namespace onetrip
