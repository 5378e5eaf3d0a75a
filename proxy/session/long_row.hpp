#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "analyzer/value.hpp"
#include "proxy/session/result.hpp"

namespace onetrip {

/// A DataRow that is too long to be held in one piece, while it passes.
struct LongRow {
  ValueWalker walker;
  SizeReader cells;
  std::optional<PiecewiseHash> hash{};         ///< while the result's hash wants more
  std::uint64_t wanted = RowHash::most_bytes;  ///< by it

  void add(Bytes bytes) {
    bytes = bytes.first(std::min<std::size_t>(bytes.size(), wanted));
    if (hash) hash->add(as_text(bytes));
    wanted -= bytes.size();
  }
};

}  // namespace onetrip
