#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/coverage.hpp"
#include "analyzer/finding.hpp"

namespace onetrip {

/// The read that one window repeated most.
struct Repeat {
  std::string fingerprint, summary, text;
  std::uint64_t count = 0;
};

/// Requests of one kind: those of one label in one test, database and application. Figures are the
/// most that one of them took, so that a run of one request and a run of ten are judged alike.
struct RecordEntry {
  std::string test;   ///< name of the outermost named window that holds them; empty: none does
  std::string label;  ///< route, job, …; of what a test did outside any request, the test's name
  std::string application, database;
  /// The sum over the requests that a test made, beside the entries of these requests. It has no
  /// findings and no repeat of its own.
  bool sum = false;
  std::uint64_t windows = 0;
  std::uint64_t statements = 0, rows = 0, bytes = 0;
  double db_ms = 0;
  std::optional<Repeat> repeat;
  std::vector<Finding> findings;  ///< each id once, as in the window that showed it worst
};

/// Statements whose comment accepts a rule: onetrip='allow:<rule>;<reason>'.
struct CommentAllow {
  std::string rule, reason, label;
  std::uint64_t statements = 0;
};

/// One run, or several put together: everything that budgets are judged on. Made by Recorder, saved
/// by `--save`, read by `check`, `baseline`, `report` and `diff`.
struct Record {
  std::vector<RecordEntry> entries;  ///< by test, label, application, database, sum; each once
  std::vector<CommentAllow> allowed;
  std::vector<Coverage::Row> coverage;   ///< by label
  std::vector<std::string> not_checked;  ///< sentences: what could not be looked at, and why
  std::uint64_t set_up_windows = 0;  ///< left out: migrations, and what tests did beside requests
  std::uint64_t lost_entries = 0;    ///< beyond the most that are kept
  bool full = true;                  ///< a whole suite; false where only a part of it was run
  bool counted = true;  ///< figures are known; of a running onetrip the findings alone are
};

/// The maximum of each figure.
void join_figures(RecordEntry& entry, const RecordEntry& other);
/// Takes over the repeat and the findings that the other shows worse.
void join_shown(RecordEntry& entry, const RecordEntry& other);
void join_findings(std::vector<Finding>& findings, const std::vector<Finding>& more);

/// Puts entries in order and joins those of one key: the maximum of each figure, the sum of
/// windows.
void normalize(Record& record);

/// Runs and shards together.
Record merge(const std::vector<Record>& records);

}  // namespace onetrip
