#pragma once

#include "analyzer/facts_tree.hpp"
#include "analyzer/statement.hpp"

namespace onetrip {

/// Sets `impure` and `skip_locked`, which may stand anywhere in a statement.
void read_calls(const tree::value& node, Statement& statement);

}  // namespace onetrip
