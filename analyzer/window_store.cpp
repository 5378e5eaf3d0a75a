#include "analyzer/window_store.hpp"

#include <algorithm>
#include <utility>

namespace onetrip {

namespace {

constexpr Time kept_for = std::chrono::seconds(30);
constexpr std::size_t most_kept = 1000;

// A bijection (splitmix64's finish), so that different numbers give different ids.
std::uint64_t scatter(std::uint64_t number) {
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9ULL;
  number = (number ^ (number >> 27)) * 0x94d049bb133111ebULL;
  return number ^ (number >> 31);
}

std::string hex(std::uint64_t number) {
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, number >>= 4U) {
    *digit = "0123456789abcdef"[number & 15U];
  }
  return text;
}

// A window's trips all gone, at most so much of the cap stays in use: evicting is rare then.
constexpr std::size_t low_water(std::size_t bytes) {
  return bytes - bytes / 10;
}

}  // namespace

WindowStore::WindowStore(const WindowTable::Config& config, WindowTable::Closed closed)
    : config_(config), closed_(std::move(closed)) {}

WindowStore::Entry& WindowStore::open(WindowSource source, Time now) {
  auto made = std::make_unique<Entry>();
  Entry& entry = *made;
  entry.window.number = ++last_number_;
  entry.window.id = hex(scatter(last_number_ + config_.id_seed));
  entry.window.source = source;
  entry.window.opened = entry.window.last = now;
  entries_.emplace(last_number_, std::move(made));
  ++counters_.opened[static_cast<std::size_t>(source)];
  ++open_;
  limit_open(last_number_, now);
  return entry;
}

WindowStore::Entry& WindowStore::open_keyed(WindowSource source, std::uint64_t key, Time now) {
  Entry& entry = open(source, now);
  entry.key = key;
  by_key_[key] = entry.window.number;
  return entry;
}

WindowStore::Entry* WindowStore::find(std::uint64_t number) {
  if (number == 0) return nullptr;
  Entry*& lately = lately_[number % lately_.size()];
  if (lately != nullptr && lately->window.number == number) return lately;
  const auto found = entries_.find(number);
  return found == entries_.end() ? nullptr : lately = found->second.get();
}

WindowStore::Entry* WindowStore::find_key(std::uint64_t key) {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : find(found->second);
}

void WindowStore::close(Entry& entry, Time now) {
  if (entry.window.closed) return;
  entry.window.closed = true;
  --open_;
  if (closed_) closed_(entry.window);
  entry.kept_until = now + kept_for;
  set_timer(entry, entry.kept_until);
  kept_.push_back(entry.window.number);
  kept_bytes_ += entry.window.bytes;
}

void WindowStore::reopen(Entry& entry) {
  if (!entry.window.closed) return;
  entry.window.closed = false;
  ++open_;
  ++counters_.reopened;
  kept_bytes_ -= entry.window.bytes;
}

void WindowStore::end(std::uint64_t number, Time now) {
  Entry* entry = find(number);
  if (!entry) return;
  close(*entry, now);
  forget(*entry);
}

void WindowStore::forget(Entry& entry) {
  bytes_ -= entry.window.bytes;
  if (entry.window.closed) {
    kept_bytes_ -= entry.window.bytes;
  } else {
    --open_;
  }
  if (entry.key != 0) by_key_.erase(entry.key);
  Entry*& lately = lately_[entry.window.number % lately_.size()];
  if (lately == &entry) lately = nullptr;
  entries_.erase(entry.window.number);
}

void WindowStore::file(Entry& entry, Trip&& trip) {
  Window& window = entry.window;
  sum(entry, trip);
  if (window.trips.size() >= config_.max_trips) {
    ++window.dropped_trips;
    ++counters_.dropped_trips;
    if (!std::exchange(window.saturated, true)) ++counters_.saturated;
    return;
  }
  place(entry, std::move(trip));
  if (bytes_ > config_.max_bytes) shed(window.number, window.last);
}

void WindowStore::place(Entry& entry, Trip&& trip) {
  Window& window = entry.window;
  const std::size_t size = trip.footprint();
  window.bytes += size;
  bytes_ += size;
  window.last = std::max(window.last, trip.complete);
  window.opened = std::min(window.opened, trip.sent);
  note_session(entry, trip.session);
  // Connections of one trace may be read by several threads, whose events come a little out of
  // order.
  auto behind = window.trips.end();
  if (window.sessions.size() > 1) {
    while (behind != window.trips.begin() && std::prev(behind)->complete > trip.complete) --behind;
  }
  window.trips.insert(behind, std::move(trip));
}

void WindowStore::note_session(Entry& entry, SessionId session) {
  for (Entry* here = &entry; here; here = find(here->window.container)) {
    std::vector<SessionId>& sessions = here->window.sessions;
    // Where it is known, the containers around know it, too.
    if (std::find(sessions.begin(), sessions.end(), session) != sessions.end()) return;
    sessions.push_back(session);
  }
}

void WindowStore::sum(Entry& entry, const Trip& trip) {
  for (Entry* here = &entry; here; here = find(here->window.container)) {
    Window::Totals& totals = here->window.totals;
    ++totals.statements;
    totals.rows += trip.rows;
    totals.bytes += trip.bytes;
    totals.server_time += trip.complete - trip.begun;
    here->window.last = std::max(here->window.last, trip.complete);
  }
}

void WindowStore::refile(Entry& entry, std::vector<Trip>&& trips) {
  for (Trip& trip : trips) {
    Window::Totals& totals = entry.window.totals;
    ++totals.statements;
    totals.rows += trip.rows;
    totals.bytes += trip.bytes;
    totals.server_time += trip.complete - trip.begun;
    place(entry, std::move(trip));
  }
}

std::vector<Trip> WindowStore::take(Entry& entry, const std::function<bool(const Trip&)>& wanted) {
  Window& window = entry.window;
  const auto rest = std::stable_partition(window.trips.begin(), window.trips.end(),
                                          [&](const Trip& trip) { return !wanted(trip); });
  std::vector<Trip> taken(std::make_move_iterator(rest),
                          std::make_move_iterator(window.trips.end()));
  window.trips.erase(rest, window.trips.end());
  for (const Trip& trip : taken) {
    --window.totals.statements;
    window.totals.rows -= trip.rows;
    window.totals.bytes -= trip.bytes;
    window.totals.server_time -= trip.complete - trip.begun;
    window.bytes -= trip.footprint();
    bytes_ -= trip.footprint();
  }
  if (!taken.empty()) window.judged_trips = 0;
  return taken;
}

void WindowStore::set_timer(Entry& entry, Time when) {
  entry.timer = when;
  timers_.push({when, entry.window.number});
}

WindowStore::Entry* WindowStore::due(Time now) {
  while (!timers_.empty() && timers_.top().when <= now) {
    const Timer timer = timers_.top();
    timers_.pop();
    Entry* entry = find(timer.number);
    if (!entry || entry->timer != timer.when) continue;
    entry->timer.reset();
    return entry;
  }
  return nullptr;
}

void WindowStore::for_each(const std::function<void(Entry&)>& visit) {
  for (auto& [number, entry] : entries_) visit(*entry);
}

std::vector<std::uint64_t> WindowStore::numbers() const {
  std::vector<std::uint64_t> numbers;
  numbers.reserve(entries_.size());
  for (const auto& [number, entry] : entries_) numbers.push_back(number);
  return numbers;
}

void WindowStore::strip(Window& window) {
  const std::size_t before = window.bytes;
  for (Trip& trip : window.trips) {
    const std::size_t size = trip.footprint();
    trip.keep(trip.slots, trip.elements, {}, {});
    window.bytes -= size - trip.footprint();
  }
  if (before == window.bytes) return;
  bytes_ -= before - window.bytes;
  if (window.closed) kept_bytes_ -= before - window.bytes;
  ++counters_.evicted;
}

// Cells first, then whole windows, oldest first in both; at last the trips of the window itself.
void WindowStore::shed(std::uint64_t but, Time now) {
  const std::size_t enough = low_water(config_.max_bytes);
  for (auto here = entries_.begin(); here != entries_.end() && bytes_ > enough; ++here) {
    strip(here->second->window);
  }
  for (auto here = entries_.begin(); here != entries_.end() && bytes_ > enough;) {
    const std::uint64_t number = here->first;
    ++here;
    Entry& entry = *find(number);
    if (number == but || entry.window.source == WindowSource::named) continue;
    end(number, now);
    ++counters_.evicted;
  }
  Entry* last = find(but);
  if (bytes_ <= enough || !last) return;
  Window& window = last->window;
  counters_.dropped_trips += window.trips.size();
  window.dropped_trips += window.trips.size();
  if (!std::exchange(window.saturated, true)) ++counters_.saturated;
  bytes_ -= window.bytes;
  window.bytes = 0;
  window.judged_trips = 0;
  std::vector<Trip>().swap(window.trips);
}

void WindowStore::limit_open(std::uint64_t but, Time now) {
  for (auto here = entries_.begin(); here != entries_.end() && open_ > config_.max_open;) {
    const std::uint64_t number = here->first;
    ++here;
    const Window& window = find(number)->window;
    if (number == but || window.closed || window.source == WindowSource::named) continue;
    end(number, now);
    ++counters_.evicted;
  }
  limit_kept();
}

void WindowStore::limit_kept() {
  while (!kept_.empty()) {
    Entry* oldest = find(kept_.front());
    const bool stale = !oldest || !oldest->window.closed;
    const bool too_many = kept_.size() > most_kept || kept_bytes_ > config_.max_bytes / 4;
    if (!stale && !too_many) return;
    kept_.pop_front();
    if (!stale) forget(*oldest);
  }
}

}  // namespace onetrip
