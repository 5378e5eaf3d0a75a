#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analyzer/log/entry.hpp"

/// Lines of a log as a server writes them, and what a reader made of them.
namespace onetrip::log_test {

/// One entry in the making; all but the message has a default.
struct Line {
  std::string message{};
  std::string time = "2026-03-01 12:00:00.000 UTC";
  std::string session = "69a42a40.1f";  ///< began at 12:00:00 UTC on that day
  std::string start = "2026-03-01 12:00:00 UTC";
  std::string transaction = "3/7", severity = "LOG", sqlstate = "00000";
  std::string detail{}, statement{};
  std::string application = "shop";
};

inline std::string quoted(const std::string& text) {
  if (text.empty()) return "";
  std::string out = "\"";
  for (const char byte : text) out += byte == '"' ? std::string("\"\"") : std::string(1, byte);
  return out + "\"";
}

/// csvlog of PostgreSQL 12 (23 columns), 13 (24) or 14 and newer (26).
inline std::string csv(const Line& line, int columns = 26) {
  std::string out = line.time + ",\"ada\",\"shop\",31,\"10.0.0.9:5000\"," + line.session +
                    ",1,\"SELECT\"," + line.start + "," + line.transaction + ",0," + line.severity +
                    "," + line.sqlstate + "," + quoted(line.message) + "," + quoted(line.detail) +
                    ",,,,," + quoted(line.statement) + ",,," + quoted(line.application);
  if (columns > 23) out += ",\"client backend\"";
  if (columns > 24) out += ",,0";
  return out + "\n";
}

inline std::string escaped(const std::string& text) {
  std::string out;
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') out += '\\';
    out += byte == '\n' ? std::string("\\n") : std::string(1, byte);
  }
  return out;
}

/// jsonlog, as PostgreSQL 15 orders its keys.
inline std::string json(const Line& line) {
  const auto text = [](const char* key, const std::string& value) {
    return value.empty() ? "" : ",\"" + std::string(key) + "\":\"" + escaped(value) + "\"";
  };
  return "{\"timestamp\":\"" + line.time + "\",\"user\":\"ada\",\"dbname\":\"shop\",\"pid\":31" +
         ",\"remote_host\":\"10.0.0.9\",\"remote_port\":5000" + text("session_id", line.session) +
         ",\"line_num\":1,\"ps\":\"SELECT\"" + text("session_start", line.start) +
         text("vxid", line.transaction) + ",\"txid\":0" + text("error_severity", line.severity) +
         text("state_code", line.sqlstate) + text("message", line.message) +
         text("detail", line.detail) + text("statement", line.statement) +
         text("application_name", line.application) +
         ",\"backend_type\":\"client backend\",\"query_id\":0}\n";
}

/// Keeps copies of entries, as one line of text each.
class Kept final : public LogEntryTaker {
 public:
  void entry(const LogEntry& entry) override {
    std::string text;
    for (const std::string_view field :
         {entry.user, entry.database, entry.client, entry.session, entry.virtual_transaction,
          entry.severity, entry.sqlstate, entry.message, entry.detail, entry.statement,
          entry.application})
      text += std::string(field) + "|";
    entries.push_back(std::to_string(entry.time / std::chrono::milliseconds(1)) + "|" + text);
  }
  std::vector<std::string> entries;
};

struct ReadLog {
  std::vector<std::string> entries;
  LogFaults faults;
  bool operator==(const ReadLog&) const = default;
};

/// Reads a log that comes in two pieces, the second from `cut` on.
template <typename Reader>
ReadLog read(const std::string& log, std::size_t cut = 0) {
  Kept kept;
  Reader reader(kept);
  reader.feed(std::string_view(log).substr(0, cut));
  reader.feed(std::string_view(log).substr(cut));
  reader.end();
  return {kept.entries, reader.faults()};
}

/// The same, byte by byte.
template <typename Reader>
ReadLog read_bytes(const std::string& log) {
  Kept kept;
  Reader reader(kept);
  for (const char byte : log) reader.feed(std::string_view(&byte, 1));
  reader.end();
  return {kept.entries, reader.faults()};
}

}  // namespace onetrip::log_test
