#include "analyzer/profile.hpp"

#include <algorithm>
#include <utility>

namespace onetrip {
Profile::Entry& Profile::Entry::operator+=(const Entry& other) {
  thought += other.thought;
  earlier += other.earlier;
  minute += other.minute;
  return *this;
}

void Profile::add(const StatementPtr& statement, const Execution& execution) {
  Entry& shape = shapes_.at(statement->id, execution.complete - execution.begun);
  if (shape.calls() == 0 && &shape != &shapes_.rest()) shape.statement = statement;
  shape.minute.add(execution);
  has_minute_ = true;
}

void Profile::add_window(Window& window, std::span<const Time> thought) {
  ++closed_windows_;
  for (const Trip& trip : window.trips)
    if (trip.profiled) shapes_.find(trip.statement->id).last_window = closed_windows_;
  for (std::size_t i = 0; i < window.trips.size(); ++i) {
    Trip& trip = window.trips[i];
    if (std::exchange(trip.profiled, true)) continue;
    Entry& shape = shapes_.find(trip.statement->id);
    if (!thought.empty()) shape.thought += thought[i];
    if (std::exchange(shape.last_window, closed_windows_) != closed_windows_) ++shape.windows;
  }
}

Time Profile::total() const {
  Time all = shapes_.rest().total();
  for (const auto& [id, shape] : shapes_.entries()) all += shape.total();
  return all;
}

std::string Profile::name_of(const Entry& shape) {
  return shape.statement ? shape.statement->fingerprint : "other";
}

Profile::Row Profile::show(const Entry& shape, Time all) const {
  return {figures_of(shape.cost(), all),
          name_of(shape),
          shape.statement ? shape.statement->summary : "",
          shape.statement ? shape.statement->normalized : "",
          shape.windows,
          milliseconds_of(shape.thought),
          milliseconds_of(shape.missed)};
}

std::vector<Profile::Row> Profile::rows(std::string_view sort, std::size_t limit) const {
  const Time all = total();
  std::vector<Row> rows;
  for (const auto& [id, shape] : shapes_.entries()) rows.push_back(show(shape, all));
  if (counted_together() > 0) rows.push_back(show(shapes_.rest(), all));
  std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
    const double left = figure(a, sort), right = figure(b, sort);
    return left != right ? left > right : a.fingerprint < b.fingerprint;
  });
  if (rows.size() > limit) rows.resize(limit);
  return rows;
}

std::optional<Profile::Row> Profile::row(std::string_view fingerprint) const {
  if (fingerprint == "other" && counted_together() > 0) return show(shapes_.rest(), total());
  for (const auto& [id, shape] : shapes_.entries())
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
  for (auto& [id, shape] : shapes_.entries()) take(shape);
  take(shapes_.rest());
  has_minute_ = false;
  return rows;
}

void Profile::clear() {
  shapes_.clear();
  has_minute_ = false;
}

}  // namespace onetrip
