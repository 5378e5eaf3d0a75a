#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyzer/statement_cache.hpp"
#include "analyzer/statement_describe.hpp"

namespace onetrip {

/// What the cache keeps of one statement of a text.
struct CachedPiece {
  /// An element of a list that has parameters in it.
  struct MixedElement {
    ValueHash hash = no_value;
    std::uint32_t parameter = 0;  ///< 0: a literal
  };
  /// A slot whose value comes with each run.
  struct Patch {
    std::uint32_t slot = 0;
    std::uint32_t parameter = 0;  ///< 0: a list, of the mixed elements [first, end)
    std::uint32_t first = 0, end = 0;
    std::uint32_t count = 0;
  };

  StatementPtr statement;
  std::vector<Slot> slots;  ///< those of literals filled in
  std::vector<ValueHash> elements;
  std::vector<Patch> patches;
  std::vector<MixedElement> mixed;
  std::string name, setting, setting_text;
  std::uint64_t setting_hash = 0;
  std::uint32_t setting_parameter = 0;

  std::size_t footprint() const {
    return sizeof(CachedPiece) + slots.capacity() * sizeof(Slot) +
           elements.capacity() * sizeof(ValueHash) + patches.capacity() * sizeof(Patch) +
           mixed.capacity() * sizeof(MixedElement) + name.capacity() + setting.capacity() +
           setting_text.capacity();
  }
};

class StatementCache::Text {
 public:
  std::vector<CachedPiece> pieces;
  SharedTags tags;  ///< shared: with the comments' entry and the runs' windows
  std::string trace_id;

  std::size_t footprint() const {
    std::size_t bytes = sizeof(Text) + trace_id.capacity();
    // Statements may be shared, but a text keeps its own when all others let go of it.
    for (const CachedPiece& piece : pieces)
      bytes += piece.footprint() + onetrip::footprint(*piece.statement);
    return bytes;
  }
};

}  // namespace onetrip
