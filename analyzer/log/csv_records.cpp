#include "analyzer/log/csv_records.hpp"

#include <algorithm>

#include "analyzer/log/log_time.hpp"

namespace onetrip {
namespace {

// csvlog has 26; a line of commas is no log.
constexpr std::size_t most_fields = 256;

}  // namespace

std::string_view CsvRecords::field(std::size_t number) const {
  const std::size_t begin = number == 0 ? 0 : ends_[number - 1];
  return std::string_view(text_).substr(begin, ends_[number] - begin);
}

void CsvRecords::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    bytes.remove_prefix(step(bytes));
    if (text_.size() > LogReader::longest_entry) lose("too_long");
  }
}

void CsvRecords::end() {
  if (state_ == State::skipping || (state_ == State::line_start && matched_ == 0)) return;
  lose("cut");
}

std::size_t CsvRecords::step(std::string_view bytes) {
  const char byte = bytes.front();
  switch (state_) {
    case State::line_start:
      match(byte);
      return 1;
    case State::skipping: {
      const std::size_t end = bytes.find('\n');
      if (end == std::string_view::npos) return bytes.size();
      state_ = State::line_start;
      return end + 1;
    }
    case State::field_start:
      if (byte == '"') {
        state_ = State::quoted;
        return 1;
      }
      state_ = State::plain;
      return 0;
    case State::plain:
      return take_plain(bytes);
    case State::quoted:
      return take_quoted(bytes);
    case State::after_quote:
      after_quote(byte);
      return 1;
    case State::after_return:
      if (byte == '\n') {
        close_record();
        return 1;
      }
      lose("not_csv");
      return 0;
  }
  return 1;
}

// A line end where a record should begin is an empty line.
void CsvRecords::match(char byte) {
  if (fits_time(byte, matched_)) {
    text_.push_back(byte);
    if (++matched_ < time_pattern.size()) return;
    matched_ = 0;
    lost_ = first_ = false;
    state_ = State::plain;
    return;
  }
  const bool empty_line = matched_ == 0 && (byte == '\n' || byte == '\r');
  if (empty_line) return;
  lose(first_ ? "cut" : "not_csv");
  if (byte == '\n') state_ = State::line_start;
}

std::size_t CsvRecords::take_plain(std::string_view bytes) {
  const std::size_t end = std::min(bytes.find_first_of(",\"\r\n"), bytes.size());
  text_.append(bytes.substr(0, end));
  if (end == bytes.size()) return end;
  close_plain(bytes[end]);
  return end + 1;
}

void CsvRecords::close_plain(char byte) {
  if (byte == '"') return lose("not_csv");
  ends_.push_back(text_.size());
  if (ends_.size() > most_fields) return lose("columns");
  state_ = byte == '\r' ? State::after_return : State::field_start;
  if (byte == '\n') close_record();
}

std::size_t CsvRecords::take_quoted(std::string_view bytes) {
  const std::size_t end = std::min(bytes.find('"'), bytes.size());
  text_.append(bytes.substr(0, end));
  if (end == bytes.size()) return end;
  state_ = State::after_quote;
  return end + 1;
}

void CsvRecords::after_quote(char byte) {
  if (byte == '"') {
    text_.push_back('"');
    state_ = State::quoted;
  } else if (byte == ',' || byte == '\r' || byte == '\n') {
    close_plain(byte);
  } else {
    lose("not_csv");
  }
}

void CsvRecords::close_record() {
  record();
  text_.clear();
  ends_.clear();
  state_ = State::line_start;
}

void CsvRecords::lose(const char* reason) {
  if (!lost_) ++lost_by_reason_[reason];
  lost_ = true;
  text_.clear();
  ends_.clear();
  matched_ = 0;
  state_ = State::skipping;
}

}  // namespace onetrip
