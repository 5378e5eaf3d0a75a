#include "proxy/session/answers.hpp"

#include <algorithm>

namespace onetrip {

namespace {

namespace type = backend::type;
using Kind = Operation::Kind;

// 1,664 columns of 63 bytes each, or 65,535 parameters, and room to spare.
constexpr std::uint32_t longest_description = std::uint32_t{512} << 10U;
constexpr std::uint32_t longest_row_kept = std::uint32_t{16} << 10U;
constexpr std::uint32_t longest_line = 1024;  // tag, error, parameter

bool is_asynchronous(char message_type) {
  return message_type == type::notice_response || message_type == type::parameter_status ||
         message_type == type::notification_response;
}

}  // namespace

Wish Answers::wish(MessageHeader header) {
  switch (header.type) {
    case type::data_row:
      if (session_.sight != Session::Sight::full || session_.pipeline.empty()) return {};
      begin();
      if (!current_) return {};
      if (!looks_at_row(current_->execution)) return {};
      begin_row();
      return {longest_row_kept, Wish::Rest::stream};
    case type::row_description:
    case type::parameter_description:
      return {longest_description, Wish::Rest::skip};
    case type::command_complete:
    case type::error_response:
    case type::parameter_status:
    case type::ready_for_query:
      return {longest_line, Wish::Rest::skip};
    default:
      return {};
  }
}

bool Answers::message(MessageHeader header, Bytes body) {
  if (header.type == type::parameter_status) parameter_status(body);
  if (is_asynchronous(header.type)) return true;
  if (!session_.opened) return answer_startup(header.type, body);
  if (session_.sight != Session::Sight::full) return count_down(header.type, body);
  message_size_ = static_cast<std::uint32_t>(MessageHeader::size) + header.length;
  if (header.type == type::error_response) return error(body);
  if (header.type == type::ready_for_query) return ready_for_query(body);
  if (session_.pipeline.empty() || !answer(header.type, body)) return false;
  return !streaming_;
}

bool Answers::answer_startup(char message_type, Bytes body) {
  switch (message_type) {
    case type::authentication:
    case type::backend_key_data:
    case type::negotiate_protocol_version:
      return true;
    case type::error_response:
      fatal_ = true;
      return true;
    case type::ready_for_query: {
      session_.opened = true;
      auto event = session_.pool.take();
      event->kind = Event::Kind::session_opened;
      event->facts = session_.facts;
      session_.tell(std::move(event));
      return change_status(body);
    }
    default:
      return false;
  }
}

void Answers::parameter_status(Bytes body) {
  const auto [name, value] = backend::ParameterStatus::read(body);
  SessionFacts& facts = session_.facts;
  if (name == "server_version") facts.server_version = value;
  bool changed = false;
  if (name == "application_name") {
    changed = facts.application_name != value;
    facts.application_name = value;
  }
  if (name == "standard_conforming_strings") {
    changed = facts.standard_conforming_strings != (value == "on");
    facts.standard_conforming_strings = value == "on";
  }
  if (!changed || !session_.opened) return;
  auto event = session_.pool.take();
  event->kind = Event::Kind::session_changed;
  event->facts = facts;
  session_.tell(std::move(event));
}

/// Sight comes back when nothing is in flight any more.
bool Answers::count_down(char message_type, Bytes body) {
  if (message_type == type::copy_both_response) streaming_ = true;
  if (streaming_ || !session_.countdown.answer(message_type)) return false;
  if (message_type == type::command_complete) {
    const std::string_view command = backend::CommandTag::read(body).command;
    if (command.starts_with("DEALLOCATE") || command.starts_with("DISCARD")) {
      session_.statements.close_all_named();
    }
  }
  if (message_type != type::ready_for_query) return true;
  if (session_.countdown.empty()) {
    session_.pipeline.attention() = session_.countdown.end();
    session_.sight = Session::Sight::full;
    session_.blindness = Blindness::none;
    last_end_ = session_.now;
  }
  return change_status(body);
}

bool Answers::answer(char message_type, Bytes body) {
  // Rows come by the million: no operation is looked at for them.
  if (message_type == type::data_row) return answer_execution(message_type, body);
  session_.pipeline.attention().answered();
  switch (session_.pipeline.front_kind()) {
    case Kind::parse:
      if (message_type != type::parse_complete) return false;
      parsed(session_.pipeline.front());
      break;
    case Kind::bind:
      if (message_type != type::bind_complete) return false;
      bound(session_.pipeline.front());
      break;
    case Kind::close_statement:
    case Kind::close_portal:
      if (message_type != type::close_complete) return false;
      closed(session_.pipeline.front());
      break;
    case Kind::describe_statement:
    case Kind::describe_portal:
      return answer_describe(message_type, session_.pipeline.front(), body);
    case Kind::query:
    case Kind::execute:
      return answer_execution(message_type, body);
    case Kind::function_call:
      return message_type == type::function_call_response;
    default:
      return false;
  }
  session_.pipeline.pop();
  return true;
}

bool Answers::answer_describe(char message_type, const Operation& operation, Bytes body) {
  const bool of_statement = operation.kind == Kind::describe_statement;
  if (message_type == type::parameter_description && of_statement) {
    parameters_described(operation, body);
    return true;
  }
  if (message_type != type::row_description && message_type != type::no_data) return false;
  if (of_statement) {
    described_statement(operation, body);
  } else {
    described_portal(operation, body);
  }
  session_.pipeline.pop();
  return true;
}

bool Answers::answer_execution(char message_type, Bytes body) {
  begin();
  if (!current_ && !untold_) return false;
  if (current_) current_->execution.bytes += message_size_;
  switch (message_type) {
    case type::row_description:
      return row_description(body);
    case type::data_row:
      if (current_) end_row(body);
      return true;
    case type::command_complete:
      command_complete(body);
      return true;
    case type::empty_query_response:
      complete(Outcome::empty);
      end_operation();
      return true;
    case type::portal_suspended:
      if (session_.pipeline.front_kind() != Kind::execute) return false;
      suspended();
      return true;
    case type::copy_in_response:
      session_.pipeline.begin_copy_in();
      return true;
    case type::copy_out_response:
    case type::copy_data:
    case type::copy_done:
      return true;
    case type::copy_both_response:
      streaming_ = true;
      return true;
    default:
      return false;
  }
}

/// Of a simple Query; Execute has none. A statement that rules rewrote may return several results,
/// whose cells do not fit into one table.
bool Answers::row_description(Bytes body) {
  if (session_.pipeline.front_kind() != Kind::query) return false;
  if (untold_) return true;
  Execution& execution = current_->execution;
  if (execution.rows != 0) {
    execution.key_columns.clear();
    execution.keys_left_out = 0;
    execution.cells.clear();
    execution.sizes.clear();
    return true;
  }
  const auto& description = session_.describe(body);
  set_shape(execution, description.shape);
  binary_ = description.binary;
  return true;
}

bool Answers::ready_for_query(Bytes body) {
  Pipeline& pipeline = session_.pipeline;
  const Kind kind = pipeline.empty() ? Kind::nothing : pipeline.front_kind();
  const bool is_expected =
      kind == Kind::sync || (Operation::is_boundary(kind) && pipeline.attention().begun());
  if (!is_expected && pipeline.attention().take_doubtful()) return change_status(body);
  if (!Operation::is_boundary(kind)) return false;
  if (current_) session_.pool.give(std::move(current_));
  pipeline.pop();
  ordinal_ = deallocated_ = prepared_ = 0;
  query_failed_ = untold_ = false;
  last_end_ = session_.now;
  return change_status(body);
}

/// Portals live as long as their transaction.
bool Answers::change_status(Bytes body) {
  const char status = static_cast<char>(Cursor(body).u8());
  if (status != 'I' && status != 'T' && status != 'E') return false;
  status_ = static_cast<TransactionStatus>(status);
  if (status_ != TransactionStatus::open) drop_portals();
  return true;
}

/// An error ends a Query at its ReadyForQuery, and everything else at the next Sync.
bool Answers::error(Bytes body) {
  const auto response = backend::ErrorResponse::read(body);
  fatal_ = fatal_ || response.is_fatal();
  if (session_.pipeline.empty()) return fatal_;
  const Operation operation = session_.pipeline.front();
  if (operation.kind == Kind::sync) return true;
  session_.pipeline.attention().failed();
  if (operation.kind == Kind::function_call) return true;
  if (Operation::is_execution(operation.kind)) begin();
  if (operation.kind == Kind::parse || operation.kind == Kind::bind) begin_refused(operation);
  if (current_) {
    Execution& execution = current_->execution;
    execution.bytes += message_size_;
    const std::size_t size = std::min(response.sqlstate.size(), execution.sqlstate.size());
    std::copy_n(response.sqlstate.begin(), size, execution.sqlstate.begin());
    complete(Outcome::failed);
  }
  untold_ = false;
  if (operation.kind == Kind::query) {
    query_failed_ = true;
    return true;
  }
  session_.pipeline.pop();
  session_.pipeline.skip_to_sync();
  return true;
}

}  // namespace onetrip
