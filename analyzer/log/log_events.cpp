#include "analyzer/log/log_events.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "analyzer/log/text_effect.hpp"

namespace onetrip {
namespace {

// In a log without durations a statement is taken for done after so long, unless an error came; in
// one where only other sessions have them, after longer.
constexpr Time patience = std::chrono::seconds(1), long_patience = std::chrono::seconds(20);
constexpr std::size_t most_parameters = 4096, longest_setting = 1024;

//   backend "/" local id
std::uint64_t local_id(std::string_view virtual_transaction) {
  const std::size_t slash = virtual_transaction.find('/');
  if (slash == std::string_view::npos) return 0;
  const std::string_view digits = virtual_transaction.substr(slash + 1);
  std::uint64_t id = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), id);
  return id;
}

bool is_failure(std::string_view severity) {
  return severity == "ERROR" || severity == "FATAL" || severity == "PANIC";
}

SessionFacts facts_of(const LogEntry& entry) {
  SessionFacts facts;
  facts.user = entry.user;
  facts.database = entry.database;
  facts.application_name = entry.application;
  facts.client = entry.client;
  return facts;
}

/// log_parameter_max_length cuts values so.
bool is_cut(std::string_view value) {
  return value.ends_with("...");
}

}  // namespace

void LogEvents::entry(const LogEntry& entry) {
  if (counters_.entries++ == 0) counters_.first = looked_ = entry.time;
  counters_.last = std::max(counters_.last, entry.time);
  if (entry.time - looked_ >= patience) tell_waiting(entry.time);
  // Processes of the server itself have no user.
  if (entry.session.empty() || entry.user.empty()) return;
  const bool failure = is_failure(entry.severity);
  const LogMessage message = entry.severity == "LOG" ? read_message(entry.message) : LogMessage();
  const bool leaves = entry.severity == "LOG" && entry.message.starts_with("disconnection: ");
  if (!failure && !leaves && message.what == LogMessage::What::other) return;
  // Who never asked for anything is no session of interest: a refused login, say.
  const bool asks = message.what != LogMessage::What::other || !entry.statement.empty();
  if (!asks && !sessions_.contains(std::string(entry.session))) return;

  Session& session = session_of(entry);
  if (failure) fail(session, entry);
  if (message.what != LogMessage::What::other) take(session, entry, message);
  if (leaves || entry.severity == "FATAL")
    close(sessions_.find(std::string(entry.session)), entry.time);
}

LogEvents::Session& LogEvents::session_of(const LogEntry& entry) {
  const auto [found, is_new] = sessions_.try_emplace(std::string(entry.session));
  Session& session = found->second;
  if (is_new) {
    session.id = ++last_id_;
    session.place = silent_.insert(silent_.end(), found->first);
    ++counters_.sessions;
    set_facts(session, entry, Event::Kind::session_opened);
    if (sessions_.size() > most_sessions) close(sessions_.find(silent_.front()), entry.time);
    return session;
  }
  silent_.splice(silent_.end(), silent_, session.place);
  const SessionFacts& facts = session.facts;
  if (facts.application_name != entry.application || facts.user != entry.user)
    set_facts(session, entry, Event::Kind::session_changed);
  return session;
}

void LogEvents::set_facts(Session& session, const LogEntry& entry, Event::Kind kind) {
  session.facts = facts_of(entry);
  Event event;
  event.kind = kind;
  event.session = session.id;
  event.time = entry.time;
  event.facts = session.facts;
  sink_.put(event);
}

void LogEvents::take(Session& session, const LogEntry& entry, const LogMessage& message) {
  using What = LogMessage::What;
  switch (message.what) {
    case What::other:
    case What::step:
      return;
    case What::ended:
      if (!session.waits) {
        ++counters_.lone_durations;
        return;
      }
      return complete_timed(session, *message.duration, entry.time);
    case What::query:
    case What::execute:
      break;
  }
  begin(session, entry, message.sql);
  Execution& execution = session.event.execution;
  if (message.what == What::execute) {
    execution.protocol = Protocol::extended;
    execution.named = !message.name.empty();
    bind(execution, entry.detail, message.sql);
  }
  if (!message.duration) return;
  // It is told at its end.
  execution.sent = std::max(entry.time - *message.duration, session.last_complete);
  if (message.what == What::query && !entry.virtual_transaction.empty() && session.transaction == 0)
    session.status_after = TransactionStatus::idle;
  complete_timed(session, *message.duration, entry.time);
}

/// It ended within the millisecond in which it was told so.
void LogEvents::complete_timed(Session& session, Time duration, Time told) {
  constexpr Time rounding = std::chrono::milliseconds(1);
  session.timed = true;
  ++counters_.timed;
  const Time most = std::max(told + rounding - session.event.execution.sent, Time::zero());
  complete(session, std::min(duration, most), Outcome::completed);
}

/// The statement that waits has failed, if it is the one that the error names; else one that the
/// log did not tell before.
void LogEvents::fail(Session& session, const LogEntry& entry) {
  Execution& waiting = session.event.execution;
  const bool other = session.waits && !entry.statement.empty() &&
                     waiting.text_hash != hasher_.bytes(entry.statement);
  if (!session.waits || other) {
    if (entry.statement.empty()) return;
    begin(session, entry, entry.statement);
  }
  std::copy_n(entry.sqlstate.begin(), std::min<std::size_t>(entry.sqlstate.size(), 5),
              waiting.sqlstate.begin());
  complete(session, std::max(entry.time - waiting.sent, Time::zero()), Outcome::failed);
}

void LogEvents::begin(Session& session, const LogEntry& entry, std::string_view sql) {
  if (session.waits) complete(session, Time::zero(), Outcome::completed);
  const std::uint64_t transaction = local_id(entry.virtual_transaction);
  if (transaction != 0 && session.transaction != 0) {
    const bool goes_on = transaction == session.transaction;
    if (!goes_on) session.status = TransactionStatus::idle;
    if (goes_on && session.status == TransactionStatus::idle)
      session.status = TransactionStatus::open;
  }
  session.transaction = transaction;
  const TextEffect effect = effect_of(sql, session.status);
  session.waits = true;
  session.statements = std::max(effect.statements, 1U);
  session.status_after = effect.status;
  Execution& execution = session.event.execution;
  execution.clear();
  execution.answer_unseen = true;
  execution.status_before = session.status;
  execution.text = sql.substr(0, text_bytes_);
  execution.truncated = sql.size() > text_bytes_;
  execution.text_hash = hasher_.bytes(sql);
  execution.sent = std::max(entry.time, session.last_complete);
}

void LogEvents::bind(Execution& execution, std::string_view detail, std::string_view sql) {
  const bool names_setting = sql.find("onetrip.") != std::string_view::npos;
  const bool told = read_parameters(detail, [&](std::optional<std::string_view> value) {
    if (execution.parameters.size() == most_parameters) return;
    Slot slot;
    if (!value) {
      slot.kind = Slot::Kind::null;
    } else if (!is_cut(*value)) {
      slot = hasher_.text_slot(type_oid::unspecified, *value, execution.elements);
    }
    execution.parameters.push_back(slot);
    if (names_setting)
      execution.setting_texts.emplace_back(value.value_or("").substr(0, longest_setting));
  });
  if (told) return;
  execution.parameters.clear();
  execution.elements.clear();
  execution.setting_texts.clear();
  if (sql.find("$1") != std::string_view::npos) ++counters_.without_values;
}

/// The time that a text of several statements took is shared out evenly.
void LogEvents::complete(Session& session, Time duration, Outcome outcome) {
  session.waits = false;
  const bool failed = outcome == Outcome::failed;
  session.status = session.status_after;
  if (failed && session.event.execution.status_before != TransactionStatus::idle)
    session.status = TransactionStatus::failed;
  else if (failed)
    session.status = TransactionStatus::idle;
  // Which of them failed is not told, and those behind it did not run.
  const std::uint32_t statements = failed ? 1 : session.statements;
  const Time each = duration / statements;
  Execution& execution = session.event.execution;
  Execution next = statements > 1 ? execution : Execution();
  next.text.clear();
  execution.outcome = outcome;
  execution.begun = execution.sent;
  execution.first_answer = execution.complete = execution.sent + each;
  tell(session, session.event);
  for (std::uint32_t i = 1; i < statements; ++i) {
    Event event;
    event.execution = next;
    event.execution.ordinal = i;
    event.execution.pipelined = true;
    event.execution.begun = next.sent + i * each;
    event.execution.first_answer = event.execution.complete = event.execution.begun + each;
    tell(session, event);
  }
}

void LogEvents::tell(Session& session, Event& event) {
  event.kind = Event::Kind::execution;
  event.session = session.id;
  event.time = session.last_complete = event.execution.complete;
  event.execution.sequence = ++session.sequence;
  ++counters_.statements;
  sink_.put(event);
}

void LogEvents::close(Sessions::iterator found, Time now) {
  Session& session = found->second;
  if (session.waits) complete(session, Time::zero(), Outcome::completed);
  Event event;
  event.kind = Event::Kind::session_closed;
  event.session = session.id;
  event.time = std::max(now, session.last_complete);
  sink_.put(event);
  silent_.erase(session.place);
  sessions_.erase(found);
}

void LogEvents::tell_waiting(Time now) {
  looked_ = now;
  const bool any_timed = counters_.timed != 0 || counters_.lone_durations != 0;
  const Time limit = any_timed ? long_patience : patience;
  for (auto& [key, session] : sessions_)
    if (session.waits && !session.timed && now - session.event.execution.sent >= limit)
      complete(session, Time::zero(), Outcome::completed);
}

void LogEvents::end() {
  while (!silent_.empty()) close(sessions_.find(silent_.front()), counters_.last);
}

}  // namespace onetrip
