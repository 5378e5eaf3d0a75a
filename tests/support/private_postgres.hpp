#pragma once

#include <sys/types.h>
#include <string>

namespace onetrip::test {

/// A PostgreSQL of the test's own, started by private_postgres.sh; gone with this object, or with
/// the test's process, whichever way it ends.
class PrivatePostgres {
 public:
  /// Throws std::runtime_error when it does not start.
  PrivatePostgres();
  ~PrivatePostgres();
  PrivatePostgres(const PrivatePostgres&) = delete;
  PrivatePostgres& operator=(const PrivatePostgres&) = delete;

  const std::string& host() const { return host_; }  ///< the folder of its socket
  const std::string& port() const { return port_; }  ///< there, and on 127.0.0.1
  /// For libpq, as the superuser.
  std::string conninfo(const std::string& database) const;
  /// Runs a script with psql; throws with what psql said when it fails. Gives its unaligned output.
  std::string psql(const std::string& database, const std::string& script) const;

 private:
  std::string host_, port_;
  pid_t script_ = 0;
  int stdin_ = -1;
};

/// One server for all tests of a program, started by the first that wants it.
PrivatePostgres& private_postgres();

}  // namespace onetrip::test
