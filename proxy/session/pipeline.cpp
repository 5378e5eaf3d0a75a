#include "proxy/session/pipeline.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

namespace onetrip {

namespace {

using Kind = Operation::Kind;

// A Bind looks back for its Parse; one that is farther back is not worth the time.
constexpr int farthest_parse = 64;

// Apart, since most operations have none.
void copy_content(const Operation& operation, std::byte* place) {
  const auto copy = [&place](Bytes part) {
    if (part.empty()) return;
    std::memcpy(place, part.data(), part.size());
    place += part.size();
  };
  copy(std::as_bytes(operation.slots));
  copy(std::as_bytes(operation.elements));
  copy(as_bytes(operation.name));
  copy(as_bytes(operation.text));
  copy(operation.codes);
  copy(as_bytes(operation.texts));
}

}  // namespace

bool Pipeline::push(const Operation& operation) {
  if (attention_.leaves_unanswered(operation.kind)) return true;
  if (operation.kind == Kind::copy_done && empty()) return true;

  const Bytes slots = std::as_bytes(operation.slots);
  const Bytes elements = std::as_bytes(operation.elements);
  const std::size_t content = slots.size() + elements.size() + operation.name.size() +
                              operation.text.size() + operation.codes.size() +
                              operation.texts.size();
  const std::size_t size =
      (sizeof(Record) + content + alignof(Record) - 1) & ~(alignof(Record) - 1);
  if (buffer_.size() - head_ + size > limit_) return false;
  make_room(size);

  const auto length = [](const auto& part) { return static_cast<std::uint32_t>(part.size()); };
  const std::size_t at = buffer_.size();
  buffer_.resize(at + size);
  std::byte* place = buffer_.data() + at;
  new (place) Record{operation.sent,          operation.text_hash,
                     newest_parse_,           static_cast<std::uint32_t>(size),
                     length(slots),           length(elements),
                     length(operation.name),  length(operation.text),
                     length(operation.codes), length(operation.texts),
                     operation.kind,          operation.pipelined,
                     operation.truncated,     operation.names_setting,
                     operation.untold};
  place += sizeof(Record);
  if (content != 0) copy_content(operation, place);
  if (operation.kind == Kind::parse) newest_parse_ = base_ + at;
  if (Operation::is_execution(operation.kind)) ++executions_;
  return true;
}

/// Room without growing, if most of the buffer is free.
void Pipeline::make_room(std::size_t size) {
  if (buffer_.capacity() == 0) buffer_ = pool_->take_buffer();
  if (head_ <= buffer_.size() / 2 || buffer_.size() + size <= buffer_.capacity()) return;
  const auto begin = buffer_.begin();
  const auto head = begin + static_cast<std::ptrdiff_t>(head_);
  const auto end = std::copy(head, buffer_.end(), begin);  // which is not behind the head
  std::fill(head, buffer_.end(), std::byte{0});
  buffer_.erase(end, buffer_.end());
  base_ += head_;
  head_ = 0;
}

Operation Pipeline::operation_at(std::size_t place) const {
  static_assert(std::is_trivially_copyable_v<Record> && std::is_trivially_copyable_v<Slot>);
  const Record& record = record_at(place);
  const std::byte* at = buffer_.data() + place + sizeof(Record);
  const auto take = [&at](std::size_t size) { return Bytes(std::exchange(at, at + size), size); };
  Operation operation;
  operation.kind = record.kind;
  operation.pipelined = record.pipelined;
  operation.truncated = record.truncated;
  operation.names_setting = record.names_setting;
  operation.untold = record.untold;
  operation.sent = record.sent;
  operation.text_hash = record.text_hash;
  // Slots and elements are multiples of eight themselves.
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

void Pipeline::pop() {
  attention_.done();
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
  while (!empty() && front_kind() != Kind::sync) drop_front();
  if (empty()) attention_.skip_to_sync();
}

/// Sync and Flush are ignored by a server that reads COPY data, so a Sync sent before CopyDone will
/// not be answered.
void Pipeline::begin_copy_in() {
  auto data = Attention::Data::expected;
  std::uint32_t syncs = 0;
  std::size_t place = head_ + record_at(head_).size;
  while (place < buffer_.size() && data == Attention::Data::expected) {
    const Record& record = record_at(place);
    if (record.kind == Kind::copy_done) data = Attention::Data::sent;
    if (record.kind == Kind::sync) ++syncs;
    if (record.kind == Kind::sync || record.kind == Kind::copy_done) void_at(place);
    place += record.size;
  }
  attention_.begin_copy_in(data, syncs);
}

void Pipeline::void_at(std::size_t place) {
  record_at(place).kind = Kind::nothing;
}

void Pipeline::drop_unanswered() {
  while (!empty() && (front_kind() == Kind::nothing || front_kind() == Kind::copy_done)) {
    drop_front();
  }
}

void Pipeline::drop_front() {
  const Record& record = record_at(head_);
  if (Operation::is_execution(record.kind)) --executions_;
  const auto head = buffer_.begin() + static_cast<std::ptrdiff_t>(head_);
  std::fill(head + sizeof(Record), head + record.size, std::byte{0});
  head_ += record.size;
  if (empty()) return_buffer();
}

/// Of an empty pipeline.
void Pipeline::return_buffer() {
  base_ += buffer_.size();
  head_ = 0;
  pool_->give_buffer(std::exchange(buffer_, {}));
}

void Pipeline::clear() {
  std::fill(buffer_.begin() + static_cast<std::ptrdiff_t>(head_), buffer_.end(), std::byte{0});
  if (buffer_.capacity() != 0) return_buffer();
  executions_ = 0;
  attention_ = {};
}

}  // namespace onetrip
