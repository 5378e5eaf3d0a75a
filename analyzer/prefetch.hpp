#pragma once

#include <algorithm>
#include <cstddef>

namespace onetrip {

/// Asks for memory that will be used in a moment: it is on its way while something else is done. A
/// hint; any address is allowed.
inline void prefetch(const void* memory, std::size_t size) {
  constexpr std::size_t line = 64;
  for (std::size_t at = 0; at < size; at += line)
    __builtin_prefetch(static_cast<const std::byte*>(memory) + at);
}

/// The same of a list or text. Most are short; of a long one the rest comes by itself, one line
/// after the other.
template <typename List>
void prefetch_front(const List& list) {
  constexpr std::size_t most = 512;
  prefetch(list.data(), std::min(list.size() * sizeof(list[0]), most));
}

}  // namespace onetrip
