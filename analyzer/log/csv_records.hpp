#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/log/entry.hpp"

namespace onetrip {

/// Cuts a csvlog into records and fields (RFC 4180), in pieces of any size.
///
///   file   = { record }            record = field { "," field } ( LF | CR LF )
///   field  = plain | '"' { any | '""' } '"'
///
/// Quoted fields may hold line ends. A log that was rotated or copied while it was written may
/// begin inside of a record and end in one; so a record must begin with a time, and after anything
/// that is no record all is skipped up to a line that does.
class CsvRecords {
 public:
  /// What was lost is counted in `faults`, which outlives it.
  explicit CsvRecords(LogFaults& faults) : lost_by_reason_(faults) {}
  virtual ~CsvRecords() = default;

  void feed(std::string_view bytes);
  void end();

 protected:
  virtual void record() = 0;  ///< fields() holds it
  std::size_t fields() const { return ends_.size(); }
  /// Without its quotes; a view until record() returns.
  std::string_view field(std::size_t number) const;

 private:
  enum class State : std::uint8_t {
    line_start,  ///< of a record, if a time follows: `matched_` bytes of it did
    skipping,    ///< up to the line's end
    field_start,
    plain,
    quoted,
    after_quote,   ///< in a quoted field: its end, or the first of two quotes
    after_return,  ///< CR: LF must follow
  };

  std::size_t step(std::string_view bytes);
  void match(char byte);
  void after_quote(char byte);
  std::size_t take_plain(std::string_view bytes);
  std::size_t take_quoted(std::string_view bytes);
  void close_plain(char byte);
  void close_record();
  void lose(const char* reason);

  LogFaults& lost_by_reason_;
  std::string text_;               ///< the fields so far, one behind the other
  std::vector<std::size_t> ends_;  ///< of each field in text_
  State state_ = State::line_start;
  std::size_t matched_ = 0;
  bool first_ = true;  ///< no record was seen yet
  bool lost_ = false;  ///< what is skipped now was counted
};

}  // namespace onetrip
