#pragma once

#include "analyzer/statement.hpp"

namespace onetrip {

/// Whether the table of `key` is a junction to the statement: it reads another table that is joined
/// by a further column of it, and of the junction itself nothing but columns that tie the two
/// sides, if any.
bool is_read_through(const Statement& statement, const ColumnUse& key);

}  // namespace onetrip
