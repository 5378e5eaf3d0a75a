#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>

#include "analyzer/event.hpp"
#include "proxy/session/observer.hpp"

namespace onetrip {

/// What the observed sessions of one I/O thread said, copied here in the order in which it came,
/// and looked at many statements at a time, by the thread that takes the sink's events. Between two
/// packets caches turn cold, and a look there costs several times what it costs in a row; and bytes
/// that lie in one stretch come to another core at a fraction of an event's price
/// (docs/performance.md).
///
/// Long reads are not copied where that can be helped: the I/O thread looks at them itself. So it
/// does when too much waits. It does not wait while the other thread looks: what finds no room then
/// makes its session blind (Blindness::dropped).
///
/// Where nobody would ask (EventSink::attach) all is looked at at once.
class Journal final : private EventSource {
 public:
  /// A read from here on is looked at in its place, when no more than `little` waits.
  static constexpr std::size_t long_read = std::size_t{8} << 10U;
  static constexpr std::size_t little = std::size_t{16} << 10U;
  /// From here on the I/O thread helps; from the half of it on the other thread is woken.
  static constexpr std::size_t much = std::size_t{1} << 20U;

  /// `most`: bytes that may wait, those of long reads up to the half of it. They do only while the
  /// other thread is kept from running in the middle of a look. `sink` outlives the journal. Any
  /// thread.
  Journal(EventSink& sink, std::size_t most);
  /// As end().
  ~Journal() override;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Looks at all that is left; from now on nobody asks. Any thread, when that of its sessions has
  /// ended, or is this one.
  void end();

 private:
  friend class Scribe;
  struct Watched;
  struct Entry;
  struct Page;

  // The I/O thread's.
  bool put(const Entry& entry, Bytes bytes) noexcept;
  bool has_room(std::size_t size) noexcept;
  void put_end(const Entry& entry) noexcept;
  bool add(Entry entry, Bytes bytes) noexcept;
  bool turn_page() noexcept;
  bool show_now(const Entry& entry, Bytes bytes) noexcept;
  void help(std::size_t size) noexcept;
  std::size_t waiting_from(std::size_t enough) noexcept;

  // Of whoever holds reader_.looking.
  std::size_t step() noexcept;
  void step_through() noexcept;
  void expect_next() const noexcept;
  void finish_page() noexcept;
  static void show(const Entry& entry, Bytes bytes) noexcept;

  std::size_t waiting() const noexcept override;
  std::size_t look() noexcept override;

  static constexpr std::size_t cache_line = 64;

  struct alignas(cache_line) Writer {
    EventSink& sink;
    const std::size_t most;
    bool asked = false;  ///< by whoever takes the sink's events
    bool woke = false;
    std::atomic<std::uint64_t> written{0};  ///< bytes in all, entries included
    std::uint64_t seen_looked = 0;          ///< of the reader, as last looked up
    Page* page = nullptr;
    std::size_t used = 0;  ///< of the page
  } writer_;
  struct alignas(cache_line) Reader {
    std::mutex looking;
    std::atomic<std::uint64_t> looked{0};
    std::unique_ptr<Page> page;
    std::size_t at = 0;  ///< in the page
    ExecutionPool pool;
  } reader_;
  alignas(cache_line) std::atomic<Page*> spare_{nullptr};
};

/// One observed session, as its relay tells of it: all goes into the journal, in order.
/// Thread: the journal's I/O thread. `hasher` and `journal` outlive it.
class Scribe {
 public:
  Scribe(Journal& journal, SessionId session, const ValueHasher& hasher, const Limits& limits);
  ~Scribe();  ///< as closed(), where that was not called
  Scribe(const Scribe&) = delete;
  Scribe& operator=(const Scribe&) = delete;

  /// As Observer has them. The packet is one that the handshake took (10,000 bytes at most).
  void startup(Bytes packet, std::string_view client, std::string_view upstream, Time now) noexcept;
  void client_bytes(Bytes bytes, Time now) noexcept;
  void server_bytes(Bytes bytes, Time now) noexcept;
  void closed(Time now) noexcept;

  /// Observer::pause or resume, with what is told from now on.
  void pause(bool paused) { paused_ = paused; }

 private:
  void put(Journal::Entry entry, Bytes bytes) noexcept;

  Journal& journal_;
  std::unique_ptr<Journal::Watched> watched_;  ///< the journal's own once the session has ended
  Time last_{};
  bool paused_ = false;
  bool lost_ = false;  ///< something could not be kept
};

}  // namespace onetrip
