#pragma once

#include <vector>

#include "analyzer/link.hpp"

namespace onetrip {

/// What may be said of loops whose window comes from a log, where no row was seen: a shape that
/// asks for one key after another (five distinct ones or more), after a statement that lists the
/// other side of a foreign key to that column and may give many rows. The latest such statement is
/// taken for the parent. Never more than possible; children that join are left out, since what they
/// fetch is not the key's table alone.
std::vector<LoopLink> assume_links(const Window& window, const Catalog& catalog,
                                   const std::vector<Loop>& loops);

}  // namespace onetrip
