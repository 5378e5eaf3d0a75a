#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "analyzer/cursors.hpp"
#include "analyzer/named_windows.hpp"
#include "analyzer/session_settings.hpp"
#include "analyzer/tag_memory.hpp"
#include "analyzer/transaction_state.hpp"
#include "analyzer/window.hpp"
#include "analyzer/window_store.hpp"

namespace onetrip {

/// What the table knows of one connection. Windows are remembered by number: they may be gone.
struct SessionState {
  SessionId id = 0;
  SessionFacts facts;
  TransactionState transaction;
  SessionSettings settings;
  TagMemory tags;
  Cursors cursors;
  Time last_complete{};
  bool ran = false;                  ///< something, so that last_complete holds
  std::uint64_t idle = 0, test = 0;  ///< its idle-gap and its savepoint window
  std::uint64_t named = 0;           ///< the window that its onetrip.request opened or joined
  std::string request;               ///< … and that setting, as it was then
  std::uint64_t around = 0;          ///< the window from outside that holds it,
  std::uint64_t around_version = 0;  ///< as of this NamedWindows::version()
  std::uint64_t transaction_order =
      0;                          ///< Trip::order of the open transaction's first trip, at least
  std::uint64_t last_window = 0;  ///< that its last trip was filed in,
  std::uint64_t last_trip = 0;    ///< that trip's order,
  std::uint64_t last_transaction = 0;  ///< and its transaction
  // Only to prefetch(): they may be gone.
  const WindowStore::Entry* last_entry = nullptr;  ///< its window's
  const Trip* behind_last = nullptr;               ///< where the next trip goes, if to the same
  std::uint32_t conflicts = 0;                     ///< that it has met
  std::array<std::string, 2> test_labels;  ///< of its first two savepoints, should they be tests
};

/// The inside of WindowTable. window.cpp sorts executions; window_table.cpp opens, closes and ends.
struct WindowTable::Impl {
  using Entry = WindowStore::Entry;

  Impl(Config the_config, Closed closed);

  SessionState& session(SessionId id);
  void session_facts(SessionId id, const SessionFacts& facts);
  void session_closed(SessionId id, Time now);

  Window* add(SessionId id, const Execution& execution, const Resolved& resolved);
  Window* sort(SessionState& session, const Execution& execution, const Resolved& resolved);
  bool pauses(const SessionState& session, const Execution& execution);
  void note_hold(const SessionState& session, const Execution& execution);
  void obey_settings(SessionState& session, Time now);
  void obey(SessionState& session, TransactionState::Change change);
  void split_tests(SessionState& session);
  /// The window that the execution's comment names; 0 when it names none, or is not believed.
  struct Tagged {
    std::uint64_t key = 0;
    WindowSource source = WindowSource::idle_gap;
    bool contradicted = false;
    std::string_view trace;  ///< its id, as long as what was read lives
  };
  Tagged read_tags(SessionState& session, const Execution& execution, const Resolved& resolved);
  Entry& window_of(SessionState& session, const Execution& execution, const Tagged& tagged);
  Window* file(SessionState& session, const Execution& execution, const Resolved& resolved,
               const Tagged& tagged);
  void describe(Entry& entry, SessionState& session, const Tags& tags);

  Entry& keyed(SessionState& session, WindowSource source, std::uint64_t key, Time sent);
  Entry& test_of(SessionState& session, Time sent);
  Entry& idle_of(SessionState& session, Time sent);
  Entry* whole_of(SessionState& session, Time sent);
  void settle_in(Entry& entry, SessionState& session);
  void note_elsewhere(Window& window, const SessionState& session);
  void note_request(std::uint64_t container);
  bool makes_requests(std::uint64_t container) const;
  void interrupt(SessionState& session);
  void end_test(SessionState& session);

  std::uint64_t container_of(SessionState& session);
  std::uint64_t open_container(NamedWindows::Open open, std::uint64_t container, Time now);
  void close_container(std::uint64_t number, Time now);
  void enter(SessionState& session, const std::string& name, Time now);
  void leave(SessionState& session, Time now);

  Time due(const Entry& entry, Time now);
  void tick(Time now);
  void close_all(Time now);

  /// The columns of an execution, in the memory of those of the shape's last one when they are the
  /// same.
  const SharedColumns& columns_of(const Execution& execution, const Statement& statement);

  Config config;
  WindowStore store;
  NamedWindows named;
  boost::unordered_flat_map<SessionId, std::unique_ptr<SessionState>> sessions;
  std::unordered_map<std::uint64_t, bool> requests_seen;  ///< by open container
  std::uint64_t last_order = 0, last_cursor = 0;
  std::array<SharedColumns, 256> seen_columns;  ///< by a few bits of the shape
};

}  // namespace onetrip
