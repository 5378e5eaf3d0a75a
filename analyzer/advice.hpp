#pragma once

#include "analyzer/catalog.hpp"
#include "analyzer/finding.hpp"
#include "analyzer/link.hpp"

namespace onetrip {

/// How to make one trip of a linked loop: SQL first, then the ORM's words. Names a
/// relation only when a foreign key (or same column) proves it; else `code` stays general or empty.
/// `links` holds `link` and the links of outer loops (LoopLink::outer). Loops of
/// writes get nothing.
Advice advise(const LoopLink& link, const Links& links, const Window& window,
              const Catalog* catalog);

}  // namespace onetrip
