#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/skeleton.hpp"
#include "analyzer/value.hpp"

namespace onetrip {

/// What texts have in common that differ in nothing but their literals and the ids of a
/// traceparent. They are told by hashes of the stretches between these holes, so that no byte of
/// any text is kept, and neither tokens nor comments have to be looked at again.
///
///   layout  = { stretch hole } stretch
///   hole    = digits | digits "." digits | "'" { byte but "'" } "'" | trace-id "-" parent-id
///
/// Only texts of one statement under standard_conforming_strings have one.
class StatementLayout {
 public:
  /// The literal of a slot, or (slot none) the ids.
  struct Value {
    static constexpr std::uint32_t no_slot = 0xFFFFFFFF;
    std::uint32_t slot = no_slot;
    SlotSource source;
  };

  /// `skeleton` has read the text under the standard syntax. None when there is nothing that may
  /// differ, or something that no layout has (lists of literals, names, settings).
  static std::optional<StatementLayout> of(const Skeleton& skeleton, const ValueHasher& hasher);

  /// Equal for all texts of one layout: a hash of what stands before the first digit or quote.
  static std::uint64_t key(std::string_view text, const ValueHasher& hasher);

  /// Whether the text is of this layout; then its literals, in the order of the text.
  bool match(std::string_view text, const ValueHasher& hasher, std::vector<Value>& values) const;

  /// A hash of the layout itself.
  std::uint64_t hash(const ValueHasher& hasher) const;
  bool has_trace() const { return trace_; }
  std::size_t footprint() const { return sizeof(*this) + holes_.capacity() * sizeof(Hole); }

 private:
  struct Hole {
    enum class Kind : std::uint8_t { integer, decimal, string, trace };
    std::uint64_t stretch_hash = 0;  ///< of the bytes before it
    std::uint32_t stretch = 0;       ///< how many these are
    std::uint32_t slot = 0;
    Kind kind = Kind::integer;
    bool negative = false;
  };

  bool add_fold(const Skeleton& skeleton, const Fold& fold);
  bool add_comment(const Skeleton& skeleton, const Token& comment);
  static std::uint32_t read(const Hole& hole, std::string_view text, std::uint32_t from);

  std::vector<Hole> holes_;
  std::uint64_t tail_hash_ = 0;
  std::uint32_t tail_ = 0;
  bool trace_ = false;
};

}  // namespace onetrip
