#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/scan.hpp"
#include "analyzer/statement_cache_shelf.hpp"
#include "analyzer/tags.hpp"
#include "analyzer/value.hpp"

namespace onetrip {

/// Comments → tags, reading comments once that differ in nothing but the ids of a traceparent.
/// Knows them by hash. Worker thread.
class CommentTags {
 public:
  CommentTags(const ValueHasher& hasher, std::size_t bytes) : hasher_(hasher), known_(bytes) {}

  /// Never null. `trace_id` is given apart from the tags, or is empty and in them.
  SharedTags read(std::string_view text, const std::vector<Token>& comments, std::string& trace_id);
  const SharedTags& none() const { return none_; }
  std::size_t bytes() const { return known_.bytes(); }

 private:
  std::uint64_t hash(std::string_view text, const std::vector<Token>& comments,
                     std::string& trace_id) const;

  const ValueHasher& hasher_;
  const SharedTags none_{Tags()};
  Shelf<SharedTags> known_;
};

}  // namespace onetrip
