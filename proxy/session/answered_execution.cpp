#include <algorithm>

#include "proxy/session/answers.hpp"
#include "proxy/session/bind_reader.hpp"
#include "proxy/session/long_row.hpp"

namespace onetrip {

namespace {

using Kind = Operation::Kind;

// They are looked for one by one.
constexpr std::size_t most_portals = 256;
// The text is looked through for each.
constexpr std::uint32_t most_names_of_query = 64;

bool changes_names(std::string_view command) {
  return command.starts_with("DEALLOCATE") || command == "PREPARE" || command == "DISCARD ALL";
}

void copy_parameters(const Operation& bind, Execution& execution) {
  execution.parameters.assign(bind.slots.begin(), bind.slots.end());
  execution.elements.assign(bind.elements.begin(), bind.elements.end());
  read_setting_texts(bind.texts, execution.setting_texts);
}

}  // namespace

Answers::Answers(Session& session) : session_(session) {}

Answers::~Answers() {
  forget();
}

void Answers::begin() {
  if (current_ || untold_) return;
  const Operation operation = session_.pipeline.front();
  if (operation.kind == Kind::query) begin_query(operation);
  if (operation.kind == Kind::execute) begin_portal(operation);
}

/// The first statement of a Query carries the text of all.
void Answers::begin_query(const Operation& operation) {
  if (query_failed_) return;
  if (ordinal_ == 0) {
    session_.statements.close("");
    drop_portal(portals_.take(""));
  }
  untold_ = operation.untold;
  if (untold_) return;
  current_ = session_.pool.take();
  Execution& execution = current_->execution;
  set_times(operation);
  execution.protocol = Protocol::simple;
  execution.pipelined = operation.pipelined || ordinal_ != 0;
  execution.ordinal = ordinal_;
  execution.text_hash = operation.text_hash;
  execution.truncated = operation.truncated;
  if (ordinal_ == 0) execution.text = operation.text;
  binary_ = 0;
}

void Answers::begin_portal(const Operation& operation) {
  Portal* portal = portals_.find(operation.name);
  const bool waits = portal != nullptr && portal->event;
  if (operation.untold && !(waits && portal->begun)) {
    untold_ = true;
    return drop_portal(portals_.take(operation.name));
  }
  current_ = waits ? std::move(portal->event) : session_.pool.take();
  Execution& execution = current_->execution;
  binary_ = portal == nullptr ? BinaryKeys{0} : portal->binary;
  if (waits && portal->begun) {
    execution.resumed = true;
    return;
  }
  set_times(operation);
  execution.protocol = Protocol::extended;
  if (portal == nullptr) return;
  portal->begun = true;
  set_statement(portal->statement);
  if (portal->described || !portal->statement || !portal->statement->shape.known) return;
  set_shape(execution, portal->statement->shape);
  binary_ = portal->binary = binary_keys(execution.key_columns, as_bytes(portal->formats));
}

/// A Parse or Bind that failed stands for the execution that it was made for.
void Answers::begin_refused(const Operation& operation) {
  if (operation.untold) return;
  current_ = session_.pool.take();
  Execution& execution = current_->execution;
  set_times(operation);
  execution.protocol = Protocol::extended;
  if (operation.kind == Kind::bind) {
    copy_parameters(operation, execution);
    return set_statement(session_.statements.find(operation.text));
  }
  execution.text = operation.text;
  execution.text_hash = operation.text_hash;
  execution.truncated = operation.truncated;
  execution.named = !operation.name.empty();
}

void Answers::set_times(const Operation& operation) {
  Execution& execution = current_->execution;
  execution.status_before = status_;
  execution.pipelined = operation.pipelined;
  execution.sent = operation.sent;
  execution.begun = std::max(operation.sent, last_end_);
  execution.first_answer = session_.now;
}

void Answers::set_shape(Execution& execution, const ResultShape& shape) {
  execution.key_columns = shape.keys;
  execution.keys_left_out = shape.left_out;
  execution.columns = shape.columns;
}

void Answers::set_statement(const StatementRef& statement) {
  if (!statement) return;
  Execution& execution = current_->execution;
  execution.text = statement->text;
  execution.text_hash = statement->text_hash;
  execution.truncated = statement->truncated;
  execution.named = !statement->name.empty();
}

void Answers::command_complete(Bytes body) {
  const auto tag = backend::CommandTag::read(body);
  if (changes_names(tag.command)) {
    const Operation operation = session_.pipeline.front();
    const bool is_query = operation.kind == Kind::query || !current_;
    change_names(is_query ? operation.text : current_->execution.text, tag.command);
  }
  if (current_) {
    Execution& execution = current_->execution;
    execution.command = tag.command;
    if (execution.rows == 0) execution.rows = tag.count;
  }
  complete(Outcome::completed);
  end_operation();
}

/// A name that cannot be told makes all forgotten: no text is better than a wrong one.
void Answers::change_names(std::string_view text, std::string_view command) {
  PreparedStatements& statements = session_.statements;
  if (command == "DISCARD ALL") return statements.close_all_named();
  if (deallocated_ + prepared_ == most_names_of_query) return statements.close_all_named();

  if (command == "PREPARE") {
    if (const auto prepare = sql_prepare(text, prepared_++)) sql_prepared(*prepare);
    return;
  }
  const auto name = deallocated_name(text, deallocated_++);
  if (!name || command == "DEALLOCATE ALL") return statements.close_all_named();
  statements.close(*name);
}

void Answers::sql_prepared(const SqlPrepare& prepare) {
  StatementRef statement = StatementRef::make();
  statement->name = prepare.name;
  statement->text = prepare.statement;
  statement->text_hash = session_.hasher.bytes(prepare.statement);
  session_.statements.commit(std::move(statement));
}

void Answers::suspended() {
  const Operation operation = session_.pipeline.front();
  Portal* portal = portals_.find(operation.name);
  if (portal == nullptr || !current_) {
    complete(Outcome::suspended);
  } else {
    current_->execution.complete = last_end_ = session_.now;
    portal->event = std::move(current_);
    keep_portal_limits();
  }
  end_operation();
}

void Answers::complete(Outcome outcome) {
  last_end_ = session_.now;
  untold_ = false;
  session_.statements.ran();
  if (!current_) return;
  Execution& execution = current_->execution;
  execution.outcome = outcome;
  execution.complete = last_end_;
  execution.sequence = ++sequence_;
  session_.tell(std::move(current_));
}

/// A Query goes on to its next statement, an Execute is done.
void Answers::end_operation() {
  if (session_.pipeline.front_kind() == Kind::query) {
    ++ordinal_;
    return;
  }
  deallocated_ = prepared_ = 0;
  session_.pipeline.pop();
}

void Answers::parsed(const Operation& operation) {
  if (operation.untold && operation.name.empty()) return session_.statements.close("");
  if (session_.statements.still_described(operation) != nullptr) return;
  StatementRef statement = session_.statements.blank(operation.name);
  statement->name = operation.name;
  statement->text = operation.text;
  statement->text_hash = operation.text_hash;
  statement->truncated = operation.truncated;
  statement->names_setting = operation.names_setting;
  Cursor types(operation.codes);
  while (types.left() >= sizeof(std::uint32_t)) statement->parameter_types.push_back(types.u32());
  session_.statements.commit(std::move(statement));
}

void Answers::bound(const Operation& operation) {
  if (operation.untold) return drop_portal(portals_.take(operation.name));
  Portal& portal = portals_.renew(operation.name);
  if (portal.event) drop_event(portal);
  portal.begun = portal.described = false;
  portal.binary = 0;
  portal.statement = session_.statements.find(operation.text);
  portal.formats = as_text(operation.codes);
  portal.event = session_.pool.take();
  copy_parameters(operation, portal.event->execution);
  keep_portal_limits();
}

/// The newest stays, whatever its size: it is what the client is about to run.
void Answers::keep_portal_limits() {
  while (portals_.size() > most_portals ||
         (portals_.size() > 1 && portals_.footprint() > session_.limits.portal_bytes)) {
    drop_portal(portals_.take_first());
  }
}

void Answers::closed(const Operation& operation) {
  if (operation.kind == Kind::close_statement) return session_.statements.close(operation.name);
  drop_portal(portals_.take(operation.name));
}

void Answers::parameters_described(const Operation& operation, Bytes body) {
  const StatementRef statement = session_.statements.find(operation.name);
  if (statement) statement->describe_parameters(body);
}

/// The body is empty for NoData. Formats are not known yet: Bind will ask for them.
void Answers::described_statement(const Operation& operation, Bytes body) {
  const StatementRef statement = session_.statements.find(operation.name);
  if (!statement) return;
  statement->shape = session_.describe(body).shape;
  session_.statements.recount(*statement);
}

/// Some drivers describe a statement's first portal only, and run the statement again and again.
void Answers::described_portal(const Operation& operation, Bytes body) {
  Portal* portal = portals_.find(operation.name);
  if (portal == nullptr || !portal->event || portal->begun) return;
  Execution& execution = portal->event->execution;
  const auto& description = session_.describe(body);
  set_shape(execution, description.shape);
  portal->binary = description.binary;
  portal->described = true;
  const StatementRef& statement = portal->statement;
  if (!statement || statement->name.empty() || statement->shape.known) return;
  statement->shape = description.shape;
  session_.statements.recount(*statement);
}

void Answers::cut() {
  const bool looked = session_.opened && session_.sight == Session::Sight::full && !streaming_;
  if (looked && !fatal_ && current_) {
    // Of a row that did not end no cell is told, nor what it added to the sizes.
    Execution& execution = current_->execution;
    if (long_row_) {
      execution.cells.resize(execution.rows * execution.key_columns.size());
      execution.sizes.clear();
    }
    complete(Outcome::cut);
  } else if (looked && !fatal_) {
    while (!session_.pipeline.empty() && !cut_operation(session_.pipeline.front())) {
      session_.pipeline.pop();
    }
  }
  drop_portals();
  forget();
}

/// Only the oldest execution is told: of those behind it the server may not have read anything.
bool Answers::cut_operation(const Operation& operation) {
  switch (operation.kind) {
    case Kind::parse:
      parsed(operation);
      return false;
    case Kind::bind:
      bound(operation);
      return false;
    case Kind::query:
    case Kind::execute:
      if (ordinal_ == 0) begin();
      if (current_) complete(Outcome::cut);
      return true;
    default:
      return false;
  }
}

/// What was suspended is told when its portal goes.
void Answers::drop_portal(Portal portal) {
  if (portal.event) drop_event(portal);
}

void Answers::drop_event(Portal& portal) {
  if (!portal.begun) return session_.pool.give(std::move(portal.event));
  portal.event->execution.outcome = Outcome::suspended;
  portal.event->execution.sequence = ++sequence_;
  session_.tell(std::move(portal.event));
}

void Answers::drop_portals() {
  for (Portal& portal : portals_) {
    if (portal.event) drop_event(portal);
  }
  portals_.clear();
}

void Answers::forget() {
  long_row_.reset();
  if (current_) session_.pool.give(std::move(current_));
  for (Portal& portal : portals_) {
    if (portal.event) session_.pool.give(std::move(portal.event));
  }
  portals_.clear();
  ordinal_ = deallocated_ = prepared_ = 0;
  query_failed_ = untold_ = false;
}

std::size_t Answers::footprint() const {
  std::size_t size = portals_.footprint();
  if (current_) size += sizeof(Event) + current_->execution.footprint();
  if (long_row_) size += sizeof(LongRow);
  return size;
}

}  // namespace onetrip
