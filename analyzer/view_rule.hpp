#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "analyzer/catalog.hpp"

namespace onetrip {

/// Where the columns of a view come from, by its rule's query tree as PostgreSQL prints it
/// (pg_rewrite.ev_action): resno → (resorigtbl, resorigcol) of the outermost target list. Columns
/// that are computed are left out. Never fails: text that is no such tree gives nothing.
std::unordered_map<std::int16_t, Column> view_columns(std::string_view rule);

}  // namespace onetrip
