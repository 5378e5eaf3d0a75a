#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <type_traits>

namespace onetrip {

/// Empties a vector or string that is kept, and leaves nothing of it behind its end, where a core
/// dump would show it.
template <class Container>
void wipe(Container& container) {
  static_assert(std::is_trivially_copyable_v<typename Container::value_type>);
  const auto bytes = std::as_writable_bytes(std::span(container));
  std::fill(bytes.begin(), bytes.end(), std::byte{0});
  container.clear();
}

}  // namespace onetrip
