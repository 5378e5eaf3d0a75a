#include "proxy/net/journal.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <new>
#include <string>

namespace onetrip {

namespace {

// Some tens of statements: what they tell stays in the nearest cache until it is taken.
constexpr std::size_t step_bytes = std::size_t{8} << 10U;

// The addresses, each before a zero, which neither has in it, and the packet.
std::string startup_text(Bytes packet, std::string_view client, std::string_view upstream) {
  std::string text;
  text.append(client).append(1, '\0').append(upstream).append(1, '\0').append(as_text(packet));
  return text;
}

void show_startup(Observer& observer, std::string_view text, Time now) {
  const auto take = [&text] {
    const std::string_view word = text.substr(0, text.find('\0'));
    text.remove_prefix(word.size() + 1);
    return word;
  };
  const std::string_view client = take();
  const std::string_view upstream = take();
  observer.startup(as_bytes(text), client, upstream, now);
}

}  // namespace

struct Journal::Watched {
  Watched(SessionId session, const ValueHasher& hasher, Journal& journal, const Limits& limits)
      : observer(session, hasher, journal.writer_.sink, journal.reader_.pool, limits) {}

  Observer observer;              ///< of whoever holds reader_.looking
  std::atomic<bool> over{false};  ///< nothing is looked at any more
};

struct Journal::Entry {
  enum class Kind : std::uint8_t { startup, client, server, closed };

  Watched* watched = nullptr;
  Time now{};
  std::uint32_t size = 0;  ///< of the bytes behind it
  Kind kind = Kind::closed;
  bool paused = false;
  bool lost = false;  ///< bytes before it were

  /// With its bytes, in a page.
  std::size_t length() const { return (sizeof(Entry) + size + 7) / 8 * 8; }
};

struct Journal::Page {
  static constexpr std::size_t capacity = (std::size_t{64} << 10U) - 2 * sizeof(std::size_t);
  static constexpr std::size_t largest_piece = capacity / 4 - sizeof(Entry) - alignof(Entry);
  static constexpr std::size_t open = std::numeric_limits<std::size_t>::max();

  std::atomic<std::size_t> end{open};  ///< where the next page goes on
  Page* next = nullptr;                ///< set before `end`
  alignas(Entry) std::array<std::byte, capacity> bytes;
};

Journal::Journal(EventSink& sink, std::size_t most) : writer_{sink, most} {
  reader_.page = std::make_unique<Page>();
  writer_.page = reader_.page.get();
  writer_.asked = sink.attach(this);
}

Journal::~Journal() {
  end();
  delete spare_.load();
}

void Journal::end() {
  if (!writer_.asked) return;
  {
    const std::lock_guard lock(reader_.looking);
    step_through();
  }
  writer_.sink.attach(nullptr);
  writer_.asked = false;
}

// What was looked at is asked for first: it never exceeds what is found written then.
std::size_t Journal::waiting() const noexcept {
  const std::uint64_t looked = reader_.looked.load(std::memory_order_acquire);
  return writer_.written.load(std::memory_order_seq_cst) - looked;
}

// The reader's line is looked at only when it seems that `enough` waits.
std::size_t Journal::waiting_from(std::size_t enough) noexcept {
  const std::uint64_t written = writer_.written.load(std::memory_order_relaxed);
  if (written - writer_.seen_looked >= enough)
    writer_.seen_looked = reader_.looked.load(std::memory_order_relaxed);
  return written - writer_.seen_looked;
}

bool Journal::put(const Entry& entry, Bytes bytes) noexcept {
  if (!writer_.asked) {
    show(entry, bytes);
    return true;
  }
  if (bytes.size() >= long_read && show_now(entry, bytes)) return true;
  if (waiting_from(much) >= much || !has_room(bytes.size())) help(bytes.size());
  if (entry.kind != Entry::Kind::closed && !has_room(bytes.size())) return false;
  do {
    const Bytes piece = bytes.first(std::min(bytes.size(), Page::largest_piece));
    if (!add(entry, piece)) return false;
    bytes = bytes.subspan(piece.size());
  } while (!bytes.empty());
  return true;
}

bool Journal::has_room(std::size_t size) noexcept {
  const std::size_t room = size >= long_read ? writer_.most / 2 : writer_.most;
  return waiting_from(room / 2) + size <= room;
}

bool Journal::add(Entry entry, Bytes bytes) noexcept {
  entry.size = static_cast<std::uint32_t>(bytes.size());
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
  writer_.sink.nudge(half && !writer_.woke);
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

// Until there is room, and at more than comes, so that what waits gets less.
void Journal::help(std::size_t size) noexcept {
  const std::unique_lock lock(reader_.looking, std::try_to_lock);
  if (!lock) return;
  for (std::size_t looked = 0, more = 1; more != 0 && (looked <= 2 * size || !has_room(size));
       looked += more)
    more = step();
}

// An end is kept, whatever it takes, since nothing else would free its observer: without memory for
// it, it waits for the other thread's look.
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
  next.watched->observer.expect();
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
    (void)done.release();
}

void Journal::show(const Entry& entry, Bytes bytes) noexcept {
  Observer& observer = entry.watched->observer;
  entry.paused ? observer.pause() : observer.resume();
  if (entry.lost) observer.missed(entry.now);
  switch (entry.kind) {
    case Entry::Kind::startup:
      show_startup(observer, as_text(bytes), entry.now);
      break;
    case Entry::Kind::client:
      observer.client_bytes(bytes, entry.now);
      break;
    case Entry::Kind::server:
      observer.server_bytes(bytes, entry.now);
      break;
    case Entry::Kind::closed:
      observer.closed(entry.now);
      delete entry.watched;
      return;
  }
  if (!observer.sees()) entry.watched->over.store(true, std::memory_order_relaxed);
}

Scribe::Scribe(Journal& journal, SessionId session, const ValueHasher& hasher, const Limits& limits)
    : journal_(journal),
      watched_(std::make_unique<Journal::Watched>(session, hasher, journal, limits)) {}

Scribe::~Scribe() {
  closed(last_);
}

void Scribe::startup(Bytes packet, std::string_view client, std::string_view upstream,
                     Time now) noexcept {
  try {
    const std::string text = startup_text(packet, client, upstream);
    put({.now = now, .kind = Journal::Entry::Kind::startup}, as_bytes(text));
  } catch (const std::bad_alloc&) {
    lost_ = true;
  }
}

void Scribe::client_bytes(Bytes bytes, Time now) noexcept {
  put({.now = now, .kind = Journal::Entry::Kind::client}, bytes);
}

void Scribe::server_bytes(Bytes bytes, Time now) noexcept {
  put({.now = now, .kind = Journal::Entry::Kind::server}, bytes);
}

void Scribe::put(Journal::Entry entry, Bytes bytes) noexcept {
  last_ = entry.now;
  if (!watched_ || watched_->over.load(std::memory_order_relaxed)) return;
  entry.watched = watched_.get();
  entry.paused = paused_;
  entry.lost = lost_;
  if (!journal_.put(entry, lost_ ? Bytes() : bytes)) lost_ = true;
}

void Scribe::closed(Time now) noexcept {
  if (!watched_) return;
  Journal::Entry entry;
  entry.watched = watched_.release();
  entry.now = now;
  entry.paused = paused_;
  entry.lost = lost_;
  journal_.put_end(entry);
}

}  // namespace onetrip
