#include "analyzer/session_count.hpp"

#include <libpq-fe.h>

#include <charconv>
#include <memory>
#include <string_view>

namespace onetrip {
namespace {

constexpr const char* query =
    "SELECT pg_catalog.sum(sessions)::bigint FROM pg_catalog.pg_stat_database";

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};

}  // namespace

std::optional<std::uint64_t> count_sessions(const std::string& conninfo) {
  const char* const names[] = {"dbname", "connect_timeout", "options", "application_name", nullptr};
  const char* const values[] = {conninfo.c_str(), "2", "-c statement_timeout=2000", "onetrip",
                                nullptr};
  const std::unique_ptr<PGconn, Finish> connection(PQconnectdbParams(names, values, 1));
  if (PQstatus(connection.get()) != CONNECTION_OK) return std::nullopt;
  const std::unique_ptr<PGresult, Clear> result(PQexec(connection.get(), query));
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK || PQntuples(result.get()) != 1)
    return std::nullopt;
  const std::string_view text = PQgetvalue(result.get(), 0, 0);
  std::uint64_t count = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), count);
  return end.ec == std::errc() ? std::optional(count) : std::nullopt;
}

}  // namespace onetrip
