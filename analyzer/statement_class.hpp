#pragma once

#include "analyzer/skeleton.hpp"
#include "analyzer/statement.hpp"

namespace onetrip {

/// By the statement's first words alone, so that it holds for what libpg_query does not understand.
StatementKind kind_of(const Skeleton& skeleton, const SkeletonPiece& piece);

/// Sets noise, pool_marker and set_up. The statement's kind and, if it was
/// parsed, its tables must be set.
void classify(const Skeleton& skeleton, const SkeletonPiece& piece, Statement& statement);

}  // namespace onetrip
