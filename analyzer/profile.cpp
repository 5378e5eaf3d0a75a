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

void Cost::add(const Execution& execution) {
  const Time took = execution.complete - execution.begun;
  durations.add(took);
  total += took;
  rows += execution.rows;
  bytes += execution.bytes;
  if (execution.outcome == Outcome::failed) ++errors;
}

Cost& Cost::operator+=(const Cost& other) {
  errors += other.errors;
  rows += other.rows;
  bytes += other.bytes;
  total += other.total;
  durations += other.durations;
  return *this;
}

Profile::Entry& Profile::entry(const StatementPtr& statement) {
  const auto found = entries_.find(statement->id);
  if (found != entries_.end()) return found->second;
  if (entries_.size() >= max_shapes_) return other_;
  Entry& fresh = entries_[statement->id];
  fresh.statement = statement;
  return fresh;
}

void Profile::add(const StatementPtr& statement, const Execution& execution) {
  entry(statement).minute.add(execution);
  has_minute_ = true;
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
  Time all = other_.total();
  for (const auto& [id, shape] : entries_) all += shape.total();
  return all;
}

std::string Profile::name_of(const Entry& shape) {
  return shape.statement ? shape.statement->fingerprint : "other";
}

Profile::Row Profile::show(const Entry& shape, Time all) const {
  const Cost cost = shape.cost();
  Row row;
  row.fingerprint = name_of(shape);
  if (shape.statement) row.summary = shape.statement->summary;
  if (shape.statement) row.text = shape.statement->normalized;
  row.calls = cost.durations.count();
  row.errors = cost.errors;
  row.rows = cost.rows;
  row.bytes = cost.bytes;
  row.windows = shape.windows;
  row.total_ms = milliseconds_of(cost.total);
  row.p50_ms = milliseconds_of(cost.durations.quantile(0.5));
  row.p95_ms = milliseconds_of(cost.durations.quantile(0.95));
  row.p99_ms = milliseconds_of(cost.durations.quantile(0.99));
  if (all > Time::zero()) row.share = row.total_ms / milliseconds_of(all);
  return row;
}

std::vector<Profile::Row> Profile::rows(std::string_view sort, std::size_t limit) const {
  const Time all = total();
  std::vector<Row> rows;
  for (const auto& [id, shape] : entries_) rows.push_back(show(shape, all));
  if (other_.calls() > 0) rows.push_back(show(other_, all));
  std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
    const double left = figure(a, sort), right = figure(b, sort);
    return left != right ? left > right : a.fingerprint < b.fingerprint;
  });
  if (rows.size() > limit) rows.resize(limit);
  return rows;
}

std::optional<Profile::Row> Profile::row(std::string_view fingerprint) const {
  if (fingerprint == "other" && other_.calls() > 0) return show(other_, total());
  for (const auto& [id, shape] : entries_)
    if (shape.statement->fingerprint == fingerprint) return show(shape, total());
  return std::nullopt;
}

std::vector<ProfiledMinute::Row> Profile::take_minute() {
  std::vector<ProfiledMinute::Row> rows;
  const auto take = [&](Entry& shape) {
    if (shape.minute.durations.count() == 0) return;
    shape.earlier += shape.minute;
    rows.push_back({name_of(shape), shape.statement ? shape.statement->summary : "",
                    shape.statement ? shape.statement->normalized : "",
                    std::exchange(shape.minute, {})});
  };
  for (auto& [id, shape] : entries_) take(shape);
  take(other_);
  has_minute_ = false;
  return rows;
}

void Profile::clear() {
  entries_.clear();
  other_ = {};
  has_minute_ = false;
}

}  // namespace onetrip
