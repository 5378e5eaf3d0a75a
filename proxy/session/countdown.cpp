#include "proxy/session/countdown.hpp"

#include <utility>

#include "proxy/wire/backend.hpp"

namespace onetrip {

namespace {

namespace type = backend::type;

constexpr std::size_t most_runs = std::size_t{1} << 18U;

}  // namespace

bool Countdown::add(Operation::Kind operation) {
  using Asked = Operation::Kind;
  if (operation == Asked::nothing || attention_.leaves_unanswered(operation)) return true;
  if (operation == Asked::copy_done && !has_front()) return true;
  Kind kind = Kind::extended;
  if (operation == Asked::query) kind = Kind::query;
  if (operation == Asked::function_call) kind = Kind::function_call;
  if (operation == Asked::sync) kind = Kind::sync;
  if (operation == Asked::copy_done) kind = Kind::copy_done;
  if (has_front() && runs_.back().kind == kind) {
    ++runs_.back().count;
    return true;
  }
  if (head_ > runs_.size() / 2) {
    runs_.erase(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
  if (runs_.size() == most_runs) return false;
  runs_.push_back({kind, 1});
  return true;
}

bool Countdown::answer(char message_type) {
  if (message_type == type::ready_for_query) return ready_for_query();
  if (message_type == type::error_response) return error();
  if (!has_front()) return false;
  if (front().kind == Kind::sync) return false;
  attention_.answered();
  if (message_type == type::copy_in_response) begin_copy_in();
  return front().kind != Kind::extended || answer_extended(message_type);
}

/// What ends a message's answer: RowDescription, too, which Describe has and Execute has not.
bool Countdown::answer_extended(char message_type) {
  switch (message_type) {
    case type::parse_complete:
    case type::bind_complete:
    case type::close_complete:
    case type::no_data:
    case type::row_description:
    case type::command_complete:
    case type::empty_query_response:
    case type::portal_suspended:
      pop();
      return true;
    case type::parameter_description:
    case type::data_row:
    case type::copy_in_response:
    case type::copy_out_response:
    case type::copy_data:
    case type::copy_done:
      return true;
    default:
      return false;
  }
}

bool Countdown::ready_for_query() {
  if (!has_front() || front().kind == Kind::extended) return attention_.take_doubtful();
  const bool is_its_own = front().kind == Kind::sync || attention_.begun();
  if (!is_its_own && attention_.take_doubtful()) return true;
  pop();
  return true;
}

bool Countdown::error() {
  // Its last words, or the commit at Sync that failed.
  if (!has_front() || front().kind == Kind::sync) return true;
  attention_.failed();
  if (front().kind != Kind::extended) return true;
  attention_.done();
  while (has_front() && (front().kind != Kind::sync || front().count == 0)) ++head_;
  if (!has_front()) attention_.skip_to_sync();
  return true;
}

void Countdown::begin_copy_in() {
  auto data = Attention::Data::expected;
  std::uint32_t syncs = 0;
  for (std::size_t i = head_ + 1; i < runs_.size() && data == Attention::Data::expected; ++i) {
    if (runs_[i].kind == Kind::sync) syncs += std::exchange(runs_[i].count, 0);
    if (runs_[i].kind != Kind::copy_done || runs_[i].count == 0) continue;
    --runs_[i].count;
    data = Attention::Data::sent;
  }
  attention_.begin_copy_in(data, syncs);
}

void Countdown::pop() {
  attention_.done();
  --front().count;
  drop_done();
}

/// CopyDone has no answer.
void Countdown::drop_done() {
  while (has_front() && (front().count == 0 || front().kind == Kind::copy_done)) ++head_;
  if (!has_front()) {
    runs_.clear();
    head_ = 0;
  }
}

Attention Countdown::end() {
  const Attention attention = attention_;
  clear();
  return attention;
}

void Countdown::clear() {
  runs_ = std::vector<Run>();  // with its memory, which = {} would keep
  head_ = 0;
  attention_ = {};
}

}  // namespace onetrip
