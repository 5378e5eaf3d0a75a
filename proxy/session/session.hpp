#pragma once

#include "proxy/session/countdown.hpp"
#include "proxy/session/observer.hpp"
#include "proxy/session/pipeline.hpp"
#include "proxy/session/prepared.hpp"

namespace onetrip {

/// What both directions of one observed session share.
struct Session {
  /// Which messages are understood.
  enum class Sight : std::uint8_t {
    full,      ///< every one
    counting,  ///< too much was in flight: it is counted until it is answered, names forgotten
    closed,    ///< none, for good
  };

  Session(SessionId session, const ValueHasher& value_hasher, EventSink& events,
          ExecutionPool& executions, const Limits& bounds)
      : id(session),
        hasher(value_hasher),
        sink(events),
        pool(executions),
        limits(bounds),
        pipeline(executions, bounds.pipeline_bytes),
        statements(bounds.prepared_bytes) {}

  /// Hands an event to the sink and its memory back to the pool.
  void tell(std::unique_ptr<Event> event) {
    event->session = id;
    event->time = now;
    sink.trade(event);
    pool.give(std::move(event));
  }

  /// A RowDescription; good until the next.
  const Descriptions::Known& describe(Bytes body) {
    return pool.descriptions().read(body, hasher, limits.key_columns);
  }

  const SessionId id;
  const ValueHasher& hasher;
  EventSink& sink;
  ExecutionPool& pool;
  const Limits limits;

  Pipeline pipeline;
  Countdown countdown;  ///< while counting, in the pipeline's place
  PreparedStatements statements;
  SessionFacts facts;
  Time now{};  ///< of the bytes being looked at
  Sight sight = Sight::full;
  Blindness blindness = Blindness::none;
  bool opened = false;       ///< authentication is done
  bool paused = false;       ///< what begins now is not told
  bool replication = false;  ///< commands of replication may come where SQL would
};

}  // namespace onetrip
