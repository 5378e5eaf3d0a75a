#pragma once

#include "analyzer/link.hpp"

namespace onetrip {

/// Lowers what is proven of a loop to likely, and says why, where the window need not be one
/// request: then there are loops, and nobody knows that they are one.
void cap_links(const Window& window, Links& links);

}  // namespace onetrip
