#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// Canonical forms of values: one spelling for all that PostgreSQL holds equal.
namespace onetrip {

/// A canonical form of bounded length; larger values are not indexed.
class ShortText {
 public:
  static constexpr std::size_t capacity = 64;
  /// False when it is full.
  bool add(char c) {
    if (size_ == capacity) return false;
    bytes_[size_++] = c;
    return true;
  }
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, capacity> bytes_{};
  std::size_t size_ = 0;
};

/// integer = "0" | "-"? [1-9] [0-9]*, within 64 bits: the only spelling that is taken as an integer
/// where the type does not say so.
std::optional<std::int64_t> canonical_integer(std::string_view text);

/// What the input function of an integer type takes: spaces, a sign, leading zeros.
std::optional<std::int64_t> integer_input(std::string_view text);

/// uuid = 16 bytes in hexadecimal digits of either case, with or without braces, with or without a
/// hyphen behind every fourth digit; lower case and hyphenated when canonical.
std::optional<ShortText> canonical_uuid(std::string_view text);
std::optional<ShortText> canonical_uuid_bytes(std::string_view sixteen_bytes);

/// numeric = sign? digits? ("." digits?)? ("e" sign? digits)?, without zeros that say nothing.
std::optional<ShortText> canonical_numeric(std::string_view text);

/// numeric's binary format:
///   digits:Int16 weight:Int16 sign:Int16 scale:Int16 digit:Int16*    (digits to base 10,000)
std::optional<ShortText> canonical_numeric_bytes(std::string_view bytes);

/// A big-endian number of at most eight bytes, not sign-extended.
std::uint64_t big_endian(std::string_view bytes);

}  // namespace onetrip
