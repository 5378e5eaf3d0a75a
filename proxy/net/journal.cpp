#include "proxy/net/journal.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <new>
#include <string>

namespace onetrip {

namespace {

// Some fifteen statements: what they tell stays in the nearest cache until it is taken.
constexpr std::size_t step_bytes = std::size_t{8} << 10U;
constexpr std::size_t largest_piece = std::size_t{16} << 10U;

}  // namespace

struct Journal::Entry {
  enum class Kind : std::uint8_t { startup, client, server, closed };

  Observer* observer = nullptr;
  Time now{};
  std::uint32_t size = 0;  ///< of the bytes behind it
  Kind kind = Kind::closed;
  bool paused = false;
  bool lost = false;  ///< bytes before it were

  /// With its bytes, in a page.
  std::size_t length() const { return (sizeof(Entry) + size + 7) / 8 * 8; }
};

struct Journal::Page {
  static constexpr std::size_t capacity = std::size_t{64} << 10U;
  static constexpr std::size_t open = std::numeric_limits<std::size_t>::max();

  std::atomic<std::size_t> end{open};  ///< where the next page goes on
  Page* next = nullptr;                ///< set before `end`
  alignas(Entry) std::array<std::byte, capacity> bytes;
};

Journal::Journal(EventSink& sink) : sink_(sink) {
  reader_.page = std::make_unique<Page>();
  writer_.page = reader_.page.get();
  asked_ = sink_.attach(this);
}

Journal::~Journal() {
  end();
  delete spare_.load();
}

void Journal::end() {
  if (!asked_) return;
  sink_.attach(nullptr);
  const std::lock_guard lock(reader_.looking);
  step_through();
  asked_ = false;
}

std::size_t Journal::waiting() const noexcept {
  return writer_.written.load(std::memory_order_seq_cst) -
         reader_.looked.load(std::memory_order_relaxed);
}

// The reader's line is looked at only when it seems that `enough` waits.
std::size_t Journal::waiting_from(std::size_t enough) noexcept {
  const std::uint64_t written = writer_.written.load(std::memory_order_relaxed);
  if (written - writer_.seen_looked >= enough)
    writer_.seen_looked = reader_.looked.load(std::memory_order_relaxed);
  return written - writer_.seen_looked;
}

bool Journal::put(Entry entry, Bytes bytes) noexcept {
  if (!asked_) {
    show(entry, bytes);
    return true;
  }
  if (bytes.size() >= long_read && show_now(entry, bytes)) return true;
  const std::size_t waits = waiting_from(much);
  if (waits >= much) help(bytes.size());
  if (waits + bytes.size() > most && entry.kind != Entry::Kind::closed) return false;
  do {
    const Bytes piece = bytes.first(std::min(bytes.size(), largest_piece));
    bytes = bytes.subspan(piece.size());
    entry.size = static_cast<std::uint32_t>(piece.size());
    if (!add(entry, piece)) return false;
  } while (!bytes.empty());
  return true;
}

bool Journal::add(const Entry& entry, Bytes bytes) noexcept {
  const std::size_t length = entry.length();
  if (writer_.used + length > Page::capacity && !turn_page()) return false;
  std::byte* const place = writer_.page->bytes.data() + writer_.used;
  std::memcpy(place, &entry, sizeof entry);
  if (!bytes.empty()) std::memcpy(place + sizeof entry, bytes.data(), bytes.size());
  writer_.used += length;
  // Before the sink's look at whether somebody rests: either this thread sees that, or that one
  // sees the bytes.
  writer_.written.store(writer_.written.load(std::memory_order_relaxed) + length,
                        std::memory_order_seq_cst);
  const bool half = waiting_from(much / 2) >= much / 2;
  sink_.nudge(half && !writer_.woke);
  writer_.woke = half;
  return true;
}

bool Journal::turn_page() noexcept {
  Page* fresh = spare_.exchange(nullptr, std::memory_order_acquire);
  if (fresh == nullptr) fresh = new (std::nothrow) Page;
  if (fresh == nullptr) return false;
  writer_.page->next = fresh;
  writer_.page->end.store(writer_.used, std::memory_order_relaxed);
  writer_.page = fresh;
  writer_.used = 0;
  return true;
}

bool Journal::show_now(const Entry& entry, Bytes bytes) noexcept {
  if (waiting_from(0) > little) return false;
  const std::unique_lock lock(reader_.looking, std::try_to_lock);
  if (!lock) return false;
  step_through();
  show(entry, bytes);
  return true;
}

void Journal::help(std::size_t size) noexcept {
  const std::unique_lock lock(reader_.looking, std::try_to_lock);
  if (!lock) return;
  for (std::size_t looked = step(); looked != 0 && looked < size; looked += step()) {
  }
}

// An end is kept, whatever it takes: nothing else would free its observer.
void Journal::put_end(const Entry& entry) noexcept {
  if (put(entry, {})) return;
  const std::lock_guard lock(reader_.looking);
  step_through();
  show(entry, {});
}

std::size_t Journal::look() noexcept {
  const std::lock_guard lock(reader_.looking);
  return step();
}

std::size_t Journal::step() noexcept {
  const std::uint64_t until = writer_.written.load(std::memory_order_acquire);
  const std::uint64_t from = reader_.looked.load(std::memory_order_relaxed);
  std::uint64_t here = from;
  while (here != until && here - from < step_bytes) {
    if (reader_.at == reader_.page->end.load(std::memory_order_relaxed)) finish_page();
    std::byte* const place = reader_.page->bytes.data() + reader_.at;
    Entry entry;
    std::memcpy(&entry, place, sizeof entry);
    const std::size_t length = entry.length();
    here += length;
    reader_.at += length;
    if (here != until) expect_next();
    show(entry, Bytes(place + sizeof entry, entry.size));
    std::fill_n(place, length, std::byte{0});  // for a core dump
  }
  reader_.looked.store(here, std::memory_order_release);
  return here - from;
}

void Journal::step_through() noexcept {
  while (step() != 0) {
  }
}

void Journal::expect_next() const noexcept {
  if (reader_.at == reader_.page->end.load(std::memory_order_relaxed)) return;
  Entry next;
  std::memcpy(&next, reader_.page->bytes.data() + reader_.at, sizeof next);
  next.observer->expect();
}

void Journal::finish_page() noexcept {
  std::unique_ptr<Page> done = std::move(reader_.page);
  reader_.page.reset(done->next);
  reader_.at = 0;
  done->next = nullptr;
  done->end.store(Page::open, std::memory_order_relaxed);
  Page* none = nullptr;
  if (spare_.compare_exchange_strong(none, done.get(), std::memory_order_release,
                                     std::memory_order_relaxed))
    done.release();
}

void Journal::show(const Entry& entry, Bytes bytes) noexcept {
  Observer& observer = *entry.observer;
  entry.paused ? observer.pause() : observer.resume();
  if (entry.lost) observer.missed(entry.now);
  switch (entry.kind) {
    case Entry::Kind::startup: {
      std::string_view text = as_text(bytes);
      const auto take = [&text] {
        const std::string_view word = text.substr(0, text.find('\0'));
        text.remove_prefix(word.size() + 1);
        return word;
      };
      const std::string_view client = take();
      const std::string_view upstream = take();
      return observer.startup(as_bytes(text), client, upstream, entry.now);
    }
    case Entry::Kind::client:
      return observer.client_bytes(bytes, entry.now);
    case Entry::Kind::server:
      return observer.server_bytes(bytes, entry.now);
    case Entry::Kind::closed:
      observer.closed(entry.now);
      delete &observer;
  }
}

Scribe::Scribe(Journal& journal, SessionId session, const ValueHasher& hasher, const Limits& limits)
    : journal_(journal),
      observer_(std::make_unique<Observer>(session, hasher, journal.sink_, journal.pool_, limits)) {
}

Scribe::~Scribe() {
  closed(last_);
}

// An address has no zero in it.
void Scribe::startup(Bytes packet, std::string_view client, std::string_view upstream, Time now) {
  std::string opening;
  opening.append(client).append(1, '\0').append(upstream).append(1, '\0').append(as_text(packet));
  put({.now = now, .kind = Journal::Entry::Kind::startup}, as_bytes(opening));
}

void Scribe::client_bytes(Bytes bytes, Time now) noexcept {
  put({.now = now, .kind = Journal::Entry::Kind::client}, bytes);
}

void Scribe::server_bytes(Bytes bytes, Time now) noexcept {
  put({.now = now, .kind = Journal::Entry::Kind::server}, bytes);
}

void Scribe::put(Journal::Entry entry, Bytes bytes) noexcept {
  if (loss_ == Loss::told || !observer_) return;
  last_ = entry.now;
  entry.observer = observer_.get();
  entry.paused = paused_;
  entry.lost = loss_ == Loss::untold;
  const bool kept = journal_.put(entry, entry.lost ? Bytes() : bytes);
  if (kept && entry.lost) loss_ = Loss::told;
  if (!kept) loss_ = Loss::untold;
}

void Scribe::closed(Time now) noexcept {
  if (!observer_) return;
  Journal::Entry entry;
  entry.observer = observer_.release();
  entry.now = now;
  entry.paused = paused_;
  entry.lost = loss_ != Loss::none;
  journal_.put_end(entry);
}

}  // namespace onetrip
