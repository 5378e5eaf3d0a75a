#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/window.hpp"

/// A little language for stories about windows:
///   Story story;
///   story.at(2ms).run(query("SELECT … FROM book").trace("aa").rows(50));
///   story.on(2).at(5ms).run("COMMIT");
/// Statements are told by their first words; the real facts are the statement room's to test.
namespace onetrip::story {

using namespace std::chrono_literals;

inline bool starts(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

inline StatementKind kind_of(std::string_view sql) {
  static const std::pair<std::string_view, StatementKind> kinds[] = {
      {"SELECT", StatementKind::select},
      {"INSERT", StatementKind::insert},
      {"UPDATE", StatementKind::update},
      {"BEGIN", StatementKind::begin},
      {"COMMIT", StatementKind::commit},
      {"ROLLBACK TO", StatementKind::rollback_to},
      {"ROLLBACK", StatementKind::rollback},
      {"SAVEPOINT", StatementKind::savepoint},
      {"RELEASE", StatementKind::release},
      {"SET", StatementKind::set},
      {"RESET", StatementKind::reset},
      {"DISCARD", StatementKind::discard},
      {"DECLARE", StatementKind::declare_cursor},
      {"FETCH", StatementKind::fetch},
      {"CLOSE", StatementKind::close_cursor},
      {"PREPARE", StatementKind::prepare},
      {"EXECUTE", StatementKind::execute},
      {"DEALLOCATE", StatementKind::deallocate},
      {"CREATE", StatementKind::ddl}};
  for (const auto& [word, kind] : kinds) {
    if (starts(sql, word)) return kind;
  }
  return StatementKind::other;
}

inline StatementPtr shape(std::string_view sql) {
  Statement made;
  made.kind = kind_of(sql);
  made.normalized = sql;
  made.id = std::hash<std::string_view>()(sql);
  made.pool_marker =
      sql == "SELECT 1" || sql == "ROLLBACK" || sql == "RESET ALL" || sql == "DISCARD ALL";
  made.set_up = made.kind == StatementKind::ddl;
  switch (made.kind) {
    case StatementKind::select:
    case StatementKind::insert:
    case StatementKind::update:
    case StatementKind::ddl:
    case StatementKind::declare_cursor:
    case StatementKind::fetch:
    case StatementKind::execute:
      made.noise = made.pool_marker;
      break;
    default:
      made.noise = true;
  }
  return StatementPtr(std::move(made));
}

/// One execution in the making.
class Query {
 public:
  explicit Query(std::string_view sql) {
    resolved.statement = shape(sql);
    execution.text = sql;
    execution.text_hash = std::hash<std::string_view>()(sql);
    const std::size_t space = sql.rfind(' ');
    const StatementKind kind = resolved.statement->kind;
    if (kind == StatementKind::savepoint || kind == StatementKind::rollback_to ||
        kind == StatementKind::release || kind == StatementKind::close_cursor ||
        kind == StatementKind::fetch) {
      resolved.name = sql.substr(space + 1);
    }
  }

  Query& trace(std::string id) { return tag(&Tags::trace_id, std::move(id)); }
  Query& request(std::string id) { return tag(&Tags::request_id, std::move(id)); }
  Query& route(std::string route) { return tag(&Tags::route, std::move(route)); }
  Query& test(std::string test) { return tag(&Tags::test, std::move(test)); }
  Query& allow(std::string what) { return tag(&Tags::allow, std::move(what)); }
  Query& name(std::string name) { return resolved.name = std::move(name), *this; }
  Query& sets(std::string setting, std::string_view value) {
    resolved.setting = std::move(setting);
    if (starts(resolved.setting, "onetrip.")) resolved.setting_text = value;
    resolved.setting_hash = value.empty() ? 0 : std::hash<std::string_view>()(value);
    return *this;
  }
  Query& in_clear(std::vector<std::string> texts) {
    return execution.setting_texts = std::move(texts), *this;
  }
  /// Through a named prepared statement.
  Query& prepared() {
    execution.named = true;
    execution.protocol = Protocol::extended;
    return *this;
  }
  /// Scalar slots with values that differ; the shape gets as many.
  Query& slots(std::uint16_t count) {
    Statement shaped = *resolved.statement;
    shaped.slots = count;
    resolved.statement = StatementPtr(std::move(shaped));
    for (std::uint16_t i = 0; i < count; ++i) {
      resolved.slots.push_back({Slot::Kind::scalar, (i + 1U) * 2U, 0, 0, 0});
    }
    return *this;
  }
  Query& pipelined() { return execution.pipelined = true, *this; }
  Query& ordinal(std::uint32_t number) { return execution.ordinal = number, *this; }
  Query& took(Time time) { return took_ = time, *this; }
  Query& fails(std::string_view sqlstate) {
    std::copy_n(sqlstate.begin(), execution.sqlstate.size(), execution.sqlstate.begin());
    return outcome(Outcome::failed);
  }
  Query& outcome(Outcome outcome) { return execution.outcome = outcome, *this; }
  /// Rows of one indexed column, with values that differ.
  Query& rows(std::uint32_t count) {
    execution.rows = count;
    execution.key_columns = {ResultColumn{1000, 1, 0, type_oid::int4, "id"}};
    for (std::uint32_t row = 0; row < count; ++row) execution.cells.push_back((row + 1) * 2);
    return *this;
  }

  Time time_taken() const { return took_; }

  Execution execution;
  Resolved resolved;

 private:
  Query& tag(std::string Tags::*key, std::string value) {
    tags_.*key = std::move(value);
    resolved.tags = SharedTags(tags_);
    return *this;
  }

  Tags tags_;
  Time took_ = 1ms;
};

inline Query query(std::string_view sql) {
  return Query(sql);
}

/// A window as it was when it closed.
struct Closing {
  std::uint64_t number = 0;
  WindowSource source = WindowSource::idle_gap;
  std::string label, name;
  std::vector<std::string> texts;
  bool saturated = false, set_up = false;
  std::uint64_t container = 0, statements = 0;
};

inline std::vector<std::string> texts(const Window& window) {
  std::vector<std::string> texts;
  for (const Trip& trip : window.trips) texts.push_back(trip.statement->normalized);
  return texts;
}

/// Runs queries against a table, and keeps the transaction status as a server would.
class Story {
 public:
  explicit Story(WindowTable::Config config = {})
      : table(config, [this](Window& window) {
          closed.push_back({window.number, window.source, window.label, window.name, texts(window),
                            window.saturated, window.set_up, window.container,
                            window.totals.statements});
        }) {}

  Story& on(SessionId session) { return session_ = session, *this; }
  Story& at(Time time) { return now_ = time, *this; }
  Story& opens(std::string application, std::string database = "shop") {
    SessionFacts facts;
    facts.application_name = std::move(application);
    facts.database = std::move(database);
    table.session_opened(session_, facts);
    return *this;
  }

  Window* run(Query query) {
    Execution& execution = query.execution;
    execution.status_before = status();
    execution.sequence = ++sequence_;
    execution.sent = execution.begun = now_;
    now_ += query.time_taken();
    execution.first_answer = execution.complete = now_;
    answer(execution.outcome, query.resolved.statement->kind);
    return table.add(session_, execution, query.resolved);
  }
  Window* run(std::string_view sql) { return run(Query(sql)); }
  /// Sends a Query of no statement.
  void ping_empty() {
    Execution execution;
    execution.outcome = Outcome::empty;
    execution.status_before = status();
    execution.sent = execution.begun = execution.complete = now_;
    table.add(session_, execution, Resolved());
  }
  void tick(Time now) { table.tick(now_ = now); }
  void end() { table.close_all(now_); }
  Time now() const { return now_; }

  std::vector<Closing> closed;
  WindowTable table;

 private:
  TransactionStatus& status() {
    return status_.try_emplace(session_, TransactionStatus::idle).first->second;
  }
  void answer(Outcome outcome, StatementKind kind) {
    TransactionStatus& status = this->status();
    if (outcome == Outcome::failed && status == TransactionStatus::open) {
      status = TransactionStatus::failed;
    }
    if (outcome != Outcome::completed) return;
    if (kind == StatementKind::begin || kind == StatementKind::rollback_to) {
      status = TransactionStatus::open;
    }
    if (kind == StatementKind::commit || kind == StatementKind::rollback) {
      status = TransactionStatus::idle;
    }
  }

  std::map<SessionId, TransactionStatus> status_;
  SessionId session_ = 1;
  std::uint64_t sequence_ = 0;
  Time now_{};
};

}  // namespace onetrip::story
