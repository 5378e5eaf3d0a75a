#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "proxy/session/execution_pool.hpp"
#include "proxy/wire/cursor.hpp"

namespace onetrip {

/// What the client has asked and the server has not yet answered.
struct Operation {
  enum class Kind : std::uint8_t {
    query,
    parse,
    bind,
    describe_statement,
    describe_portal,
    execute,
    close_statement,
    close_portal,
    sync,
    function_call,
    copy_done,  ///< CopyDone or CopyFail: has no answer, but ends what copy-in leaves unread
    nothing,    ///< was not read by the server, and has no answer
  };

  Kind kind = Kind::nothing;
  bool pipelined = false;      ///< sent while an execution was in flight
  bool truncated = false;      ///< of query, parse: text is cut
  bool names_setting = false;  ///< of parse: text names an `onetrip.` setting
  Time sent{};
  std::uint64_t text_hash = 0;  ///< of query, parse: of the whole text
  std::string_view name;  ///< what is parsed, described, closed, executed; of bind: its portal
  std::string_view text;  ///< of query, parse: the text; of bind: its statement's name
  Bytes codes;            ///< of parse: parameter types; of bind: result formats; as on the wire
  std::span<const Slot> slots;  ///< of bind: its parameters
  std::span<const ValueHash> elements;
  std::string_view texts;  ///< of bind: parameters in clear, as ExecutionPool::Parameters has them

  bool is_execution() const { return kind == Kind::query || kind == Kind::execute; }
  /// Answered by ReadyForQuery.
  bool is_boundary() const {
    return kind == Kind::query || kind == Kind::sync || kind == Kind::function_call;
  }
};

/// The operations in flight, oldest first, laid out one behind the other in one buffer of bytes
/// that is lent by the pool while there are any.
///
///   buffer = { record slots elements name text codes texts padding }*
///
/// Knows which messages the server leaves unanswered: all up to the next Sync after an error in the
/// extended protocol, and Sync itself while it reads COPY data.
class Pipeline {
 public:
  Pipeline(ExecutionPool& pool, std::size_t limit) : pool_(&pool), limit_(limit) {}
  ~Pipeline() { clear(); }
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  /// False when there is no room. What gets no answer is taken and forgotten.
  bool push(const Operation& operation);

  bool empty() const { return head_ == buffer_.size(); }
  /// The oldest; there is one. Views are good until the next change.
  Operation front() const;
  Operation::Kind front_kind() const;
  void pop();

  /// The newest Parse in flight of that name; kind nothing if there is none.
  Operation find_parse(std::string_view name) const;

  /// ErrorResponse to an extended message, which was popped: the server skips to the next Sync,
  /// which may not have been sent yet.
  void skip_to_sync();
  /// The messages that the client sends now are being skipped.
  bool skipping() const { return skipping_; }

  /// CopyInResponse to the oldest operation.
  void begin_copy_in();
  /// That copy has failed: the server reads messages again.
  void end_copy_in() { copying_in_ = false; }

  /// Query and Execute in flight.
  std::size_t executions() const { return executions_; }
  /// ReadyForQuery to come for what is in flight.
  std::size_t boundaries() const { return boundaries_; }

  void clear();
  std::size_t footprint() const { return buffer_.capacity(); }

 private:
  struct Record;
  Record record_at(std::size_t place) const;
  Operation operation_at(std::size_t place) const;
  void void_at(std::size_t place);
  void count(Operation::Kind kind, std::ptrdiff_t by);
  void make_room(std::size_t size);
  void drop_unanswered();
  void drop_front();

  ExecutionPool* pool_;
  ExecutionPool::Buffer buffer_;
  std::size_t limit_;
  std::size_t head_ = 0;
  std::uint64_t base_ = 1;          // how many bytes went before buffer_[0], and one
  std::uint64_t newest_parse_ = 0;  // counted like base_; 0: none
  std::size_t executions_ = 0;
  std::size_t boundaries_ = 0;
  bool skipping_ = false;
  bool copying_in_ = false;
};

}  // namespace onetrip
