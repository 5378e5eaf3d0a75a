#include "proxy/session/answers.hpp"
#include "proxy/session/long_row.hpp"

namespace onetrip {

void Answers::begin_row() {
  Execution& execution = current_->execution;
  const Time last = execution.marks.empty() ? execution.first_answer : execution.marks.back().time;
  if (last == session_.now) return;
  execution.marks.push_back({static_cast<std::uint32_t>(execution.rows), session_.now});
}

void Answers::prefix(MessageHeader header, Bytes kept) {
  if (!current_) return;
  Execution& execution = current_->execution;
  Cursor cursor(kept);
  execution.columns = cursor.u16();
  const std::uint64_t end = execution.bytes + MessageHeader::size + header.length;
  const SizeReader cells({execution, binary_, session_.hasher}, execution, end);
  long_row_ =
      std::make_unique<LongRow>(LongRow{{cells.wanted_values(), ResultShape::longest_cell}, cells});
  if (execution.row_hash.wants_more()) long_row_->hash.emplace(session_.hasher);
  long_row_->add(kept);
  long_row_->walker.walk(cursor.rest(), long_row_->cells);
}

void Answers::piece(MessageHeader, Bytes bytes) {
  if (long_row_) long_row_->add(bytes);
  if (long_row_ && !long_row_->walker.done()) long_row_->walker.walk(bytes, long_row_->cells);
}

void Answers::end_row(Bytes body) {
  Execution& execution = current_->execution;
  if (long_row_) {
    end_long_row();
  } else if (looks_at_row(execution)) {
    read_row(body);
  }
  ++execution.rows;
}

void Answers::end_long_row() {
  RowHash& hash = current_->execution.row_hash;
  if (long_row_->hash) hash.add(long_row_->hash->value(), message_size_ - MessageHeader::size);
  long_row_->cells.end_row(message_size_);
  long_row_.reset();
}

void Answers::read_row(Bytes body) {
  Execution& execution = current_->execution;
  if (execution.row_hash.wants_more())
    execution.row_hash.add(session_.hasher.bytes(as_text(body)), body.size());
  Cursor cursor(body);
  execution.columns = cursor.u16();
  if (SizeReader::wants(execution.bytes)) return read_sizes(cursor.rest());
  ValueWalker walker(CellReader::wanted_values(execution), ResultShape::longest_cell);
  CellReader cells(execution, binary_, session_.hasher);
  walker.walk(cursor.rest(), cells);
  cells.end_row();
}

void Answers::read_sizes(Bytes values) {
  Execution& execution = current_->execution;
  SizeReader sizes({execution, binary_, session_.hasher}, execution, execution.bytes);
  ValueWalker walker(sizes.wanted_values(), ResultShape::longest_cell);
  walker.walk(values, sizes);
  sizes.end_row(message_size_);
}

}  // namespace onetrip
