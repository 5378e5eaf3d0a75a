#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <optional>
#include <queue>
#include <vector>

#include "analyzer/number_table.hpp"
#include "analyzer/window.hpp"

namespace onetrip {

/// Keeps all windows: open ones, and for a while those that closed and may open again. Counts their
/// bytes and evicts the oldest. What belongs into which window is its user's to say.
class WindowStore {
 public:
  enum class LabelRank : std::uint8_t { none, application, named, setting, tags };

  struct Entry {
    Window window;
    LabelRank label_rank = LabelRank::none;
    std::uint64_t key = 0;  ///< trace and tag: what find_key finds it by
    SessionId session = 0;  ///< savepoint and idle gap: whose it is
    Time kept_until{};      ///< once closed
    std::optional<Time> timer;
    bool has_room = false;             ///< its trips lie in one of the store's rooms
    std::list<Entry>::iterator place;  ///< in one of the store's lists
  };

  WindowStore(const WindowTable::Config& config, WindowTable::Closed closed);

  Entry& open(WindowSource source, Time now);
  Entry& open_keyed(WindowSource source, std::uint64_t key, Time now);
  Entry* find(std::uint64_t number);
  Entry* find_key(std::uint64_t key);

  /// Has it judged; it stays for as long as it may be reopened.
  void close(Entry& entry, Time now);
  void reopen(Entry& entry);
  /// Closes it if need be, and forgets it.
  void end(std::uint64_t number);

  /// Files a trip; too many, or too large ones, are dropped and counted. Containers sum it.
  void file(Entry& entry, Trip&& trip);
  /// Files trips again that take() gave, in another window.
  void refile(Entry& entry, std::vector<Trip>&& trips);
  /// Takes trips out of a window, and off its totals.
  std::vector<Trip> take(Entry& entry, const std::function<bool(const Trip&)>& wanted);

  /// At `when`, due() gives the entry, which is open. One timer each, the latest set holds. Of a
  /// closed one it is kept_until.
  void set_timer(Entry& entry, Time when);
  Entry* due(Time now);
  /// When due() may give one; none: never.
  std::optional<Time> next_due() const;

  void for_each(const std::function<void(Entry&)>& visit);       ///< closed ones too
  void for_each_open(const std::function<void(Entry&)>& visit);  ///< as they were (re)opened
  /// In the same order, up to the first that began at `when` or later.
  void for_each_open_before(Time when, const std::function<void(Entry&)>& visit);
  std::vector<std::uint64_t> numbers() const;  ///< ascending: oldest first

  WindowTable::Counters& counters() { return counters_; }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Timer {
    Time when;
    std::uint64_t number;
    bool operator>(const Timer& other) const { return when > other.when; }
  };

  Entry& blank();
  void judge(Entry& entry);
  void forget(Entry& entry);
  void place(Entry& entry, Trip&& trip);
  void keep_room(std::vector<Trip> room);
  void leave_room(Entry& entry);
  void grow(Entry& entry);
  void note_session(Entry& entry, SessionId session);
  void sum(Entry& entry, const Trip& trip);
  void shed(std::uint64_t but);
  void strip(Window& window);
  void evict_open(std::uint64_t but);
  using Place = std::list<Entry>::const_iterator;
  void warm(Place first) const;
  void limit_kept();
  std::optional<Timer> take_timer(Time now);

  WindowTable::Config config_;
  WindowTable::Closed closed_;
  // Where each request has a trace of its own, one is opened and one forgotten for every few
  // statements, among thousands: entries are used again, with the memory that they hold, and looked
  // up where few lines of memory are touched.
  std::list<Entry> open_;                 ///< in the order of opening, reopened ones last
  std::list<Entry> kept_;                 ///< closed ones, in the order of closing
  std::list<Entry> spare_;                ///< a few that were forgotten
  std::vector<std::vector<Trip>> rooms_;  ///< of long windows that were, empty
  std::size_t room_ = 0;                  ///< trips that they have room for, those in use included
  NumberTable<Entry*, 32'768> by_number_;
  boost::unordered_flat_map<std::uint64_t, Entry*> by_key_;
  // Timers of open entries. Those set for later than all before them, as most are, wait in a queue;
  // the rest are sorted.
  std::deque<Timer> queue_;
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> heap_;
  std::size_t bytes_ = 0, kept_bytes_ = 0;
  std::uint64_t last_number_ = 0;
  WindowTable::Counters counters_;
};

}  // namespace onetrip
