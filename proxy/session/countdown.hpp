#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "proxy/session/attention.hpp"
#include "proxy/session/operation.hpp"

namespace onetrip {

/// What is in flight when there was no room to remember it: the kinds only, equal ones that follow
/// each other as one run. Enough to know when all of it is answered.
class Countdown {
 public:
  /// As the pipeline's was when it gave up.
  void begin(const Attention& attention) { attention_ = attention; }
  /// Everything is answered: what a new pipeline begins with.
  Attention end();

  /// The client sent one. False when it cannot be counted any more.
  bool add(Operation::Kind kind);
  /// The server sent a message that answers something. False if it cannot be an answer to the
  /// oldest.
  bool answer(char message_type);

  bool empty() const { return head_ == runs_.size() && !attention_.skipping(); }
  std::size_t footprint() const { return runs_.capacity() * sizeof(Run); }
  void clear();

 private:
  enum class Kind : std::uint8_t { extended, query, function_call, sync, copy_done };
  struct Run {
    Kind kind;
    std::uint32_t count;
  };

  bool ready_for_query();
  bool error();
  bool answer_extended(char message_type);
  void begin_copy_in();
  void pop();
  void drop_done();
  Run& front() { return runs_[head_]; }
  bool has_front() const { return head_ != runs_.size(); }

  std::vector<Run> runs_;
  std::size_t head_ = 0;
  Attention attention_;
};

}  // namespace onetrip
