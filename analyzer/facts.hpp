#pragma once

#include <string_view>

#include "analyzer/statement.hpp"

namespace onetrip {

/// Fills in what libpg_query's parse tree (JSON, of a text that parsable_text made) tells of a
/// statement: tables, predicates, joins, outputs, assignments and what kind of query it is. `slots`
/// must be set. False when the JSON cannot be read, or is nested too deeply for it.
bool read_facts(std::string_view json, Statement& statement);

}  // namespace onetrip
