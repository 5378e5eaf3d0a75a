#include "analyzer/window_rows.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

namespace onetrip {
namespace {

constexpr std::size_t most_runs = 500;

std::string clock_time(std::int64_t unix_start_ms, Time time) {
  return rfc3339(unix_start_ms + time / std::chrono::milliseconds(1));
}

Time from_ms(double ms) {
  return std::chrono::duration_cast<Time>(std::chrono::duration<double, std::milli>(ms));
}

/// Equal questions of one shape, by their values; those whose values are not known are all
/// different.
class Questions {
 public:
  /// The place of the first trip that asked the same; none when `place` is that.
  std::optional<std::size_t> same_as(const ArchivedWindow::Trip& trip, std::size_t place) {
    if (trip.values == 0) return std::nullopt;
    const auto [known, is_new] = first_.try_emplace({trip.statement->id, trip.values}, place);
    return is_new ? std::nullopt : std::optional(known->second);
  }

 private:
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::size_t> first_;
};

std::string text_of(const std::array<char, 5>& sqlstate) {
  return sqlstate[0] == 0 ? "" : std::string(sqlstate.data(), sqlstate.size());
}

}  // namespace

Engine::WindowRow window_row(const ArchivedWindow& window, std::int64_t unix_start_ms) {
  return {window.summary,
          window.label,
          window.application,
          window.database,
          clock_time(unix_start_ms, window.opened),
          window.findings.size(),
          window.open,
          window.saturated,
          window.set_up};
}

Engine::WindowRow window_row(const Window& window, std::size_t findings,
                             std::int64_t unix_start_ms) {
  return {summarize(window),
          window.label,
          window.application,
          window.database,
          clock_time(unix_start_ms, window.opened),
          findings,
          !window.closed,
          window.saturated,
          window.set_up};
}

Engine::WindowDetail window_detail(const WindowArchive& archive, const ArchivedWindow& window,
                                   std::int64_t unix_start_ms) {
  Engine::WindowDetail detail{window_row(window, unix_start_ms), {}, {}};
  std::unordered_map<SessionId, std::uint32_t> connections;
  std::set<std::uint64_t> shapes;
  Questions questions;
  for (const auto& [in, trip, offset_ms] : archive.trips_in(window)) {
    const Statement& statement = *trip->statement;
    const auto connection = static_cast<std::uint32_t>(connections.size() + 1);
    detail.trips.push_back(
        {offset_ms, trip->server_ms, trip->rows, trip->bytes, statement.fingerprint,
         statement.summary, in->finding_of(*trip), in->feeder_of(*trip),
         connections.try_emplace(trip->session, connection).first->second,
         questions.same_as(*trip, detail.trips.size()), text_of(trip->sqlstate)});
    if (shapes.insert(statement.id).second)
      detail.shapes.push_back({statement.fingerprint, statement.summary, statement.normalized, 0});
  }
  return detail;
}

void add_runs(const WindowArchive& archive, const std::string& fingerprint,
              std::int64_t unix_start_ms, Engine::StatementDetail& detail) {
  std::map<std::string, Engine::StatementDetail::Caller> callers;
  for (const ArchivedWindow* window : archive.all()) {
    bool counted = false;
    for (const ArchivedWindow::Trip& trip : window->trips) {
      if (trip.statement->fingerprint != fingerprint) continue;
      Engine::StatementDetail::Caller& caller = callers[window->label];
      if (!std::exchange(counted, true)) ++caller.windows;
      ++caller.calls;
      caller.total_ms += trip.server_ms;
      if (detail.runs.size() == most_runs) continue;
      detail.runs.push_back({clock_time(unix_start_ms, window->opened + from_ms(trip.offset_ms)),
                             trip.server_ms, trip.rows, window->summary.id});
    }
  }
  for (auto& [label, caller] : callers) {
    caller.label = label;
    detail.callers.push_back(caller);
  }
  std::sort(detail.callers.begin(), detail.callers.end(),
            [](const auto& a, const auto& b) { return a.total_ms > b.total_ms; });
}

}  // namespace onetrip
