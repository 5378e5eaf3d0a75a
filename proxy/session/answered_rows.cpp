#include "proxy/session/answers.hpp"
#include "proxy/session/long_row.hpp"

namespace onetrip {

void Answers::prefix(MessageHeader header, Bytes kept) {
  if (!current_) return;
  Execution& execution = current_->execution;
  Cursor cursor(kept);
  execution.columns = cursor.u16();
  const SizeReader cells({execution, binary_, session_.hasher}, execution, end_of(header));
  long_row_ =
      std::make_unique<LongRow>(LongRow{{cells.wanted_values(), ResultShape::longest_cell}, cells});
  if (hashes_row(execution)) long_row_->hash.emplace(session_.hasher);
  long_row_->add(kept);
  long_row_->walker.walk(cursor.rest(), long_row_->cells);
}

void Answers::piece(MessageHeader, Bytes bytes) {
  if (long_row_) long_row_->add(bytes);
  if (long_row_ && !long_row_->walker.done()) long_row_->walker.walk(bytes, long_row_->cells);
}

void Answers::begin_row() {
  Execution& execution = current_->execution;
  if (execution.rows >= ResultShape::most_rows) return;
  if (!execution.marks.empty() && execution.marks.back().time == session_.now) return;
  execution.marks.push_back({static_cast<std::uint32_t>(execution.rows), session_.now});
}

void Answers::end_row(Bytes body) {
  Execution& execution = current_->execution;
  const std::uint32_t wanted = CellReader::wanted_values(execution);
  const std::uint64_t size = message_size_ - MessageHeader::size;
  if (long_row_) {
    if (long_row_->hash) execution.row_hash.add(long_row_->hash->value(), size);
    long_row_->cells.end_row(message_size_);
    long_row_.reset();
  } else if (!body.empty() || wanted != 0) {
    if (hashes_row(execution)) execution.row_hash.add(session_.hasher.bytes(as_text(body)), size);
    Cursor cursor(body);
    execution.columns = cursor.u16();
    if (SizeReader::wants(execution, execution.bytes)) {
      read_sizes(cursor.rest());
    } else {
      ValueWalker walker(wanted, ResultShape::longest_cell);
      CellReader cells(execution, binary_, session_.hasher);
      walker.walk(cursor.rest(), cells);
      if (wanted != 0) cells.end_row();
    }
  }
  ++execution.rows;
}

void Answers::read_sizes(Bytes values) {
  Execution& execution = current_->execution;
  SizeReader sizes({execution, binary_, session_.hasher}, execution, execution.bytes);
  ValueWalker walker(sizes.wanted_values(), ResultShape::longest_cell);
  walker.walk(values, sizes);
  sizes.end_row(message_size_);
}

}  // namespace onetrip
