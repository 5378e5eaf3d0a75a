#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/history_sink.hpp"
#include "analyzer/sinks/sqlite.hpp"

namespace onetrip {

/// Why a history cannot be read or written.
enum class HistoryFault : std::uint8_t {
  full,     ///< the disk, a quota, the file's own limit
  damaged,  ///< a broken database
  busy,     ///< another process has it
  newer,    ///< written by a version that knows more
  foreign,  ///< no database, or one of another program
  other     ///< rights, a missing folder, a disk that fails
};
std::string_view to_string(HistoryFault fault);

class HistoryError : public std::runtime_error {
 public:
  HistoryError(HistoryFault fault, const std::string& why)
      : std::runtime_error(why), fault_(fault) {}
  HistoryFault fault() const { return fault_; }

 private:
  HistoryFault fault_;
};

/// What is written together: each finding and each minute wholly or not at all, and each once, no
/// matter how often it is tried.
struct HistoryBatch {
  bool forget = false;                      ///< first of all, everything that the file holds
  std::map<std::string, Finding> findings;  ///< by id
  std::deque<ProfiledMinute> minutes;
  bool empty() const { return !forget && findings.empty() && minutes.empty(); }
};

/// What is known of one statement's past.
struct StatementHistory {
  struct Minute {
    std::int64_t at_ms = 0;  ///< since 1970
    std::uint64_t calls = 0, errors = 0, rows = 0, bytes = 0;
    double total_ms = 0, p50_ms = 0, p95_ms = 0, p99_ms = 0;
  };
  std::string summary, text;
  std::vector<Minute> minutes;  ///< in the order of time
};

/// The history as an SQLite file of one process: findings as JSON, statements, and what each cost
/// by minute. No value of a parameter or row is in it. One thread; it blocks. What fails is thrown
/// as HistoryError.
class HistoryFile {
 public:
  /// Makes the file when it is not there. `max_bytes`: it never grows beyond, the oldest go first;
  /// its write-ahead log lies beside it, of a few MiB.
  HistoryFile(const std::string& path, std::uint64_t max_bytes);

  bool made() const { return made_; }  ///< it held nothing, not even tables
  /// The newest ones, the oldest of them first. What cannot be understood is left out.
  std::vector<Finding> findings(std::size_t most);
  void write(const HistoryBatch& batch);
  void forget_before(std::int64_t unix_ms);
  /// The newest minutes, at most `most`.
  StatementHistory statement(const std::string& fingerprint, std::size_t most);
  std::uint64_t bytes();

 private:
  /// Runs `work`; what SQLite throws becomes a HistoryError.
  template <typename Work>
  auto guarded(Work work);
  void prepare();
  void make_tables();
  template <typename Work>
  void put(Work work);
  using FindingPlace = std::map<std::string, Finding>::const_iterator;
  void write_findings(FindingPlace from, FindingPlace to);
  void write_minute(const ProfiledMinute& minute);
  void shrink();
  bool forget_oldest();
  void forget_minutes_before(std::int64_t unix_ms);
  std::uint64_t used();       ///< without what is free for the next
  std::uint64_t bytes_now();  ///< on the disk

  Sqlite file_;
  std::uint64_t max_bytes_;
  bool made_ = false;
};

}  // namespace onetrip
