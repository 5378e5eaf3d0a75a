#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace onetrip {

/// How many client sessions a server has seen in all its life (pg_stat_database.sessions, since
/// PostgreSQL 14), over a connection of its own, which it does not count. None when it does not
/// tell: no login, an older server. `conninfo` as for read_catalog. Blocks for a few seconds at
/// most.
std::optional<std::uint64_t> count_sessions(const std::string& conninfo);

}  // namespace onetrip
