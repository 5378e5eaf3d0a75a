#include "analyzer/window_archive.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "analyzer/prefetch.hpp"
#include "analyzer/question.hpp"

namespace onetrip {
WindowSummary summarize(const Window& window) {
  const std::uint64_t statements = window.source == WindowSource::named
                                       ? window.totals.statements
                                       : window.trips.size() + window.dropped_trips;
  return {window.id,
          window.name,
          window.source,
          static_cast<std::uint32_t>(window.sessions.size()),
          static_cast<std::uint32_t>(statements),
          milliseconds_of(std::max(Time{}, window.last - window.opened)),
          window.dropped_trips > 0,
          window.trace};
}

const std::string& ArchivedWindow::finding_of(const Trip& trip) const {
  static const std::string none;
  return trip.finding < 0 ? none : findings[static_cast<std::size_t>(trip.finding)].id;
}

const std::string& ArchivedWindow::feeder_of(const Trip& trip) const {
  static const std::string none;
  if (trip.finding < 0) return none;
  const Finding& finding = findings[static_cast<std::size_t>(trip.finding)];
  return finding.parent ? finding.parent->fingerprint : none;
}

/// A new window takes the memory of the oldest, when that has to go anyway and is little.
ArchivedWindow& WindowArchive::place(std::uint64_t number) {
  if (const std::size_t* known = places_.find(number)) return windows_[*known];
  if (size_ == max_windows) {
    forget_oldest();
    warm_oldest();
  }
  const std::size_t here = (oldest_ + size_++) % max_windows;
  if (here == windows_.size()) windows_.emplace_back();
  places_.add(number, here);
  return windows_[here];
}

void WindowArchive::forget_oldest() {
  ArchivedWindow& oldest = windows_[oldest_];
  trips_ -= oldest.trips.size();
  oldest.trips.clear();
  if (oldest.trips.capacity() > most_spare_trips)
    std::vector<ArchivedWindow::Trip>().swap(oldest.trips);
  places_.erase(oldest.number);
  oldest_ = (oldest_ + 1) % max_windows;
  --size_;
}

// Those that go next were put thousands of windows ago: as WindowStore::warm().
void WindowArchive::warm_oldest() const {
  if (size_ < 2) return;
  const ArchivedWindow& first = nth(0);
  prefetch_front(first.trips);
  for (const std::string* text : {&first.summary.id, &first.summary.trace, &first.label})
    prefetch_front(*text);
  prefetch(&nth(1), sizeof(ArchivedWindow));
}

std::vector<const ArchivedWindow*> WindowArchive::all() const {
  std::vector<const ArchivedWindow*> all;
  all.reserve(size_);
  for (std::size_t n = 0; n < size_; ++n) all.push_back(&nth(n));
  std::sort(all.begin(), all.end(),
            [](const ArchivedWindow* a, const ArchivedWindow* b) { return a->number > b->number; });
  return all;
}

// All but its trips.
ArchivedWindow& WindowArchive::describe(const Window& window) {
  ArchivedWindow& archived = place(window.number);
  archived.number = window.number;
  archived.container = window.container;
  archived.summary = summarize(window);
  archived.label = window.label;
  archived.application = window.application;
  archived.database = window.database;
  archived.open = !window.closed;
  archived.saturated = window.saturated;
  archived.set_up = window.set_up;
  archived.opened = window.opened;
  return archived;
}

ArchivedWindow& WindowArchive::copy(const Window& window) {
  ArchivedWindow& archived = describe(window);
  trips_ -= archived.trips.size();
  archived.trips.resize(window.trips.size());
  for (std::size_t t = 0; t < window.trips.size(); ++t) {
    const Trip& trip = window.trips[t];
    ArchivedWindow::Trip& kept = archived.trips[t];
    kept.statement = trip.statement;
    kept.offset_ms = milliseconds_of(trip.sent - window.opened);
    kept.server_ms = milliseconds_of(trip.complete - trip.begun);
    kept.rows = trip.rows;
    kept.bytes = trip.bytes;
    kept.session = trip.session;
    kept.values = values_of(trip).value_or(0);
    kept.sqlstate = trip.outcome == Outcome::failed ? trip.sqlstate : std::array<char, 5>{};
    kept.finding = -1;
  }
  trips_ += archived.trips.size();
  return archived;
}

void WindowArchive::put(const Window& window, std::vector<Finding> findings) {
  ArchivedWindow& archived = copy(window);
  archived.findings = std::move(findings);
  make_room();
  if (archived.findings.empty()) return;
  std::unordered_map<std::string_view, std::int32_t> finding_of;
  for (std::size_t f = 0; f < archived.findings.size(); ++f)
    finding_of.try_emplace(archived.findings[f].statement.fingerprint,
                           static_cast<std::int32_t>(f));
  for (ArchivedWindow::Trip& trip : archived.trips) {
    const auto found = finding_of.find(trip.statement->fingerprint);
    if (found != finding_of.end()) trip.finding = found->second;
  }
}

void WindowArchive::refresh(const Window& window) {
  const std::size_t* known = places_.find(window.number);
  put(window, known == nullptr ? std::vector<Finding>{} : std::move(windows_[*known].findings));
}

void WindowArchive::make_room() {
  while (size_ > 1 && trips_ > max_trips) forget_oldest();
}

const ArchivedWindow* WindowArchive::find(const std::string& id_or_name) const {
  const ArchivedWindow* newest = nullptr;
  for (std::size_t n = 0; n < size_; ++n) {
    const ArchivedWindow& window = nth(n);
    const WindowSummary& summary = window.summary;
    const bool known =
        summary.id == id_or_name || summary.name == id_or_name || summary.trace == id_or_name;
    if (!known || id_or_name.empty()) continue;
    if (newest == nullptr || newest->number < window.number) newest = &window;
  }
  return newest;
}

const ArchivedWindow* WindowArchive::find(std::uint64_t number) const {
  const std::size_t* known = places_.find(number);
  return known == nullptr ? nullptr : &windows_[*known];
}

std::set<std::uint64_t> WindowArchive::inside(const ArchivedWindow& window) const {
  std::set<std::uint64_t> inside{window.number};
  // Containers that were opened later have higher numbers; those of helpers may nest either way.
  for (std::size_t before = 0; before != inside.size();) {
    before = inside.size();
    for (std::size_t n = 0; n < size_; ++n)
      if (inside.contains(nth(n).container)) inside.insert(nth(n).number);
  }
  return inside;
}

std::vector<WindowArchive::Placed> WindowArchive::trips_in(const ArchivedWindow& window) const {
  std::vector<Placed> trips;
  const auto add = [&](const ArchivedWindow& other) {
    const double shift = milliseconds_of(other.opened - window.opened);
    for (const ArchivedWindow::Trip& trip : other.trips)
      trips.push_back({&other, &trip, trip.offset_ms + shift});
  };
  if (window.summary.source != WindowSource::named) {
    add(window);
    return trips;
  }
  for (const std::uint64_t number : inside(window)) add(at(number));
  std::stable_sort(trips.begin(), trips.end(),
                   [](const Placed& a, const Placed& b) { return a.offset_ms < b.offset_ms; });
  return trips;
}

std::vector<Finding> WindowArchive::findings_in(const std::string& id_or_name) const {
  const ArchivedWindow* root = find(id_or_name);
  if (root == nullptr) return {};
  std::map<std::string, const Finding*> by_id;
  for (const std::uint64_t number : inside(*root))
    for (const Finding& finding : at(number).findings) {
      const Finding*& kept = by_id[finding.id];
      if (kept == nullptr || worse(finding, *kept)) kept = &finding;
    }
  std::vector<Finding> findings;
  for (const auto& [id, finding] : by_id) findings.push_back(*finding);
  std::sort(findings.begin(), findings.end(), worse);
  return findings;
}

std::size_t WindowArchive::footprint() const {
  std::size_t size = windows_.capacity() * sizeof(ArchivedWindow);
  for (const ArchivedWindow& window : windows_)
    size += window.trips.capacity() * sizeof(ArchivedWindow::Trip);
  return size;
}

void WindowArchive::clear() {
  windows_.clear();
  places_.clear();
  oldest_ = size_ = 0;
  trips_ = 0;
}

}  // namespace onetrip
