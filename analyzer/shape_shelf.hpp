#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "analyzer/statement_cache_shelf.hpp"
#include "analyzer/statement_describe.hpp"
#include "analyzer/statement_pack.hpp"

namespace onetrip {

/// Statements by fingerprint: all that fit, packed, and those in use as they are. Bounded in bytes.
class ShapeShelf {
 public:
  explicit ShapeShelf(std::size_t bytes) : known_(bytes / 4 * 3), in_use_(bytes / 4) {}

  /// Null when there is none.
  StatementPtr find(std::uint64_t id) {
    if (const StatementPtr* found = in_use_.find(id)) return *found;
    const PackedStatement* packed = known_.find(id);
    return packed == nullptr ? nullptr : use(packed->unpack());
  }

  /// The id must not be there: find() said so.
  StatementPtr put(Statement statement) {
    PackedStatement packed(statement);
    const std::size_t bytes = packed.footprint();
    known_.put(statement.id, std::move(packed), bytes);
    return use(std::move(statement));
  }

  std::size_t bytes() const { return known_.bytes() + in_use_.bytes(); }
  std::size_t size() const { return known_.size(); }
  std::uint64_t forgotten() const { return known_.forgotten(); }

 private:
  StatementPtr use(Statement statement) {
    const std::size_t bytes = footprint(statement);
    const std::uint64_t id = statement.id;
    return in_use_.put(id, StatementPtr(std::move(statement)), bytes);
  }

  Shelf<PackedStatement> known_;
  Shelf<StatementPtr> in_use_;
};

}  // namespace onetrip
