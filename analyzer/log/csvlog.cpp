#include "analyzer/log/csvlog.hpp"

namespace onetrip {
namespace {

enum Column : std::size_t {
  log_time = 0,
  user_name = 1,
  database_name = 2,
  connection_from = 4,
  session_id = 5,
  session_start_time = 8,
  virtual_transaction_id = 9,
  error_severity = 11,
  sql_state_code = 12,
  message = 13,
  detail = 14,
  query = 19,
  application_name = 22,
  least_columns = 23,
};

}  // namespace

void CsvlogReader::record() {
  if (fields() < least_columns) {
    ++faults_["columns"];
    return;
  }
  const auto local = read_local_time(field(log_time));
  if (!local) {
    ++faults_["no_time"];
    return;
  }
  clock_.learn(field(session_start_time), field(session_id));
  LogEntry entry;
  entry.time = clock_.since_1970(*local);
  entry.user = field(user_name);
  entry.database = field(database_name);
  entry.client = field(connection_from);
  entry.session = field(session_id);
  entry.virtual_transaction = field(virtual_transaction_id);
  entry.severity = field(error_severity);
  entry.sqlstate = field(sql_state_code);
  entry.message = field(message);
  entry.detail = field(detail);
  entry.statement = field(query);
  entry.application = field(application_name);
  taker_.entry(entry);
}

}  // namespace onetrip
