#pragma once

#include "analyzer/finding.hpp"
#include "analyzer/link.hpp"
#include "analyzer/tree_walk.hpp"

namespace onetrip {

/// As findings tell it. A loop of writes has no direction.
Link proof_of(const LoopLink& link, const Statement& child);
Link proof_of(const Walk& walk);

}  // namespace onetrip
