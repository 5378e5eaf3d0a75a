#include "budget/record.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace onetrip {
namespace {

auto key(const RecordEntry& entry) {
  return std::tie(entry.test, entry.label, entry.application, entry.database, entry.sum);
}

auto key(const CommentAllow& allow) {
  return std::tie(allow.rule, allow.reason, allow.label);
}

/// Sorts, and puts what is equal by its key together.
template <typename Row, typename Key, typename Join>
void join_alike(std::vector<Row>& rows, Key key_of, Join join) {
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const Row& a, const Row& b) { return key_of(a) < key_of(b); });
  std::vector<Row> joined;
  for (Row& row : rows) {
    if (!joined.empty() && key_of(joined.back()) == key_of(row)) {
      join(joined.back(), std::move(row));
    } else {
      joined.push_back(std::move(row));
    }
  }
  rows = std::move(joined);
}

bool more(const Repeat& a, const Repeat& b) {
  return std::tie(b.count, a.fingerprint) < std::tie(a.count, b.fingerprint);
}

/// Of two windows that show the same, the one that shows it worse; of equal ones not the one that
/// happened to come first.
bool shows_worse(const Finding& a, const Finding& b) {
  if (a.severity != b.severity) return a.severity > b.severity;
  if (a.confidence != b.confidence) return a.confidence > b.confidence;
  if (a.evidence.count != b.evidence.count) return a.evidence.count > b.evidence.count;
  if (a.evidence.rows != b.evidence.rows) return a.evidence.rows > b.evidence.rows;
  return a.title < b.title;
}

}  // namespace

void join_findings(std::vector<Finding>& findings, const std::vector<Finding>& more) {
  for (const Finding& finding : more) {
    const auto known = std::find_if(findings.begin(), findings.end(),
                                    [&](const Finding& one) { return one.id == finding.id; });
    if (known == findings.end()) {
      findings.push_back(finding);
    } else if (shows_worse(finding, *known)) {
      *known = finding;
    }
  }
  std::sort(findings.begin(), findings.end(),
            [](const Finding& a, const Finding& b) { return a.id < b.id; });
}

void join_figures(RecordEntry& entry, const RecordEntry& other) {
  entry.statements = std::max(entry.statements, other.statements);
  entry.rows = std::max(entry.rows, other.rows);
  entry.bytes = std::max(entry.bytes, other.bytes);
  entry.db_ms = std::max(entry.db_ms, other.db_ms);
}

void join_shown(RecordEntry& entry, const RecordEntry& other) {
  if (other.repeat && (!entry.repeat || more(*other.repeat, *entry.repeat)))
    entry.repeat = other.repeat;
  join_findings(entry.findings, other.findings);
}

void normalize(Record& record) {
  join_alike(
      record.entries, [](const RecordEntry& entry) { return key(entry); },
      [](RecordEntry& entry, RecordEntry&& other) {
        join_figures(entry, other);
        join_shown(entry, other);
        entry.windows += other.windows;
      });
  join_alike(
      record.allowed, [](const CommentAllow& allow) { return key(allow); },
      [](CommentAllow& allow, CommentAllow&& other) { allow.statements += other.statements; });
  join_alike(
      record.coverage, [](const Coverage::Row& row) { return std::tie(row.label); },
      [](Coverage::Row& row, Coverage::Row&& other) {
        row.windows += other.windows;
        row.most_rows = std::max(row.most_rows, other.most_rows);
      });
  std::sort(record.not_checked.begin(), record.not_checked.end());
  record.not_checked.erase(std::unique(record.not_checked.begin(), record.not_checked.end()),
                           record.not_checked.end());
}

Record merge(const std::vector<Record>& records) {
  Record merged;
  for (const Record& one : records) {
    merged.entries.insert(merged.entries.end(), one.entries.begin(), one.entries.end());
    merged.allowed.insert(merged.allowed.end(), one.allowed.begin(), one.allowed.end());
    merged.coverage.insert(merged.coverage.end(), one.coverage.begin(), one.coverage.end());
    merged.not_checked.insert(merged.not_checked.end(), one.not_checked.begin(),
                              one.not_checked.end());
    merged.set_up_windows += one.set_up_windows;
    merged.lost_entries += one.lost_entries;
    merged.full = merged.full && one.full;
    merged.counted = merged.counted && one.counted;
  }
  normalize(merged);
  return merged;
}

}  // namespace onetrip
