#include "analyzer/sinks/sqlite.hpp"

#include <sqlite3.h>

namespace onetrip {
namespace {

/// Of the log, else of the file. What sqlite3_system_errno gives is of the clearing up after it.
int last_errno(sqlite3* connection) {
  int error = 0;
  sqlite3_file* log = nullptr;
  sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (log != nullptr && log->pMethods != nullptr)
    log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error);
  if (error == 0) sqlite3_file_control(connection, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
  return error;
}

}  // namespace

Sqlite::Sqlite(const std::string& path) {
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(path.c_str(), &connection_, flags, nullptr) == SQLITE_OK) return;
  const int code = connection_ == nullptr ? SQLITE_NOMEM : sqlite3_errcode(connection_);
  const int system_error = connection_ == nullptr ? 0 : sqlite3_system_errno(connection_);
  const std::string why = connection_ == nullptr ? "no memory" : sqlite3_errmsg(connection_);
  sqlite3_close(connection_);
  throw SqliteError(code & 0xff, system_error, why);
}

Sqlite::~Sqlite() {
  sqlite3_close(connection_);
}

void Sqlite::fail() const {
  throw SqliteError(sqlite3_errcode(connection_) & 0xff, last_errno(connection_),
                    sqlite3_errmsg(connection_));
}

void Sqlite::leave_log_on_close(bool leave) {
  sqlite3_db_config(connection_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, leave ? 1 : 0, nullptr);
}

bool Sqlite::has_moved() const {
  int moved = 0;
  sqlite3_file_control(connection_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

void Sqlite::run(const char* sql) {
  if (sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
}

std::int64_t Sqlite::number(const char* sql) {
  SqliteQuery query(*this, sql);
  return query.step() ? query.integer(0) : 0;
}

SqliteQuery::SqliteQuery(Sqlite& file, std::string_view sql) : file_(file) {
  if (sqlite3_prepare_v2(file.connection_, sql.data(), static_cast<int>(sql.size()), &statement_,
                         nullptr) != SQLITE_OK)
    file.fail();
}

SqliteQuery::~SqliteQuery() {
  sqlite3_finalize(statement_);
}

SqliteQuery& SqliteQuery::bind(std::int64_t value) {
  if (sqlite3_bind_int64(statement_, ++bound_, value) != SQLITE_OK) file_.fail();
  return *this;
}

SqliteQuery& SqliteQuery::bind(std::string_view text) {
  if (sqlite3_bind_text64(statement_, ++bound_, text.data(), text.size(), SQLITE_TRANSIENT,
                          SQLITE_UTF8) != SQLITE_OK)
    file_.fail();
  return *this;
}

bool SqliteQuery::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  bound_ = 0;
  if (sqlite3_reset(statement_) != SQLITE_OK) file_.fail();
  return false;
}

std::int64_t SqliteQuery::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string SqliteQuery::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return text == nullptr ? "" : std::string(text, static_cast<std::size_t>(size));
}

SqliteTransaction::SqliteTransaction(Sqlite& file) : file_(file) {
  file_.run("BEGIN IMMEDIATE");
}

// A failure may have ended it already.
SqliteTransaction::~SqliteTransaction() {
  if (sqlite3_get_autocommit(file_.connection_) == 0)
    sqlite3_exec(file_.connection_, "ROLLBACK", nullptr, nullptr, nullptr);
}

void SqliteTransaction::commit() {
  file_.run("COMMIT");
}

}  // namespace onetrip
