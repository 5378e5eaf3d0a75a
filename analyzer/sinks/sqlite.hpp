#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace onetrip {

/// What SQLite refused.
class SqliteError : public std::runtime_error {
 public:
  SqliteError(int code, int system_error, const std::string& message)
      : std::runtime_error(message), code_(code), system_error_(system_error) {}
  int code() const { return code_; }                  ///< without what extends it: SQLITE_FULL …
  int system_error() const { return system_error_; }  ///< errno; of use where the code is of I/O

 private:
  int code_, system_error_;
};

/// A connection to a file of SQLite, which is made when it is not there. One thread at a time. All
/// that fails is thrown as SqliteError.
class Sqlite {
 public:
  explicit Sqlite(const std::string& path);
  ~Sqlite();
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;

  void run(const char* sql);             ///< one or several statements
  std::int64_t number(const char* sql);  ///< the first cell of the first row; 0 when there is none
  /// Closing does not write the log back into the file.
  void leave_log_on_close(bool leave);
  bool has_moved() const;          ///< its path leads to another file now, or to none
  [[noreturn]] void fail() const;  ///< throws what failed last

 private:
  friend class SqliteQuery;
  friend class SqliteTransaction;
  sqlite3* connection_ = nullptr;
};

/// A prepared statement: bind what its `?` stand for, in order, then run() or step().
class SqliteQuery {
 public:
  SqliteQuery(Sqlite& file, std::string_view sql);
  ~SqliteQuery();
  SqliteQuery(const SqliteQuery&) = delete;
  SqliteQuery& operator=(const SqliteQuery&) = delete;

  SqliteQuery& bind(std::int64_t value);
  SqliteQuery& bind(std::string_view text);
  bool step();  ///< to the next row; false: there is none, and it may be bound anew
  void run() {
    while (step()) {
    }
  }
  std::int64_t integer(int column) const;  ///< of the row
  std::string text(int column) const;

 private:
  Sqlite& file_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

/// All or nothing: what was done since it was made is undone unless commit() was called.
class SqliteTransaction {
 public:
  explicit SqliteTransaction(Sqlite& file);
  ~SqliteTransaction();
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;

  void commit();

 private:
  Sqlite& file_;
};

}  // namespace onetrip
