#pragma once

#include "analyzer/log/csv_records.hpp"
#include "analyzer/log/entry.hpp"
#include "analyzer/log/log_time.hpp"

namespace onetrip {

/// Reads csvlog of PostgreSQL 12 and newer (manual, 20.8.4): columns are told by their number.
///   log_time user_name database_name process_id connection_from session_id session_line_num
///   command_tag session_start_time virtual_transaction_id transaction_id error_severity
///   sql_state_code message detail hint internal_query internal_query_pos context query query_pos
///   location application_name            and since 13 backend_type, since 14 leader_pid query_id
class CsvlogReader final : public LogReader, private CsvRecords {
 public:
  explicit CsvlogReader(LogEntryTaker& taker) : CsvRecords(faults_), taker_(taker) {}

  void feed(std::string_view bytes) override { CsvRecords::feed(bytes); }
  void end() override { CsvRecords::end(); }

 private:
  void record() override;

  LogEntryTaker& taker_;
  LogClock clock_;
};

}  // namespace onetrip
