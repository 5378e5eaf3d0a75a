#include "analyzer/event.hpp"

#include <algorithm>

namespace onetrip {

namespace {

// What a short string keeps inside itself is part of sizeof.
const std::size_t inside = std::string().capacity();

std::size_t heap_of(const std::string& text) {
  return text.capacity() > inside ? text.capacity() + 1 : 0;
}

}  // namespace

std::string_view to_string(Blindness blindness) {
  static constexpr std::string_view names[] = {"none", "encrypted", "out_of_sync", "too_large",
                                               "dropped"};
  return names[static_cast<int>(blindness)];
}

void Execution::wipe() {
  std::fill(text.begin(), text.end(), '\0');
  text.clear();
  for (std::string& one : setting_texts) std::fill(one.begin(), one.end(), '\0');
  setting_texts.clear();
  for (Slot& parameter : parameters) parameter.clear = 0;
  parameters.clear();
}

void Execution::clear() {
  wipe();
  sequence = 0;
  protocol = Protocol::simple;
  outcome = Outcome::completed;
  status_before = TransactionStatus::idle;
  named = pipelined = truncated = resumed = answer_unseen = false;
  text_hash = 0;
  ordinal = 0;
  sent = begun = first_answer = complete = Time{};
  command.clear();
  sqlstate.fill('0');
  rows = bytes = 0;
  columns = 0;
  row_hash = {};
  sizes.clear();
  elements.clear();
  key_columns.clear();
  keys_left_out = 0;
  cells.clear();
  marks.clear();
}

std::size_t Execution::footprint() const {
  std::size_t size = heap_of(text) + heap_of(command);
  size += parameters.capacity() * sizeof(Slot) + elements.capacity() * sizeof(ValueHash);
  size += cells.capacity() * sizeof(ValueHash) + marks.capacity() * sizeof(RowMark);
  size += sizes.bytes.capacity() * sizeof(std::uint64_t);
  size += setting_texts.capacity() * sizeof(std::string);
  for (const std::string& one : setting_texts) size += heap_of(one);
  // Names are 63 bytes at most (NAMEDATALEN); this is asked for each event, so they are not looked
  // at.
  size += key_columns.capacity() * sizeof(ResultColumn);
  return size;
}

}  // namespace onetrip
