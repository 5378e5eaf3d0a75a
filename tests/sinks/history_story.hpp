#pragma once

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "analyzer/sinks/history_file.hpp"
#include "tests/sinks/example_finding.hpp"

namespace onetrip {

/// A folder that goes with the test.
class HistoryFolder {
 public:
  HistoryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "onetrip-store-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path = name;
  }
  HistoryFolder(const HistoryFolder&) = delete;
  HistoryFolder& operator=(const HistoryFolder&) = delete;
  ~HistoryFolder() { std::filesystem::remove_all(path); }

  std::string file() const { return path + "/history.db"; }
  std::size_t damaged() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      const std::string name = entry.path().filename().string();
      if (name.find(".damaged-") != std::string::npos && !name.ends_with("-wal")) ++count;
    }
    return count;
  }

  std::string path;
};

/// It begins as a database does.
inline std::string broken_database() {
  return std::string("SQLite format 3\0", 16) + std::string(10'000, 'x');
}

constexpr std::uint64_t roomy = 64U << 20;
constexpr std::int64_t a_minute_ms = 60'000;

/// `last` since 1970.
inline Finding finding_of(const std::string& id, std::int64_t last_ms) {
  Finding finding = example_finding();
  finding.id = id;
  finding.seen.last = rfc3339(last_ms);
  return finding;
}

/// One statement, run `calls` times in that minute, 2 ms each.
inline ProfiledMinute minute_of(const std::string& fingerprint, std::int64_t at_ms, int calls) {
  ProfiledMinute::Row row{fingerprint, "SELECT author", "SELECT * FROM author WHERE id = ?", {}};
  for (int i = 0; i < calls; ++i) {
    Execution execution;
    execution.complete = std::chrono::milliseconds(2);
    execution.rows = 3;
    execution.bytes = 100;
    row.cost.add(execution);
  }
  return {at_ms, {row}};
}

}  // namespace onetrip
