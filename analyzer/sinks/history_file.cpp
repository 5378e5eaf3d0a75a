#include "analyzer/sinks/history_file.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <system_error>

#include "analyzer/json_node.hpp"
#include "analyzer/sinks/finding_json.hpp"
#include "analyzer/sinks/json_text.hpp"

namespace onetrip {
namespace {

constexpr std::int64_t schema = 1;
constexpr std::size_t findings_at_once = 50;
constexpr std::string_view magic("SQLite format 3\0", 16);
constexpr std::int64_t application = 0x6f6e6574;  // "onet": whose file it is

HistoryFault fault_of(int system_error) {
  return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG
             ? HistoryFault::full
             : HistoryFault::other;
}

HistoryFault fault_of(const SqliteError& error) {
  switch (error.code()) {
    case SQLITE_FULL:
      return HistoryFault::full;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return HistoryFault::damaged;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return HistoryFault::busy;
    case SQLITE_IOERR:
      return fault_of(error.system_error());
    default:
      return HistoryFault::other;
  }
}

/// The same path, where there is a file now that nobody else may read: an empty one, or SQLite's.
const std::string& private_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) throw HistoryError(fault_of(errno), std::generic_category().message(errno));
  std::array<char, magic.size()> begins{};
  const ssize_t read = ::pread(file, begins.data(), begins.size(), 0);
  ::close(file);
  if (read > 0 && !magic.starts_with({begins.data(), static_cast<std::size_t>(read)}))
    throw HistoryError(HistoryFault::foreign, "it is no database of SQLite");
  return path;
}

double ms_of(std::int64_t micros) {
  return static_cast<double>(micros) / 1000;
}

std::int64_t micros_of(Time time) {
  return time / std::chrono::microseconds(1);
}

}  // namespace

std::string_view to_string(HistoryFault fault) {
  static constexpr std::string_view names[] = {"full",  "damaged", "busy",
                                               "newer", "foreign", "other"};
  return names[static_cast<int>(fault)];
}

template <typename Work>
auto HistoryFile::guarded(Work work) {
  try {
    return work();
  } catch (const SqliteError& error) {
    throw HistoryError(fault_of(error), error.what());
  }
}

HistoryFile::HistoryFile(const std::string& path, std::uint64_t max_bytes) try
    : file_(private_file(path)), max_bytes_(max_bytes) {
  prepare();
} catch (const SqliteError& error) {
  throw HistoryError(fault_of(error), error.what());
}

// Nothing is written before it is known that the file is ours. Exclusive: no other process comes
// between, and SQLite keeps the log's index in its own memory instead of a mapped file, which would
// end this process if it was cut short.
void HistoryFile::prepare() {
  file_.leave_log_on_close(true);
  file_.run(
      "PRAGMA locking_mode = EXCLUSIVE; PRAGMA trusted_schema = OFF;"
      "PRAGMA temp_store = MEMORY;");
  const std::int64_t version = file_.number("PRAGMA user_version");
  made_ = version == 0 && file_.number("SELECT count(*) FROM sqlite_master") == 0;
  if (!made_ && file_.number("PRAGMA application_id") != application)
    throw HistoryError(HistoryFault::foreign, "it is a database of another program");
  if (version > schema)
    throw HistoryError(HistoryFault::newer, "its schema is " + std::to_string(version) +
                                                ", and this version knows up to " +
                                                std::to_string(schema));
  file_.leave_log_on_close(false);
  if (made_) file_.run("PRAGMA auto_vacuum = INCREMENTAL");
  file_.run(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
      "PRAGMA journal_size_limit = 4194304;");
  const std::int64_t pages =
      static_cast<std::int64_t>(max_bytes_) / file_.number("PRAGMA page_size");
  file_.run(("PRAGMA max_page_count = " + std::to_string(pages)).c_str());
  if (made_) make_tables();
  shrink();
}

void HistoryFile::make_tables() {
  SqliteTransaction transaction(file_);
  file_.run(
      "CREATE TABLE finding (id TEXT PRIMARY KEY, last INTEGER NOT NULL, json TEXT NOT NULL);"
      "CREATE INDEX finding_last ON finding (last);"
      "CREATE TABLE statement (number INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE,"
      " summary TEXT NOT NULL, text TEXT NOT NULL);"
      "CREATE TABLE minute (statement INTEGER NOT NULL, at INTEGER NOT NULL,"
      " calls INTEGER NOT NULL, errors INTEGER NOT NULL, rows INTEGER NOT NULL,"
      " bytes INTEGER NOT NULL, total_us INTEGER NOT NULL, p50_us INTEGER NOT NULL,"
      " p95_us INTEGER NOT NULL, p99_us INTEGER NOT NULL,"
      " PRIMARY KEY (statement, at)) WITHOUT ROWID;");
  file_.run(("PRAGMA user_version = " + std::to_string(schema) +
             ";PRAGMA application_id = " + std::to_string(application))
                .c_str());
  transaction.commit();
}

std::vector<Finding> HistoryFile::findings(std::size_t most) {
  return guarded([&] {
    std::vector<Finding> found;
    SqliteQuery query(file_, "SELECT json FROM finding ORDER BY last DESC LIMIT ?");
    query.bind(static_cast<std::int64_t>(most));
    while (query.step()) {
      try {
        const boost::json::value value = parse_json(query.text(0));
        found.push_back(read_finding({value, ""}));
      } catch (const std::runtime_error&) {
        continue;
      }
    }
    std::reverse(found.begin(), found.end());
    return found;
  });
}

void HistoryFile::write(const HistoryBatch& batch) {
  // SQLite would go on with the file that has no name any more.
  if (file_.has_moved())
    throw HistoryError(HistoryFault::other, "it was removed, or replaced, while it was open");
  guarded([&] {
    if (batch.forget)
      put([&] { file_.run("DELETE FROM finding; DELETE FROM minute; DELETE FROM statement;"); });
    for (auto next = batch.findings.begin(); next != batch.findings.end();) {
      const auto from = next;
      for (std::size_t i = 0; i < findings_at_once && next != batch.findings.end(); ++i) ++next;
      put([&] { write_findings(from, next); });
    }
    for (const ProfiledMinute& minute : batch.minutes) put([&] { write_minute(minute); });
    shrink();
  });
}

/// In one piece; where the file's own limit does not allow it, the oldest makes room.
template <typename Work>
void HistoryFile::put(Work work) {
  while (true) {
    try {
      SqliteTransaction transaction(file_);
      work();
      return transaction.commit();
    } catch (const SqliteError& error) {
      const bool own_limit = error.code() == SQLITE_FULL && used() >= max_bytes_ / 2;
      if (!own_limit || !forget_oldest()) throw;
    }
  }
}

void HistoryFile::write_findings(FindingPlace from, FindingPlace to) {
  SqliteQuery query(file_, "INSERT OR REPLACE INTO finding (id, last, json) VALUES (?, ?, ?)");
  for (; from != to; ++from) {
    const Finding& finding = from->second;
    query.bind(finding.id)
        .bind(unix_ms(finding.seen.last))
        .bind(to_json_text(finding_json(finding)))
        .run();
  }
}

void HistoryFile::write_minute(const ProfiledMinute& minute) {
  SqliteQuery statement(file_,
                        "INSERT INTO statement (fingerprint, summary, text) VALUES (?, ?, ?)"
                        " ON CONFLICT (fingerprint) DO NOTHING");
  SqliteQuery figures(file_,
                      "INSERT OR REPLACE INTO minute SELECT number, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
                      " ?10 FROM statement WHERE fingerprint = ?1");
  for (const ProfiledMinute::Row& row : minute.rows) {
    const Cost& cost = row.cost;
    statement.bind(row.fingerprint).bind(row.summary).bind(row.text).run();
    figures.bind(row.fingerprint).bind(minute.at_ms);
    for (const std::uint64_t count : {cost.durations.count(), cost.errors, cost.rows, cost.bytes})
      figures.bind(static_cast<std::int64_t>(count));
    figures.bind(micros_of(cost.total));
    for (const double share : {0.5, 0.95, 0.99})
      figures.bind(micros_of(cost.durations.quantile(share)));
    figures.run();
  }
}

StatementHistory HistoryFile::statement(const std::string& fingerprint, std::size_t most) {
  return guarded([&] {
    StatementHistory past;
    SqliteQuery known(file_, "SELECT number, summary, text FROM statement WHERE fingerprint = ?");
    if (!known.bind(fingerprint).step()) return past;
    past.summary = known.text(1);
    past.text = known.text(2);
    SqliteQuery minutes(file_,
                        "SELECT at, calls, errors, rows, bytes, total_us, p50_us, p95_us, p99_us"
                        " FROM minute WHERE statement = ? ORDER BY at DESC LIMIT ?");
    minutes.bind(known.integer(0)).bind(static_cast<std::int64_t>(most));
    while (minutes.step()) {
      const auto count = [&](int column) {
        return static_cast<std::uint64_t>(minutes.integer(column));
      };
      past.minutes.push_back({minutes.integer(0), count(1), count(2), count(3), count(4),
                              ms_of(minutes.integer(5)), ms_of(minutes.integer(6)),
                              ms_of(minutes.integer(7)), ms_of(minutes.integer(8))});
    }
    std::reverse(past.minutes.begin(), past.minutes.end());
    return past;
  });
}

void HistoryFile::forget_before(std::int64_t unix_ms) {
  guarded([&] {
    SqliteTransaction transaction(file_);
    SqliteQuery(file_, "DELETE FROM finding WHERE last < ?").bind(unix_ms).run();
    forget_minutes_before(unix_ms);
    transaction.commit();
  });
}

void HistoryFile::forget_minutes_before(std::int64_t unix_ms) {
  SqliteQuery(file_,
              "DELETE FROM minute WHERE at < ? AND statement IN (SELECT number FROM statement)")
      .bind(unix_ms)
      .run();
  file_.run(
      "DELETE FROM statement WHERE NOT EXISTS"
      " (SELECT 1 FROM minute WHERE statement = statement.number)");
}

/// Minutes before findings: those tell what happened, these what is wrong.
bool HistoryFile::forget_oldest() {
  SqliteTransaction transaction(file_);
  const auto edge = [&](const char* which) {
    return file_.number(("SELECT " + std::string(which) + "((SELECT " + which +
                         "(at) FROM minute WHERE statement = number)) FROM statement")
                            .c_str());
  };
  const std::int64_t oldest = edge("min"), newest = edge("max");
  if (newest != 0) {
    forget_minutes_before(oldest + (newest - oldest) / 8 + 1);
  } else if (file_.number("SELECT count(*) FROM finding") == 0) {
    return false;
  } else {
    file_.run(
        "DELETE FROM finding WHERE id IN (SELECT id FROM finding ORDER BY last"
        " LIMIT 1 + (SELECT count(*) FROM finding) / 8)");
  }
  transaction.commit();
  return true;
}

/// Below the limit by an eighth, so that the next batches fit; a file from before the limit was
/// lowered gives back what it does not need.
void HistoryFile::shrink() {
  while (used() > max_bytes_ / 8 * 7 && forget_oldest()) {
  }
  if (bytes_now() > max_bytes_) file_.run("PRAGMA incremental_vacuum");
}

std::uint64_t HistoryFile::used() {
  return bytes_now() - static_cast<std::uint64_t>(file_.number("PRAGMA freelist_count") *
                                                  file_.number("PRAGMA page_size"));
}

std::uint64_t HistoryFile::bytes_now() {
  return static_cast<std::uint64_t>(file_.number("PRAGMA page_count") *
                                    file_.number("PRAGMA page_size"));
}

std::uint64_t HistoryFile::bytes() {
  return guarded([&] { return bytes_now(); });
}

}  // namespace onetrip
