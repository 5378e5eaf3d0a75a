#include "analyzer/window_store.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "analyzer/prefetch.hpp"

namespace onetrip {

namespace {

constexpr Time kept_for = std::chrono::seconds(30);
constexpr std::size_t most_kept = 1000;
constexpr std::size_t most_spare = 64;
constexpr std::size_t most_spare_trips = 64;  ///< whose room a spare entry keeps
constexpr std::size_t most_room = 65'536;     ///< trips, of all rooms

// A bijection (splitmix64's finish), so that different numbers give different ids.
std::uint64_t scatter(std::uint64_t number) {
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9ULL;
  number = (number ^ (number >> 27)) * 0x94d049bb133111ebULL;
  return number ^ (number >> 31);
}

void write_hex(std::uint64_t number, std::string& text) {
  text.resize(16);
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, number >>= 4U) {
    *digit = "0123456789abcdef"[number & 15U];
  }
}

/// As a new one, but that texts and lists keep their memory.
void empty(WindowStore::Entry& entry) {
  clear(entry.window);
  entry.label_rank = WindowStore::LabelRank::none;
  entry.key = entry.session = 0;
  entry.kept_until = {};
  entry.timer.reset();
}

// A window's trips all gone, at most so much of the cap stays in use: evicting is rare then.
constexpr std::size_t low_water(std::size_t bytes) {
  return bytes - bytes / 10;
}

}  // namespace

WindowStore::WindowStore(const WindowTable::Config& config, WindowTable::Closed closed)
    : config_(config), closed_(std::move(closed)) {}

// An entry at the end of the open ones, with nothing in it but memory.
WindowStore::Entry& WindowStore::blank() {
  if (spare_.empty()) {
    open_.emplace_back();
  } else {
    open_.splice(open_.end(), spare_, spare_.begin());
  }
  Entry& entry = open_.back();
  entry.place = std::prev(open_.end());
  return entry;
}

WindowStore::Entry& WindowStore::open(WindowSource source, Time now) {
  Entry& entry = blank();
  entry.window.number = ++last_number_;
  write_hex(scatter(last_number_ + config_.id_seed), entry.window.id);
  entry.window.source = source;
  entry.window.opened = entry.window.last = now;
  by_number_.add(last_number_, &entry);
  ++counters_.opened[static_cast<std::size_t>(source)];
  if (open_.size() > config_.max_open) evict_open(last_number_);
  limit_kept();
  return entry;
}

WindowStore::Entry& WindowStore::open_keyed(WindowSource source, std::uint64_t key, Time now) {
  Entry& entry = open(source, now);
  entry.key = key;
  by_key_[key] = &entry;
  return entry;
}

WindowStore::Entry* WindowStore::find(std::uint64_t number) {
  Entry* const* found = by_number_.find(number);
  return found == nullptr ? nullptr : *found;
}

WindowStore::Entry* WindowStore::find_key(std::uint64_t key) {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : found->second;
}

void WindowStore::judge(Entry& entry) {
  entry.window.closed = true;
  if (closed_) closed_(entry.window);
}

void WindowStore::close(Entry& entry, Time now) {
  if (entry.window.closed) return;
  judge(entry);
  kept_.splice(kept_.end(), open_, entry.place);
  kept_bytes_ += entry.window.bytes;
  entry.kept_until = now + kept_for;
  entry.timer.reset();
}

void WindowStore::reopen(Entry& entry) {
  if (!entry.window.closed) return;
  entry.window.closed = false;
  open_.splice(open_.end(), kept_, entry.place);
  kept_bytes_ -= entry.window.bytes;
  ++counters_.reopened;
}

void WindowStore::end(std::uint64_t number) {
  Entry* entry = find(number);
  if (!entry) return;
  if (entry->window.closed) {
    kept_bytes_ -= entry->window.bytes;
    spare_.splice(spare_.begin(), kept_, entry->place);
  } else {
    judge(*entry);
    spare_.splice(spare_.begin(), open_, entry->place);
  }
  forget(*entry);
}

// It is the first of the spare ones already.
void WindowStore::forget(Entry& entry) {
  bytes_ -= entry.window.bytes;
  if (entry.key != 0) by_key_.erase(entry.key);
  by_number_.erase(entry.window.number);
  leave_room(entry);
  if (entry.window.trips.capacity() > most_spare_trips) keep_room(std::move(entry.window.trips));
  if (spare_.size() > most_spare) {
    spare_.pop_front();
  } else {
    empty(entry);
  }
}

// A few windows are long: they hand their room on to those that will be.
void WindowStore::keep_room(std::vector<Trip> room) {
  if (room_ + room.capacity() > most_room) return;
  room.clear();
  rooms_.push_back(std::move(room));
  room_ += rooms_.back().capacity();
}

void WindowStore::leave_room(Entry& entry) {
  if (std::exchange(entry.has_room, false)) room_ -= entry.window.trips.capacity();
}

void WindowStore::grow(Entry& entry) {
  std::vector<Trip>& trips = entry.window.trips;
  leave_room(entry);  // it is too small now
  const bool fits = !rooms_.empty() && rooms_.back().capacity() > trips.size();
  if (trips.size() < most_spare_trips || !fits) return;
  std::move(trips.begin(), trips.end(), std::back_inserter(rooms_.back()));
  trips = std::move(rooms_.back());
  rooms_.pop_back();
  entry.has_room = true;
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
  if (window.indexed_rows + trip.indexed_rows() > config_.max_rows) {
    trip.keep(trip.slots(), trip.elements(), {}, {});
    ++counters_.unindexed_results;
  }
  place(entry, std::move(trip));
  if (bytes_ > config_.max_bytes) shed(window.number);
}

void WindowStore::place(Entry& entry, Trip&& trip) {
  Window& window = entry.window;
  const std::size_t size = trip.footprint();
  window.bytes += size;
  window.indexed_rows += trip.indexed_rows();
  bytes_ += size;
  window.last = std::max(window.last, trip.complete);
  window.opened = std::min(window.opened, trip.sent);
  note_session(entry, trip.session);
  // Connections of one trace may be read by several threads, whose events come a little out of
  // order.
  if (window.trips.size() == window.trips.capacity()) grow(entry);
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
    window.indexed_rows -= trip.indexed_rows();
    bytes_ -= trip.footprint();
  }
  if (!taken.empty()) window.judged_trips = 0;
  return taken;
}

void WindowStore::set_timer(Entry& entry, Time when) {
  entry.timer = when;
  const Timer timer{when, entry.window.number};
  if (queue_.empty() || when >= queue_.back().when) {
    queue_.push_back(timer);
  } else {
    heap_.push(timer);
  }
}

std::optional<WindowStore::Timer> WindowStore::take_timer(Time now) {
  const bool queued = !queue_.empty() && (heap_.empty() || queue_.front().when <= heap_.top().when);
  if (!queued && heap_.empty()) return std::nullopt;
  const Timer timer = queued ? queue_.front() : heap_.top();
  if (timer.when > now) return std::nullopt;
  queued ? queue_.pop_front() : heap_.pop();
  return timer;
}

WindowStore::Entry* WindowStore::due(Time now) {
  while (const std::optional<Timer> timer = take_timer(now)) {
    Entry* entry = find(timer->number);
    if (!entry || entry->timer != timer->when) continue;
    entry->timer.reset();
    return entry;
  }
  if (kept_.empty() || kept_.front().kept_until > now) return nullptr;
  return &kept_.front();
}

std::optional<Time> WindowStore::next_due() const {
  std::optional<Time> due;
  const auto at_latest = [&due](Time when) { due = std::min(due.value_or(when), when); };
  if (!queue_.empty()) at_latest(queue_.front().when);
  if (!heap_.empty()) at_latest(heap_.top().when);
  if (!kept_.empty()) at_latest(kept_.front().kept_until);
  return due;
}

void WindowStore::for_each(const std::function<void(Entry&)>& visit) {
  for (Entry& entry : kept_) visit(entry);
  for_each_open(visit);
}

void WindowStore::for_each_open(const std::function<void(Entry&)>& visit) {
  for_each_open_before(Time::max(), visit);
}

void WindowStore::for_each_open_before(Time when, const std::function<void(Entry&)>& visit) {
  for (auto here = open_.begin(); here != open_.end();) {
    Entry& entry = *here++;
    if (entry.window.opened >= when) return;
    warm(here);
    visit(entry);
  }
}

std::vector<std::uint64_t> WindowStore::numbers() const {
  std::vector<std::uint64_t> numbers;
  numbers.reserve(open_.size() + kept_.size());
  for (const std::list<Entry>* list : {&open_, &kept_})
    for (const Entry& entry : *list) numbers.push_back(entry.window.number);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

void WindowStore::strip(Window& window) {
  const std::size_t before = window.bytes;
  for (Trip& trip : window.trips) {
    const std::size_t size = trip.footprint();
    if (size == sizeof(Trip)) continue;  // nothing would be gained
    window.indexed_rows -= trip.indexed_rows();
    trip.keep(trip.slots(), trip.elements(), {}, {});
    window.bytes -= size - trip.footprint();
  }
  if (before == window.bytes) return;
  bytes_ -= before - window.bytes;
  if (window.closed) kept_bytes_ -= before - window.bytes;
  ++counters_.shed;
}

// Cells first, then whole windows, oldest first in both, and those that closed before those that
// are open; at last the trips of the window itself.
void WindowStore::shed(std::uint64_t but) {
  const std::size_t enough = low_water(config_.max_bytes);
  for (std::list<Entry>* list : {&kept_, &open_}) {
    for (Entry& entry : *list) {
      if (bytes_ <= enough) return;
      strip(entry.window);
    }
  }
  for (std::list<Entry>* list : {&kept_, &open_}) {
    for (auto here = list->begin(); here != list->end() && bytes_ > enough;) {
      const Window& window = (here++)->window;
      if (window.number == but || window.source == WindowSource::named) continue;
      end(window.number);
      ++counters_.shed;
    }
  }
  Entry* last = find(but);
  if (bytes_ <= enough || !last) return;
  Window& window = last->window;
  ++counters_.shed;
  window.dropped_trips += window.trips.size();
  if (!std::exchange(window.saturated, true)) ++counters_.saturated;
  bytes_ -= window.bytes;
  window.bytes = window.indexed_rows = 0;
  window.judged_trips = 0;
  leave_room(*last);
  std::vector<Trip>().swap(window.trips);
}

// Open windows from there on are looked at next, and were not for ten thousand others. A step at a
// time, since each step reads what the one before brought.
void WindowStore::warm(Place first) const {
  const auto after = [this](Place at) { return at == open_.end() ? at : std::next(at); };
  const Place second = after(first), third = after(second);
  if (third == open_.end()) return;
  prefetch(&*third, sizeof(Entry));
  if (const auto& trips = second->window.trips; !trips.empty())
    prefetch(&trips.front(), sizeof(Trip));
  if (const auto& trips = first->window.trips; !trips.empty())
    prefetch_front(trips.front().slots());
  for (const std::string* text : {&first->window.id, &first->window.label, &first->window.trace})
    prefetch_front(*text);
}

// The oldest ones that may go, until there are not too many.
void WindowStore::evict_open(std::uint64_t but) {
  for (auto here = open_.begin(); here != open_.end() && open_.size() > config_.max_open;) {
    const Window& window = (here++)->window;
    if (window.number == but || window.source == WindowSource::named) continue;
    end(window.number);
    ++counters_.closed_early;
  }
  warm(open_.begin());
}

void WindowStore::limit_kept() {
  while (!kept_.empty() && (kept_.size() > most_kept || kept_bytes_ > config_.max_bytes / 4)) {
    end(kept_.front().window.number);
  }
}

}  // namespace onetrip
