#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "analyzer/canonical.hpp"
#include "analyzer/value.hpp"

namespace onetrip {

namespace {

/// Array types of pg_type.dat and the types of their elements, by OID of the array.
constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 21> array_types{{
    {199, type_oid::json},         {1000, type_oid::boolean},
    {1001, type_oid::bytea},       {1003, 19},
    {1005, type_oid::int2},        {1007, type_oid::int4},
    {1009, type_oid::text},        {1014, type_oid::bpchar},
    {1015, type_oid::varchar},     {1016, type_oid::int8},
    {1021, type_oid::float4},      {1022, type_oid::float8},
    {1028, type_oid::oid},         {1115, type_oid::timestamp},
    {1182, type_oid::date},        {1183, type_oid::time},
    {1185, type_oid::timestamptz}, {1187, type_oid::interval},
    {1231, type_oid::numeric},     {2951, type_oid::uuid},
    {3807, type_oid::jsonb},
}};

/// 0 if the type is no array type that is known.
std::uint32_t element_type(std::uint32_t type) {
  const auto found =
      std::lower_bound(array_types.begin(), array_types.end(), type,
                       [](const auto& one, std::uint32_t oid) { return one.first < oid; });
  return found != array_types.end() && found->first == type ? found->second : 0;
}

/// Collects the elements of one array.
class Elements {
 public:
  explicit Elements(std::vector<ValueHash>& list) : list_(list), first_(list.size()) {}

  /// A NULL or what is not indexed is counted, not kept.
  void add(ValueHash hash) {
    ++count_;
    if (hash != no_value && list_.size() - first_ < ValueHasher::max_elements)
      list_.push_back(hash);
  }

  Slot slot() const {
    Slot slot;
    slot.kind = Slot::Kind::array;
    slot.first_element = static_cast<std::uint32_t>(first_);
    slot.elements = static_cast<std::uint32_t>(list_.size() - first_);
    slot.count = count_;
    return slot;
  }

  void forget() { list_.resize(first_); }
  bool full() const { return list_.size() - first_ >= ValueHasher::max_elements; }

 private:
  std::vector<ValueHash>& list_;
  std::size_t first_;
  std::uint32_t count_ = 0;
};

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_null_word(std::string_view word) {
  constexpr std::string_view null = "null";
  return word.size() == null.size() &&
         std::equal(word.begin(), word.end(), null.begin(),
                    [](char c, char expected) { return static_cast<char>(c | 0x20) == expected; });
}

/// Reads an array's text form.
///
///   text  = bounds? list        bounds = { "[" anything "]" } "="
///   list  = "{" [ item { "," item } ] "}"
///   item  = list | quoted | plain            spaces around items say nothing
///   quoted = '"' { any | "\" any } '"'       plain: not one of {}," and not the word NULL
class ArrayText {
 public:
  ArrayText(std::string_view text, std::uint32_t type, const ValueHasher& hasher)
      : text_(text), type_(type), hasher_(hasher) {}

  /// False if the text is not well-formed; then elements may have been added.
  bool read(Elements& elements) {
    skip_spaces();
    if (at('[')) {
      const auto list = text_.find("={", at_);
      if (list == std::string_view::npos) return false;
      at_ = list + 1;
    }
    int depth = 0;
    do {
      if (!read_openings(depth)) return false;
      if (!at('}') && !read_scalar(elements)) return false;
      if (!read_closings(depth)) return false;
    } while (depth > 0);
    skip_spaces();
    return at_ == text_.size();
  }

 private:
  bool at(char c) const { return at_ < text_.size() && text_[at_] == c; }

  void skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  bool read_openings(int& depth) {
    for (skip_spaces(); at('{'); skip_spaces()) {
      ++at_;
      ++depth;
    }
    return depth > 0;
  }

  /// Leaves the cursor before the next item, unless the outermost list is closed.
  bool read_closings(int& depth) {
    for (skip_spaces(); at('}') && depth > 0; skip_spaces()) {
      ++at_;
      --depth;
    }
    if (depth == 0) return true;
    if (!at(',')) return false;
    ++at_;
    skip_spaces();
    return !at('}') && !at(',');
  }

  bool read_scalar(Elements& elements) {
    return at('"') ? read_quoted(elements) : read_plain(elements);
  }

  bool read_plain(Elements& elements) {
    const std::size_t end = text_.find_first_of("{}\",", at_);
    if (end == std::string_view::npos) return false;
    std::string_view word = text_.substr(at_, end - at_);
    while (!word.empty() && is_space(word.back())) word.remove_suffix(1);
    if (word.empty()) return false;
    at_ = end;
    elements.add(is_null_word(word) || elements.full() ? no_value : hasher_.text(type_, word));
    return true;
  }

  bool read_quoted(Elements& elements) {
    std::string word;
    for (++at_; at_ < text_.size() && !at('"'); ++at_) {
      if (at('\\') && ++at_ == text_.size()) return false;
      word += text_[at_];
    }
    if (at_ >= text_.size()) return false;
    ++at_;
    elements.add(elements.full() ? no_value : hasher_.text(type_, word));
    return true;
  }

  std::string_view text_;
  std::uint32_t type_;
  const ValueHasher& hasher_;
  std::size_t at_ = 0;
};

Slot scalar(ValueHash hash, std::uint32_t clear) {
  Slot slot;
  slot.kind = Slot::Kind::scalar;
  slot.hash = hash;
  slot.clear = clear;
  return slot;
}

std::uint32_t clear_of_bytes(std::uint32_t type, std::string_view bytes) {
  switch (type) {
    case type_oid::int2:
    case type_oid::int4:
    case type_oid::int8: {
      const bool negative = bytes.empty() || bytes.size() > 8 || (bytes.front() & 0x80) != 0;
      if (negative) return 0;
      return static_cast<std::uint32_t>(
          std::min<std::uint64_t>(big_endian(bytes), Slot::most_integer));
    }
    case type_oid::text:
    case type_oid::varchar:
    case type_oid::bpchar:
      return clear_of(bytes);
    default:
      return 0;
  }
}

/// Reads an array's binary form; false if it is not well-formed.
///
///   bytes = dimensions:Int32 flags:Int32 element_type:Int32
///           { size:Int32 lower_bound:Int32 }* { length:Int32 value }*
bool read_binary_array(std::string_view bytes, const ValueHasher& hasher, Elements& elements) {
  constexpr std::uint64_t most_dimensions = 6;
  constexpr std::uint64_t null_length = 0xFFFF'FFFF;
  if (bytes.size() < 12) return false;
  const std::uint64_t dimensions = big_endian(bytes.substr(0, 4));
  const auto type = static_cast<std::uint32_t>(big_endian(bytes.substr(8, 4)));
  bytes.remove_prefix(12);
  if (dimensions > most_dimensions || bytes.size() < dimensions * 8) return false;
  bytes.remove_prefix(dimensions * 8);
  while (!bytes.empty()) {
    if (bytes.size() < 4) return false;
    const std::uint64_t length = big_endian(bytes.substr(0, 4));
    bytes.remove_prefix(4);
    if (length == null_length) {
      elements.add(no_value);
      continue;
    }
    if (length > bytes.size()) return false;
    elements.add(elements.full() ? no_value : hasher.binary(type, bytes.substr(0, length)));
    bytes.remove_prefix(length);
  }
  return true;
}

}  // namespace

std::uint32_t clear_of(std::string_view text) {
  constexpr std::size_t longest = 19;  // digits that surely fit
  if (text.starts_with('%')) return Slot::begins_with_wildcard;
  if (text.size() > longest) return 0;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return 0;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, Slot::most_integer));
}

Slot ValueHasher::text_slot(std::uint32_t type, std::string_view bytes,
                            std::vector<ValueHash>& elements) const {
  const std::uint32_t element = element_type(type);
  const bool says_nothing = type == type_oid::unspecified || type == type_oid::unknown;
  const bool looks_like_array =
      bytes.size() >= 2 && bytes.front() == '{' && bytes.back() == '}' && !canonical_uuid(bytes);
  if (element == 0 && !(says_nothing && looks_like_array))
    return scalar(text(type, bytes), clear_of(bytes));

  Elements found(elements);
  if (ArrayText(bytes, element, *this).read(found)) return found.slot();
  found.forget();
  return element == 0 ? scalar(text(type, bytes), 0) : Slot{};
}

Slot ValueHasher::binary_slot(std::uint32_t type, std::string_view bytes,
                              std::vector<ValueHash>& elements) const {
  if (type == type_oid::unspecified || type == type_oid::unknown) return {};
  if (element_type(type) == 0) return scalar(binary(type, bytes), clear_of_bytes(type, bytes));

  Elements found(elements);
  if (read_binary_array(bytes, *this, found)) return found.slot();
  found.forget();
  return {};
}

}  // namespace onetrip
