#include "analyzer/log/sql_events.hpp"

#include "analyzer/log/text_effect.hpp"

namespace onetrip {
namespace {

constexpr SessionId session = 1;
constexpr Time step = std::chrono::microseconds(1);

}  // namespace

SqlEvents::SqlEvents(const ValueHasher& hasher, EventSink& sink, std::size_t text_bytes,
                     std::string_view database)
    : hasher_(hasher), sink_(sink), text_bytes_(text_bytes) {
  event_.kind = Event::Kind::session_opened;
  event_.session = session;
  event_.facts.database = database;
  sink_.put(event_);
}

void SqlEvents::statement(std::string_view sql) {
  now_ += step;
  event_.kind = Event::Kind::execution;
  event_.session = session;
  event_.time = now_;
  Execution& execution = event_.execution;
  execution.clear();
  execution.answer_unseen = true;
  execution.sequence = ++sequence_;
  execution.status_before = status_;
  execution.text = sql.substr(0, text_bytes_);
  execution.truncated = sql.size() > text_bytes_;
  execution.text_hash = hasher_.bytes(sql);
  execution.sent = execution.begun = execution.first_answer = execution.complete = now_;
  status_ = effect_of(sql, status_).status;
  sink_.put(event_);
}

void SqlEvents::end() {
  event_.kind = Event::Kind::session_closed;
  event_.session = session;
  event_.time = now_;
  sink_.put(event_);
}

}  // namespace onetrip
