#pragma once

#include <functional>

namespace onetrip {

/// Does the work on a stack as large as the worker's, and waits for its end: libpg_query recurses
/// as deep as a statement nests. Throws what the work throws.
void on_big_stack(const std::function<void()>& work);

}  // namespace onetrip
