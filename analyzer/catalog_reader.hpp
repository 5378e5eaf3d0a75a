#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "analyzer/catalog.hpp"

namespace onetrip {

/// Reads what the catalog of one database says, over a connection of its own, in one read-only
/// transaction with a timeout. The connection is closed when this returns: one that lingers would
/// make DROP DATABASE and CREATE DATABASE … TEMPLATE fail. `conninfo` is libpq's, whose PG*
/// variables, service and password files are honoured. Blocks; once connected no longer than until
/// `stop` is asked for. Throws std::runtime_error with a sentence.
Catalog::Snapshot read_catalog(const std::string& conninfo, const std::stop_token& stop = {});

/// How many client sessions the server has seen in all its life (pg_stat_database.sessions, since
/// PostgreSQL 14), this one not yet counted. Blocks and throws as read_catalog does.
std::uint64_t count_sessions(const std::string& conninfo);

}  // namespace onetrip
