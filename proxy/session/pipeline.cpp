#include "proxy/session/pipeline.hpp"

#include <cstring>
#include <type_traits>
#include <utility>

namespace onetrip {

namespace {

// A Bind looks back for its Parse; one that is farther back is not worth the time.
constexpr int farthest_parse = 64;

template <class T>
Bytes raw(std::span<const T> list) {
  return std::as_bytes(list);
}

}  // namespace

struct Pipeline::Record {
  Time sent;
  std::uint64_t text_hash;
  std::uint64_t earlier_parse;
  std::uint32_t size;                                       // with all that follows it
  std::uint32_t slots, elements, name, text, codes, texts;  // bytes of each
  Operation::Kind kind;
  bool pipelined, truncated, names_setting;
};

bool Pipeline::push(const Operation& operation) {
  if (skipping_) {
    if (operation.kind != Operation::Kind::sync) return true;
    skipping_ = false;
  }
  if (copying_in_ && operation.kind == Operation::Kind::sync) return true;
  if (operation.kind == Operation::Kind::copy_done) {
    const bool ends_copy = std::exchange(copying_in_, false);
    if (ends_copy || empty()) return true;
  }

  const std::array<Bytes, 6> parts{raw(operation.slots),     raw(operation.elements),
                                   as_bytes(operation.name), as_bytes(operation.text),
                                   operation.codes,          as_bytes(operation.texts)};
  std::size_t size = sizeof(Record);
  for (const Bytes part : parts) size += part.size();
  size = (size + alignof(Record) - 1) / alignof(Record) * alignof(Record);
  if (buffer_.size() - head_ + size > limit_) return false;
  make_room(size);

  const auto length = [&](std::size_t part) {
    return static_cast<std::uint32_t>(parts[part].size());
  };
  const Record record{operation.sent,      operation.text_hash,
                      newest_parse_,       static_cast<std::uint32_t>(size),
                      length(0),           length(1),
                      length(2),           length(3),
                      length(4),           length(5),
                      operation.kind,      operation.pipelined,
                      operation.truncated, operation.names_setting};
  std::size_t at = buffer_.size();
  if (operation.kind == Operation::Kind::parse) newest_parse_ = base_ + at;
  buffer_.resize(at + size);
  std::memcpy(&buffer_[at], &record, sizeof record);
  at += sizeof record;
  for (const Bytes part : parts) {
    if (part.empty()) continue;
    std::memcpy(&buffer_[at], part.data(), part.size());
    at += part.size();
  }
  count(operation.kind, +1);
  return true;
}

/// Room without growing, if most of the buffer is free.
void Pipeline::make_room(std::size_t size) {
  if (buffer_.capacity() == 0) buffer_ = pool_->take_buffer();
  if (head_ <= buffer_.size() / 2 || buffer_.size() + size <= buffer_.capacity()) return;
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(head_));
  base_ += head_;
  head_ = 0;
}

Pipeline::Record Pipeline::record_at(std::size_t place) const {
  static_assert(std::is_trivially_copyable_v<Record> && std::is_trivially_copyable_v<Slot>);
  Record record;
  std::memcpy(&record, &buffer_[place], sizeof record);
  return record;
}

Operation Pipeline::operation_at(std::size_t place) const {
  const Record record = record_at(place);
  Bytes rest = Bytes(buffer_).subspan(place + sizeof(Record));
  const auto take = [&rest](std::size_t size) {
    const Bytes taken = rest.first(size);
    rest = rest.subspan(size);
    return taken;
  };
  Operation operation;
  operation.kind = record.kind;
  operation.pipelined = record.pipelined;
  operation.truncated = record.truncated;
  operation.names_setting = record.names_setting;
  operation.sent = record.sent;
  operation.text_hash = record.text_hash;
  // Records begin at multiples of eight, and slots and elements are such multiples themselves.
  static_assert(sizeof(Record) % alignof(Slot) == 0 && sizeof(Slot) % alignof(ValueHash) == 0);
  operation.slots = {reinterpret_cast<const Slot*>(take(record.slots).data()),
                     record.slots / sizeof(Slot)};
  operation.elements = {reinterpret_cast<const ValueHash*>(take(record.elements).data()),
                        record.elements / sizeof(ValueHash)};
  operation.name = as_text(take(record.name));
  operation.text = as_text(take(record.text));
  operation.codes = take(record.codes);
  operation.texts = as_text(take(record.texts));
  return operation;
}

Operation Pipeline::front() const {
  return operation_at(head_);
}

Operation::Kind Pipeline::front_kind() const {
  return record_at(head_).kind;
}

void Pipeline::pop() {
  drop_front();
  drop_unanswered();
}

Operation Pipeline::find_parse(std::string_view name) const {
  std::uint64_t place = newest_parse_;
  for (int i = 0; i < farthest_parse && place >= base_ + head_; ++i) {
    const Operation operation = operation_at(place - base_);
    if (operation.name == name) return operation;
    place = record_at(place - base_).earlier_parse;
  }
  return {};
}

void Pipeline::skip_to_sync() {
  copying_in_ = false;
  while (!empty() && front_kind() != Operation::Kind::sync) drop_front();
  skipping_ = empty();
}

/// Sync and Flush are ignored by a server that reads COPY data, so a Sync sent before CopyDone will
/// not be answered.
void Pipeline::begin_copy_in() {
  std::size_t place = head_ + record_at(head_).size;
  while (place < buffer_.size()) {
    const Record record = record_at(place);
    if (record.kind == Operation::Kind::sync) void_at(place);
    if (record.kind == Operation::Kind::copy_done) {
      void_at(place);
      return;
    }
    place += record.size;
  }
  copying_in_ = true;
}

void Pipeline::void_at(std::size_t place) {
  Record record = record_at(place);
  count(record.kind, -1);
  record.kind = Operation::Kind::nothing;
  std::memcpy(&buffer_[place], &record, sizeof record);
}

void Pipeline::count(Operation::Kind kind, std::ptrdiff_t by) {
  Operation operation;
  operation.kind = kind;
  const auto change = static_cast<std::size_t>(by);
  if (operation.is_execution()) executions_ += change;
  if (operation.is_boundary()) boundaries_ += change;
}

void Pipeline::drop_unanswered() {
  while (!empty() &&
         (front_kind() == Operation::Kind::nothing || front_kind() == Operation::Kind::copy_done)) {
    drop_front();
  }
}

void Pipeline::drop_front() {
  const Record record = record_at(head_);
  count(record.kind, -1);
  head_ += record.size;
  if (!empty()) return;
  base_ += head_;
  head_ = 0;
  buffer_.clear();
  pool_->give_buffer(std::exchange(buffer_, {}));
}

void Pipeline::clear() {
  base_ += buffer_.size();
  head_ = 0;
  buffer_.clear();
  if (buffer_.capacity() != 0) pool_->give_buffer(std::exchange(buffer_, {}));
  executions_ = boundaries_ = 0;
  skipping_ = copying_in_ = false;
}

}  // namespace onetrip
