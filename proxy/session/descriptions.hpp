#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "analyzer/value.hpp"
#include "proxy/session/result.hpp"

namespace onetrip {

/// RowDescriptions as they were read before, known again by the keyed hash of their bytes:
/// applications run the same statements over and over, and to read one costs more than to hash it.
/// Few of them, the latest of each place; long ones are read each time.
class Descriptions {
 public:
  static constexpr std::size_t most = 64;
  static constexpr std::size_t longest = 4096;  ///< bytes of one that is remembered

  struct Known {
    std::uint64_t hash = 0;
    ResultShape shape;
    BinaryKeys binary = 0;
  };

  /// Good until the next call. `most_keys`: columns that are kept of each, always the same number.
  const Known& read(Bytes body, const ValueHasher& hasher, std::size_t most_keys);

 private:
  std::unique_ptr<std::array<Known, most>> known_;
  Known latest_long_;
};

}  // namespace onetrip
