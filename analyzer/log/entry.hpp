#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "analyzer/event.hpp"

namespace onetrip {

/// One entry of a server's log, whatever its format: what PostgreSQL's csvlog and jsonlog tell
/// alike (manual, 20.8 "Error Reporting and Logging"). Empty: not told. Views into the reader's
/// memory, good for the call that hands the entry over.
struct LogEntry {
  Time time{};  ///< since 1970, with the milliseconds that a log has
  std::string_view user, database, client, application;
  std::string_view session;              ///< "start time.process", both in hex
  std::string_view virtual_transaction;  ///< "backend/local id"; local id 0: none is open
  std::string_view severity, sqlstate, message, detail;
  std::string_view statement;  ///< the one that an error came from
};

class LogEntryTaker {
 public:
  virtual ~LogEntryTaker() = default;
  virtual void entry(const LogEntry& entry) = 0;
};

/// Pieces of a log that were not understood, by reason: cut, not_csv, not_json, columns, no_time,
/// too_long.
using LogFaults = std::map<std::string, std::uint64_t>;

/// Takes a log in pieces of any size. Never fails: what it does not understand it counts, and goes
/// on with the next entry. Bounded memory.
class LogReader {
 public:
  /// Longer entries are skipped; PostgreSQL writes a statement whole, however long it is.
  static constexpr std::size_t longest_entry = 16U << 20;

  virtual ~LogReader() = default;
  virtual void feed(std::string_view bytes) = 0;
  virtual void end() = 0;  ///< once, after the last piece
  const LogFaults& faults() const { return faults_; }

 protected:
  LogFaults faults_;
};

}  // namespace onetrip
