#pragma once

#include <sys/types.h>

#include <string>

#include "app/environment.hpp"
#include "proxy/net/fd.hpp"

namespace onetrip {

/// A throwaway PostgreSQL: a new cluster in a private temporary folder, on a Unix socket there,
/// made for speed and not for keeping. It is gone without a trace with this object, or when this
/// process ends in whatever way: a keeper, a process of its own, waits for that.
class EphemeralPostgres {
 public:
  static constexpr const char* user = "postgres";
  static constexpr const char* database = "test";

  /// Returns when it accepts connections. Main thread, while there is no other. Throws
  /// std::runtime_error with a sentence.
  explicit EphemeralPostgres(const Environment& environment);
  ~EphemeralPostgres();
  EphemeralPostgres(const EphemeralPostgres&) = delete;
  EphemeralPostgres& operator=(const EphemeralPostgres&) = delete;

  /// As parse_upstream takes it.
  std::string upstream() const;
  const std::string& programs() const { return programs_; }  ///< folder of initdb and postgres

 private:
  std::string programs_, folder_;
  pid_t keeper_ = 0;
  Fd alive_;  ///< the keeper holds the other end
};

/// The folder with initdb and postgres: of `path` (PATH), else the newest of
/// `installed`/<version>/bin; empty: there is none.
std::string find_server_programs(const std::string& path,
                                 const std::string& installed = "/usr/lib/postgresql");

}  // namespace onetrip
