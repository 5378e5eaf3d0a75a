#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "proxy/session/attention.hpp"
#include "proxy/session/execution_pool.hpp"
#include "proxy/session/operation.hpp"

namespace onetrip {

/// The operations in flight, oldest first, laid out one behind the other in one buffer of bytes
/// that is lent by the pool while there are any. What was popped is wiped: no text or parameter of
/// it is left in memory, where a core dump would show it.
///
///   buffer = { record slots elements name text codes texts padding }*
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
  Operation::Kind front_kind() const { return record_at(head_).kind; }
  void pop();

  /// Oldest first.
  template <class See>
  void for_each(See&& see) const {
    for (std::size_t at = head_; at < buffer_.size(); at += record_at(at).size) {
      see(operation_at(at));
    }
  }

  /// The newest Parse in flight of that name; kind nothing if there is none.
  Operation find_parse(std::string_view name) const;

  /// ErrorResponse to an extended message, which was popped: the server skips to the next Sync,
  /// which may not have been sent yet.
  void skip_to_sync();

  /// CopyInResponse to the oldest operation.
  void begin_copy_in();

  Attention& attention() { return attention_; }
  const Attention& attention() const { return attention_; }

  /// Query and Execute in flight.
  std::size_t executions() const { return executions_; }

  void clear();
  std::size_t footprint() const { return buffer_.capacity(); }

 private:
  struct Record {
    Time sent;
    std::uint64_t text_hash;
    std::uint64_t earlier_parse;
    std::uint32_t size;                                       // with all that follows it
    std::uint32_t slots, elements, name, text, codes, texts;  // bytes of each
    Operation::Kind kind;
    bool pipelined, truncated, names_setting, untold;
  };

  // Records begin at multiples of eight, of memory from an allocator: they are read where they lie.
  const Record& record_at(std::size_t place) const {
    return *reinterpret_cast<const Record*>(buffer_.data() + place);
  }
  Record& record_at(std::size_t place) { return *reinterpret_cast<Record*>(&buffer_[place]); }
  Operation operation_at(std::size_t place) const;
  void void_at(std::size_t place);
  void make_room(std::size_t size);
  void drop_unanswered();
  void drop_front();
  void return_buffer();

  ExecutionPool* pool_;
  ExecutionPool::Buffer buffer_;
  std::size_t limit_;
  std::size_t head_ = 0;
  std::uint64_t base_ = 1;          // how many bytes went before buffer_[0], and one
  std::uint64_t newest_parse_ = 0;  // counted like base_; 0: none
  std::size_t executions_ = 0;
  Attention attention_;
};

}  // namespace onetrip
