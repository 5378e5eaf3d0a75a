#include "analyzer/profile.hpp"

#include <algorithm>
#include <utility>

namespace onetrip {
namespace {

double figure(const Profile::Row& row, std::string_view sort) {
  if (sort == "calls") return static_cast<double>(row.calls);
  if (sort == "rows") return static_cast<double>(row.rows);
  if (sort == "bytes") return static_cast<double>(row.bytes);
  if (sort == "errors") return static_cast<double>(row.errors);
  if (sort == "p99") return row.p99_ms;
  return row.total_ms;
}

}  // namespace

Profile::Entry& Profile::entry(const StatementPtr& statement) {
  const auto found = entries_.find(statement->id);
  if (found != entries_.end()) return found->second;
  if (entries_.size() >= max_shapes_) return other_;
  Entry& fresh = entries_[statement->id];
  fresh.statement = statement;
  return fresh;
}

void Profile::add(const StatementPtr& statement, const Execution& execution) {
  Entry& shape = entry(statement);
  const Time took = execution.complete - execution.begun;
  shape.durations.add(took);
  shape.total += took;
  shape.rows += execution.rows;
  shape.bytes += execution.bytes;
  if (execution.outcome == Outcome::failed) ++shape.errors;
}

void Profile::add_window(Window& window) {
  ++closed_windows_;
  for (const Trip& trip : window.trips)
    if (trip.profiled) entry(trip.statement).last_window = closed_windows_;
  for (Trip& trip : window.trips) {
    if (std::exchange(trip.profiled, true)) continue;
    Entry& shape = entry(trip.statement);
    if (std::exchange(shape.last_window, closed_windows_) != closed_windows_) ++shape.windows;
  }
}

Time Profile::total() const {
  Time all = other_.total;
  for (const auto& [id, shape] : entries_) all += shape.total;
  return all;
}

Profile::Row Profile::show(const Entry& shape, Time all) const {
  Row row;
  row.fingerprint = shape.statement ? shape.statement->fingerprint : "other";
  if (shape.statement) row.summary = shape.statement->summary;
  if (shape.statement) row.text = shape.statement->normalized;
  row.calls = shape.durations.count();
  row.errors = shape.errors;
  row.rows = shape.rows;
  row.bytes = shape.bytes;
  row.windows = shape.windows;
  row.total_ms = milliseconds_of(shape.total);
  row.p50_ms = milliseconds_of(shape.durations.quantile(0.5));
  row.p95_ms = milliseconds_of(shape.durations.quantile(0.95));
  row.p99_ms = milliseconds_of(shape.durations.quantile(0.99));
  if (all > Time::zero()) row.share = row.total_ms / milliseconds_of(all);
  return row;
}

std::vector<Profile::Row> Profile::rows(std::string_view sort, std::size_t limit) const {
  const Time all = total();
  std::vector<Row> rows;
  for (const auto& [id, shape] : entries_) rows.push_back(show(shape, all));
  if (other_.durations.count() > 0) rows.push_back(show(other_, all));
  std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
    const double left = figure(a, sort), right = figure(b, sort);
    return left != right ? left > right : a.fingerprint < b.fingerprint;
  });
  if (rows.size() > limit) rows.resize(limit);
  return rows;
}

std::optional<Profile::Row> Profile::row(std::string_view fingerprint) const {
  if (fingerprint == "other" && other_.durations.count() > 0) return show(other_, total());
  for (const auto& [id, shape] : entries_)
    if (shape.statement->fingerprint == fingerprint) return show(shape, total());
  return std::nullopt;
}

void Profile::clear() {
  entries_.clear();
  other_ = {};
}

}  // namespace onetrip
