#include "analyzer/value.hpp"

#include <algorithm>
#include <charconv>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "analyzer/canonical.hpp"

namespace onetrip {

namespace {

enum class Family : std::uint8_t { integer, numeric, uuid, text, padded, none };

Family family_of(std::uint32_t type) {
  switch (type) {
    case type_oid::int2:
    case type_oid::int4:
    case type_oid::int8:
    case type_oid::oid:
      return Family::integer;
    case type_oid::numeric:
      return Family::numeric;
    case type_oid::uuid:
      return Family::uuid;
    case type_oid::bpchar:
      return Family::padded;
    case type_oid::boolean:
    case type_oid::bytea:
    case type_oid::json:
    case type_oid::jsonb:
    case type_oid::float4:
    case type_oid::float8:
    case type_oid::date:
    case type_oid::time:
    case type_oid::timetz:
    case type_oid::timestamp:
    case type_oid::timestamptz:
    case type_oid::interval:
      return Family::none;
    default:
      return Family::text;  // enums, citext and all that reads as text
  }
}

/// Enums and citext are sent as their text. No other user's type sends nothing but what can be
/// read: they begin with counts, flags or versions.
bool has_text_for_binary(std::uint32_t type, std::string_view bytes) {
  constexpr std::uint32_t name = 19, first_user_oid = 16'384;
  if (type >= first_user_oid)
    return std::all_of(bytes.begin(), bytes.end(),
                       [](char c) { return static_cast<unsigned char>(c) >= ' '; });
  return type == type_oid::text || type == type_oid::varchar || type == type_oid::bpchar ||
         type == name;
}

bool says_nothing(std::uint32_t type) {
  return type == type_oid::unspecified || type == type_oid::unknown;
}

std::string_view without_padding(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

enum class Entropy : std::uint8_t { low, high };

ValueHash finished(std::uint64_t hash, Entropy entropy) {
  hash &= ~std::uint64_t{1};
  if (hash == no_value) hash = 2;
  return entropy == Entropy::high ? hash | 1U : hash;
}

std::uint64_t keyed(const ValueHasher::Key& key, std::string_view bytes) {
  return XXH3_64bits_withSecret(bytes.data(), bytes.size(), key.data(), key.size());
}

ValueHash hash_uuid(const ValueHasher::Key& key, const std::optional<ShortText>& uuid) {
  return uuid ? finished(keyed(key, uuid->view()), Entropy::high) : no_value;
}

/// A numeric without fraction is an integer, so that it equals one.
ValueHash hash_numeric(const ValueHasher& hasher, const ValueHasher::Key& key,
                       const std::optional<ShortText>& numeric) {
  if (!numeric) return no_value;
  if (const auto integer = canonical_integer(numeric->view())) return hasher.integer(*integer);
  return finished(keyed(key, numeric->view()), Entropy::low);
}

/// Text of a type that does not say what it holds is an integer or a uuid when it looks like one.
ValueHash hash_text(const ValueHasher& hasher, const ValueHasher::Key& key, std::string_view text) {
  if (const auto integer = canonical_integer(text)) return hasher.integer(*integer);
  if (const auto uuid = canonical_uuid(text)) return hash_uuid(key, uuid);
  return finished(keyed(key, text), Entropy::low);
}

}  // namespace

ValueHash ValueHasher::integer(std::int64_t value) const {
  constexpr std::uint64_t guessable = std::uint64_t{1} << 48U;
  std::array<char, 24> text;
  const char* end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  const auto bits = static_cast<std::uint64_t>(value);
  const std::uint64_t magnitude = value < 0 ? 0 - bits : bits;
  return finished(keyed(key_, {text.data(), static_cast<std::size_t>(end - text.data())}),
                  magnitude > guessable ? Entropy::high : Entropy::low);
}

ValueHash ValueHasher::text(std::uint32_t type, std::string_view bytes) const {
  switch (family_of(type)) {
    case Family::integer: {
      const auto value = integer_input(bytes);
      return value ? integer(*value) : no_value;
    }
    case Family::numeric:
      return hash_numeric(*this, key_, canonical_numeric(bytes));
    case Family::uuid:
      return hash_uuid(key_, canonical_uuid(bytes));
    case Family::text:
      // Of a type that nobody told, blanks at the end may be the padding of a char(n) key.
      return hash_text(*this, key_, says_nothing(type) ? without_padding(bytes) : bytes);
    case Family::padded:
      return hash_text(*this, key_, without_padding(bytes));
    case Family::none:
      return no_value;
  }
  return no_value;
}

ValueHash ValueHasher::binary(std::uint32_t type, std::string_view bytes) const {
  switch (type) {
    case type_oid::int2:
      return bytes.size() == 2 ? integer(static_cast<std::int16_t>(big_endian(bytes))) : no_value;
    case type_oid::int4:
      return bytes.size() == 4 ? integer(static_cast<std::int32_t>(big_endian(bytes))) : no_value;
    case type_oid::int8:
      return bytes.size() == 8 ? integer(static_cast<std::int64_t>(big_endian(bytes))) : no_value;
    case type_oid::oid:
      return bytes.size() == 4 ? integer(static_cast<std::int64_t>(big_endian(bytes))) : no_value;
    case type_oid::numeric:
      return hash_numeric(*this, key_, canonical_numeric_bytes(bytes));
    case type_oid::uuid:
      return hash_uuid(key_, canonical_uuid_bytes(bytes));
    default:
      return has_text_for_binary(type, bytes) ? text(type, bytes) : no_value;
  }
}

std::uint64_t ValueHasher::bytes(std::string_view bytes) const {
  const std::uint64_t hash = keyed(key_, bytes);
  return hash == 0 ? 1 : hash;
}

struct PiecewiseHash::State {
  XXH3_state_t xxh3;
};

PiecewiseHash::PiecewiseHash(const ValueHasher& hasher) : state_(std::make_unique<State>()) {
  XXH3_64bits_reset_withSecret(&state_->xxh3, hasher.key_.data(), hasher.key_.size());
}

PiecewiseHash::PiecewiseHash(PiecewiseHash&&) noexcept = default;
PiecewiseHash::~PiecewiseHash() = default;

void PiecewiseHash::add(std::string_view bytes) {
  XXH3_64bits_update(&state_->xxh3, bytes.data(), bytes.size());
}

std::uint64_t PiecewiseHash::value() const {
  const std::uint64_t hash = XXH3_64bits_digest(&state_->xxh3);
  return hash == 0 ? 1 : hash;
}

}  // namespace onetrip
