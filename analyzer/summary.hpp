#pragma once

#include <string>

#include "analyzer/skeleton.hpp"
#include "analyzer/statement.hpp"

namespace onetrip {

/// OpenTelemetry's db.query.summary: operations and their targets in the order of the text, at most
/// 255 bytes: `INSERT shipping_details SELECT orders`. Kind and tables of the statement must be
/// set; what the parser did not understand is summed up by its words alone.
std::string summary_of(const Skeleton& skeleton, const SkeletonPiece& piece,
                       const Statement& statement);

}  // namespace onetrip
