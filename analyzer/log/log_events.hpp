#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "analyzer/event.hpp"
#include "analyzer/log/entry.hpp"
#include "analyzer/log/message.hpp"
#include "analyzer/value.hpp"

namespace onetrip {

/// Makes events of a log's entries, as if the sessions had been watched. What came back is in no
/// log: executions say so (Execution::answer_unseen). A statement is told when its duration, its
/// error or its session's next statement comes. Bounded: of too many sessions those end first that
/// were silent longest.
class LogEvents final : public LogEntryTaker {
 public:
  static constexpr std::size_t most_sessions = 4096;

  struct Counters {
    std::uint64_t entries = 0, statements = 0, sessions = 0;
    std::uint64_t timed = 0;           ///< statements whose duration is known
    std::uint64_t without_values = 0;  ///< statements with $1 and no parameters beside them
    std::uint64_t lone_durations = 0;  ///< of what the log does not hold
    Time first{}, last{};              ///< of the entries
  };

  /// `hasher` and `sink` outlive it. Longer texts are cut to `text_bytes`.
  LogEvents(const ValueHasher& hasher, EventSink& sink, std::size_t text_bytes)
      : hasher_(hasher), sink_(sink), text_bytes_(text_bytes) {}

  void entry(const LogEntry& entry) override;
  /// Tells what still waits, and that all sessions end.
  void end();
  const Counters& counters() const { return counters_; }

 private:
  struct Session {
    SessionId id = 0;
    SessionFacts facts;
    std::uint64_t sequence = 0;
    TransactionStatus status = TransactionStatus::idle;
    std::uint64_t transaction = 0;  ///< local id of the entry before; 0: none, or not told
    Time last_complete{};
    bool timed = false;            ///< some duration of it was told
    bool waits = false;            ///< `event` has begun, and how it ended is not told yet
    std::uint32_t statements = 0;  ///< of its text
    TransactionStatus status_after = TransactionStatus::idle;
    Event event;
    std::list<std::string>::iterator place;  ///< in silent_
  };
  using Sessions = std::unordered_map<std::string, Session>;

  Session& session_of(const LogEntry& entry);
  void set_facts(Session& session, const LogEntry& entry, Event::Kind kind);
  void take(Session& session, const LogEntry& entry, const LogMessage& message);
  void fail(Session& session, const LogEntry& entry);
  void begin(Session& session, const LogEntry& entry, std::string_view sql);
  void bind(Execution& execution, std::string_view detail, std::string_view sql);
  void complete_timed(Session& session, Time duration, Time told);
  void complete(Session& session, Time duration, Outcome outcome);
  void tell(Session& session, Event& event);
  void close(Sessions::iterator session, Time now);
  void tell_waiting(Time now);

  const ValueHasher& hasher_;
  EventSink& sink_;
  const std::size_t text_bytes_;
  Counters counters_;
  Sessions sessions_;
  std::list<std::string> silent_;  ///< session ids, the longest silent first
  SessionId last_id_ = 0;
  Time looked_{};
};

}  // namespace onetrip
