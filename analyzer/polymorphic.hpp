#pragma once

#include "analyzer/candidate.hpp"
#include "analyzer/link.hpp"

namespace onetrip {

/// Links loops over rows that point to several tables, with a column of keys and one beside it that
/// says which table is meant (about_id and about_type, object_id and content_type_id). No foreign
/// key ties them. What proves them is that walking the rows in order gives all the lookups of at
/// least two tables in the order in which they were sent, and each type leads to one table alone.
/// Loops that are linked already take no part.
void link_polymorphic(const Window& window, const Catalog* catalog, const Parents& parents,
                      Links& links);

}  // namespace onetrip
