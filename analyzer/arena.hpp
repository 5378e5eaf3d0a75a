#pragma once

#include <array>
#include <cstddef>
#include <memory_resource>

namespace onetrip {

/// Memory for the containers of one call, given back as a whole when it ends. A judgement makes
/// hundreds of nodes that live for microseconds: what fits in `Size` bytes comes from the stack.
template <std::size_t Size>
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  std::pmr::memory_resource* memory() { return &resource_; }

 private:
  alignas(std::max_align_t) std::array<std::byte, Size> first_;
  std::pmr::monotonic_buffer_resource resource_{first_.data(), first_.size()};
};

}  // namespace onetrip
