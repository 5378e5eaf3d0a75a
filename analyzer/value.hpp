#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace onetrip {

/// Keyed 64-bit hash of a value's canonical form (docs: "What is kept of values"). Equal values
/// have equal hashes whatever their width, format (text or binary) or protocol. The lowest bit says
/// that the value is of high entropy (a uuid, an integer beyond 2^48), so that a match proves by
/// itself. 0 means: no value (NULL, not known, or of a type that is not indexed: bool, float, json,
/// bytea, dates and times, binary of unknown type).
using ValueHash = std::uint64_t;
inline constexpr ValueHash no_value = 0;

constexpr bool is_high_entropy(ValueHash hash) {
  return (hash & 1U) != 0;
}

/// What is kept of one parameter or literal.
struct Slot {
  enum class Kind : std::uint8_t { unknown, null, scalar, array };
  Kind kind = Kind::unknown;
  ValueHash hash = no_value;        ///< scalar: its hash
  std::uint32_t first_element = 0;  ///< array: where its elements begin in the list kept beside
  std::uint32_t elements = 0;       ///< array: how many of them were hashed (at most max_elements)
  std::uint32_t count = 0;          ///< array: how many it has in all
  /// Scalar, in clear: an integer from 0 on (larger ones as most_integer), or that a text begins
  /// with `%`; 0 for all else. The analyzer keeps it of LIMIT, OFFSET and LIKE alone.
  std::uint32_t clear = 0;
  static constexpr std::uint32_t most_integer = 0xFFFFFFFE, begins_with_wildcard = 0xFFFFFFFF;
};

/// Slot::clear of a value in text format.
std::uint32_t clear_of(std::string_view text);

/// Type OIDs that never change (pg_type.dat); others are extension or user types.
namespace type_oid {
inline constexpr std::uint32_t unspecified = 0, boolean = 16, bytea = 17, int8 = 20, int2 = 21,
                               int4 = 23, text = 25, oid = 26, json = 114, float4 = 700,
                               float8 = 701, unknown = 705, bpchar = 1042, varchar = 1043,
                               date = 1082, time = 1083, timestamp = 1114, timestamptz = 1184,
                               interval = 1186, timetz = 1266, numeric = 1700, uuid = 2950,
                               jsonb = 3802;
}  // namespace type_oid

/// Makes value hashes with a key that lives as long as the process. Immutable: any thread.
class ValueHasher {
 public:
  static constexpr std::size_t key_size = 192;  ///< XXH3 wants at least 136 bytes
  static constexpr std::uint32_t max_elements = 1000;
  using Key = std::array<unsigned char, key_size>;

  explicit ValueHasher(const Key& key) : key_(key) {}

  /// A value in text format. `type` is its type OID, 0 when unknown: an unknown text that looks
  /// like a decimal integer or a uuid is taken as one, which is what it then also is in a typed
  /// column.
  ValueHash text(std::uint32_t type, std::string_view bytes) const;
  /// A value in binary format (network byte order); no_value for types that are not indexed.
  ValueHash binary(std::uint32_t type, std::string_view bytes) const;
  ValueHash integer(std::int64_t value) const;

  /// An array or scalar parameter in either format, elements appended to `elements`.
  Slot text_slot(std::uint32_t type, std::string_view bytes,
                 std::vector<ValueHash>& elements) const;
  Slot binary_slot(std::uint32_t type, std::string_view bytes,
                   std::vector<ValueHash>& elements) const;

  /// Keyed hash of any bytes (a statement's text, a tag): never 0, lowest bit without meaning.
  std::uint64_t bytes(std::string_view bytes) const;

 private:
  friend class PiecewiseHash;
  Key key_;
};

/// ValueHasher::bytes of bytes that come in pieces. The hasher outlives it.
class PiecewiseHash {
 public:
  explicit PiecewiseHash(const ValueHasher& hasher);
  PiecewiseHash(PiecewiseHash&&) noexcept;
  ~PiecewiseHash();

  void add(std::string_view bytes);
  /// Of all that was added so far.
  std::uint64_t value() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace onetrip
