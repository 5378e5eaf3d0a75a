#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analyzer/catalog.hpp"
#include "analyzer/statement_cache.hpp"
#include "analyzer/trip.hpp"

namespace onetrip {

/// The request that trips belong to. Rules read it; only the table below changes it.
struct Window {
  /// What was filed here and, in a named window, in all that lie in it; dropped trips count too.
  struct Totals {
    std::uint64_t statements = 0, rows = 0, bytes = 0;
    Time server_time{};  ///< sum of (complete - begun)
  };

  /// Pauses of an open transaction, between two of its statements, in which the application asked
  /// for nothing; those of at least shortest_hold.
  struct Hold {
    SessionId session = 0;
    std::uint64_t transaction = 0;  ///< Trip::transaction
    std::uint64_t after = 0;        ///< Trip::order of the one before the longest
    Time longest{}, total{};
  };
  static constexpr Time shortest_hold = std::chrono::milliseconds(100);
  static constexpr std::size_t max_holds = 64;

  std::uint64_t number = 0;  ///< unique while the process lives
  std::string id;            ///< 16 hex digits, what users see
  WindowSource source = WindowSource::idle_gap;
  std::string label;  ///< kind of request: route, controller#action, job, test, application
  std::string name;   ///< named: as opened; else empty
  std::string trace;  ///< trace: its id; else empty
  std::string application, database;
  std::size_t pair = 0;  ///< SessionFacts::pair: whose database
  /// Sessions of a trace that were connected to another database than that.
  std::vector<std::pair<SessionId, CatalogKey>> elsewhere;
  std::uint64_t container = 0;  ///< number of the named window it lies in; 0 none
  Time opened{}, last{};        ///< first sent, last complete
  bool closed = false;
  bool saturated = false;           ///< requests on this connection cannot be told apart
  bool set_up = false;              ///< DDL or migration tables
  std::uint64_t dropped_trips = 0;  ///< beyond the window's maximum size
  std::uint64_t indexed_rows = 0;   ///< whose cells its trips hold
  std::vector<Trip> trips;  ///< in the order of their answers; noise left out; empty when named
  std::vector<SessionId> sessions;
  std::string framework, db_driver;  ///< of the tags
  std::size_t bytes = 0;
  std::uint64_t judged_trips = 0;  ///< how many trips the last judgement saw
  bool innocent = false;           ///< it found nothing
  bool counted = false;            ///< in the coverage of its label
  Totals totals;
  std::vector<Hold> holds;  ///< one for each transaction that has any
  bool remembered = false;  ///< LabelHistory has it
  bool told = false;        ///< that it closed, to those who watch
};

/// Empty again, as a new one; texts and lists keep their memory.
void clear(Window& window);

/// Sorts executions into windows: trace, tag, savepoint, idle gap, and named containers.
/// Worker thread only; time is an argument.
class WindowTable {
 public:
  struct Config {
    bool idle_gap_on = true;
    Time idle_gap = std::chrono::milliseconds(100);
    Time silence = std::chrono::seconds(2);   ///< closes trace and tag windows
    Time max_age = std::chrono::seconds(60);  ///< idle-gap windows past it are saturated
    std::size_t max_trips = 10'000;           ///< per window
    std::uint64_t max_rows = 1'000'000;       ///< indexed, per window
    std::size_t max_bytes = 256U << 20;       ///< over all windows; oldest evicted, counted
    std::size_t max_open = 10'000;
    std::uint64_t id_seed = 0;  ///< stirred into ids, so that two runs do not give the same ones
  };
  /// Called when a window has closed: the engine judges it then. A late statement may open it again
  /// for about 30 s, and then it is called once more with the same window, so its content must stay
  /// in place. Must not call the table.
  using Closed = std::function<void(Window&)>;

  WindowTable(Config config, Closed closed);
  ~WindowTable();

  void session_opened(SessionId session, const SessionFacts& facts);
  void session_changed(SessionId session, const SessionFacts& facts);
  void session_closed(SessionId session, Time now);

  /// Files one execution. Gives the window that now holds its trip, or null when it is noise or a
  /// marker that only moved window borders.
  Window* add(SessionId session, const Execution& execution, const Resolved& resolved);

  /// add() will be called in a moment for that session: prefetch()es what is kept of it, and …
  void expect(SessionId session) const;
  /// … when that is there, where its trip will mostly go.
  void expect_more(SessionId session) const;

  /// Closes what is due.
  void tick(Time now);
  /// When the next one may be; none when there is none.
  std::optional<Time> next_due() const;
  void close_all(Time now);

  /// Named windows from outside (POST /windows). Empty filters match every session.
  struct Named {
    std::string name, application, database, label;
    std::uint64_t parent = 0;
    Time ttl{};  ///< zero: until closed
    /// Whatever connections send meanwhile is one request's, so that a loop over a pool is seen.
    bool one_request = false;
  };
  /// None when that name is open already with overlapping filters.
  std::optional<std::uint64_t> open_named(const Named& named, Time now);
  bool close_named(std::uint64_t number, Time now);

  void for_each(const std::function<void(Window&)>& visit);  ///< open windows, oldest first
  /// Those that began before `when`; but one that was reopened only when all that were opened
  /// before that did, too. Where each request has a trace of its own, ten thousand are open.
  void for_each_before(Time when, const std::function<void(Window&)>& visit);
  Window* find(std::uint64_t number);

  struct Counters {
    std::uint64_t opened[5] = {};  ///< by WindowSource
    std::uint64_t saturated = 0, contradicted_tags = 0, reopened = 0;
    std::uint64_t ignored = 0;  ///< executions whose comment said onetrip='ignore'
    // What lay beyond the bounds of Config.
    std::uint64_t dropped_trips = 0;      ///< of max_trips
    std::uint64_t unindexed_results = 0;  ///< of max_rows
    std::uint64_t closed_early = 0;       ///< windows, of max_open
    std::uint64_t shed = 0;  ///< windows that lost values, or all they had, to max_bytes; again
                             ///< each time
  };
  const Counters& counters() const;
  std::size_t bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace onetrip
