#pragma once

#include <cstddef>
#include <memory>

#include "analyzer/statement.hpp"

namespace onetrip {

/// A statement's facts in one piece of memory, a fifth of what they take when they are to be looked
/// at: so that many shapes can be known of which few are in use.
class PackedStatement {
 public:
  /// `statement.fingerprint` is that of its id.
  explicit PackedStatement(const Statement& statement);
  Statement unpack() const;
  std::size_t footprint() const { return size_ + 16; }

 private:
  std::unique_ptr<unsigned char[]> bytes_;
  std::size_t size_ = 0;
};

}  // namespace onetrip
