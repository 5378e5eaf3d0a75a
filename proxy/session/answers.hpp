#pragma once

#include <memory>
#include <string_view>

#include "proxy/session/portals.hpp"
#include "proxy/session/session.hpp"
#include "proxy/session/sql_names.hpp"
#include "proxy/wire/backend.hpp"
#include "proxy/wire/framer.hpp"

namespace onetrip {

struct LongRow;

/// Reads what the server says: a Framer's Reader that answers the oldest operation of the pipeline,
/// and tells an execution when its answer is complete.
class Answers {
 public:
  explicit Answers(Session& session);
  ~Answers();

  /// A row beyond those that are kept, or of what is not told.
  bool passes(MessageHeader header) {
    if (header.type != backend::type::data_row) return false;
    if (!current_) return untold_;
    Execution& execution = current_->execution;
    if (looks_at_row(execution)) return false;
    ++execution.rows;
    execution.bytes += MessageHeader::size + header.length;
    return true;
  }
  Wish wish(MessageHeader header);
  void prefix(MessageHeader header, Bytes kept);
  void piece(MessageHeader header, Bytes bytes);
  /// False: not an answer to what is in flight; or, when streaming(), no more is understood.
  bool message(MessageHeader header, Bytes body);

  /// CopyBothResponse came: the rest is replication, and none of our business.
  bool streaming() const { return streaming_; }

  /// The connection has ended. Tells the execution that was under way, or sent, and portals that
  /// were suspended.
  void cut();
  /// Drops all that is under way, untold.
  void forget();
  std::size_t footprint() const;

 private:
  // Before the first ReadyForQuery, and messages that answer nothing.
  bool answer_startup(char type, Bytes body);
  void parameter_status(Bytes body);
  bool count_down(char type, Bytes body);

  // Answers to the oldest operation; false if it cannot have this answer.
  bool answer(char type, Bytes body);
  bool answer_describe(char type, const Operation& operation, Bytes body);
  bool answer_execution(char type, Bytes body);
  bool row_description(Bytes body);
  bool ready_for_query(Bytes body);
  bool error(Bytes body);

  void parsed(const Operation& operation);
  void bound(const Operation& operation);
  void closed(const Operation& operation);
  void described_statement(const Operation& operation, Bytes body);
  void described_portal(const Operation& operation, Bytes body);
  void parameters_described(const Operation& operation, Bytes body);
  void change_names(std::string_view text, std::string_view command);
  void sql_prepared(const SqlPrepare& prepare);

  // The execution being answered.
  void begin();
  void begin_query(const Operation& operation);
  void begin_portal(const Operation& operation);
  void begin_refused(const Operation& operation);
  void set_times(const Operation& operation);
  void set_statement(const StatementRef& statement);
  static void set_shape(Execution& execution, const ResultShape& shape);
  /// Whether the next row is one of the first, of which more than the number is told.
  bool looks_at_row(const Execution& execution) const {
    return execution.rows < session_.limits.indexed_rows;
  }
  void begin_row();
  void end_row(Bytes body);
  void end_long_row();
  void read_row(Bytes body);
  void read_sizes(Bytes values);
  void command_complete(Bytes body);
  void suspended();
  void complete(Outcome outcome);
  void end_operation();

  bool cut_operation(const Operation& operation);
  void drop_portal(Portal portal);
  void drop_event(Portal& portal);
  void drop_portals();
  void keep_portal_limits();
  bool change_status(Bytes body);

  Session& session_;
  Portals portals_;
  std::unique_ptr<Event> current_;  // the execution being answered
  std::unique_ptr<LongRow> long_row_;
  Time last_end_{};  // of the answer before
  std::uint64_t sequence_ = 0;
  std::uint32_t ordinal_ = 0;      // within the Query being answered
  std::uint32_t deallocated_ = 0;  // DEALLOCATE and PREPARE that it has run
  std::uint32_t prepared_ = 0;
  TransactionStatus status_ = TransactionStatus::idle;
  std::uint32_t message_size_ = 0;  // of the message being read, with its header
  BinaryKeys binary_ = 0;           // of current_
  bool untold_ = false;             // an answer is under way that has no current_
  bool query_failed_ = false;       // the Query being answered: only ReadyForQuery is left
  bool fatal_ = false;              // the server has said its last words
  bool streaming_ = false;
};

}  // namespace onetrip
