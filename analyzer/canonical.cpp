#include "analyzer/canonical.hpp"

#include <charconv>

namespace onetrip {

namespace {

constexpr std::size_t longest_integer = 20;  // -9223372036854775808
constexpr std::size_t longest_decimal = 256;
constexpr std::size_t uuid_size = 16;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<std::int64_t> whole_integer(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Decimal digits with a point before the digit at `point`, which may lie outside of them.
struct Decimal {
  bool negative = false;
  std::array<char, longest_decimal> digits{};
  int size = 0;
  int point = 0;

  bool add(char digit) {
    if (static_cast<std::size_t>(size) == digits.size()) return false;
    digits[static_cast<std::size_t>(size++)] = digit;
    return true;
  }
  /// Zeros outside of the digits.
  char at(int index) const {
    return index < 0 || index >= size ? '0' : digits[static_cast<std::size_t>(index)];
  }
};

std::optional<ShortText> spell(const Decimal& decimal) {
  int first = 0;
  int last = decimal.size;
  while (first < last && decimal.at(first) == '0') ++first;
  while (last > first && decimal.at(last - 1) == '0') --last;
  ShortText text;
  if (first == last) return text.add('0') ? std::optional(text) : std::nullopt;

  bool fits = !decimal.negative || text.add('-');
  if (decimal.point <= first) fits = text.add('0');
  for (int i = first; fits && i < decimal.point; ++i) fits = text.add(decimal.at(i));
  if (last > decimal.point) {
    fits = fits && text.add('.');
    const int from = decimal.point < first ? decimal.point : std::max(first, decimal.point);
    for (int i = from; fits && i < last; ++i) fits = text.add(decimal.at(i));
  }
  return fits ? std::optional(text) : std::nullopt;
}

}  // namespace

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8U | static_cast<unsigned char>(byte);
  return value;
}

std::optional<std::int64_t> canonical_integer(std::string_view text) {
  if (text.empty() || text.size() > longest_integer) return std::nullopt;
  const std::string_view digits = text.substr(text.front() == '-' ? 1 : 0);
  if (digits.empty() || !is_digit(digits.front())) return std::nullopt;
  if (digits.front() == '0' && text.size() > 1) return std::nullopt;
  return whole_integer(text);
}

std::optional<std::int64_t> integer_input(std::string_view text) {
  text = trimmed(text);
  if (text.size() > 1 && text.front() == '+' && is_digit(text[1])) text.remove_prefix(1);
  return whole_integer(text);
}

std::optional<ShortText> canonical_uuid(std::string_view text) {
  if (text.size() < 2 * uuid_size || text.size() > 2 * uuid_size + 9) return std::nullopt;
  const bool braces = text.front() == '{';
  if (braces) text.remove_prefix(1);
  std::array<char, uuid_size> bytes{};
  for (std::size_t i = 0; i < uuid_size; ++i) {
    if (text.size() < 2) return std::nullopt;
    const int high = hex_value(text[0]);
    const int low = hex_value(text[1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[i] = static_cast<char>(high << 4 | low);
    text.remove_prefix(2);
    if (i % 2 == 1 && i + 1 < uuid_size && !text.empty() && text.front() == '-') {
      text.remove_prefix(1);
    }
  }
  if (text != (braces ? "}" : "")) return std::nullopt;
  return canonical_uuid_bytes({bytes.data(), bytes.size()});
}

std::optional<ShortText> canonical_uuid_bytes(std::string_view sixteen_bytes) {
  constexpr std::string_view hex = "0123456789abcdef";
  if (sixteen_bytes.size() != uuid_size) return std::nullopt;
  ShortText text;
  for (std::size_t i = 0; i < uuid_size; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text.add('-');
    const auto byte = static_cast<unsigned char>(sixteen_bytes[i]);
    text.add(hex[byte >> 4U]);
    text.add(hex[byte & 0xFU]);
  }
  return text;
}

std::optional<ShortText> canonical_numeric(std::string_view text) {
  text = trimmed(text);
  Decimal decimal;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    decimal.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  int digits_seen = 0;
  bool in_fraction = false;
  for (; !text.empty() && (is_digit(text.front()) || text.front() == '.'); text.remove_prefix(1)) {
    if (text.front() == '.') {
      if (in_fraction) return std::nullopt;
      in_fraction = true;
      continue;
    }
    if (!decimal.add(text.front())) return std::nullopt;
    if (!in_fraction) ++decimal.point;
    ++digits_seen;
  }
  if (digits_seen == 0) return std::nullopt;
  if (text.empty()) return spell(decimal);
  if (text.front() != 'e' && text.front() != 'E') return std::nullopt;
  const auto exponent = integer_input(text.substr(1));
  if (!exponent || *exponent > 1000 || *exponent < -1000) return std::nullopt;
  decimal.point += static_cast<int>(*exponent);
  return spell(decimal);
}

std::optional<ShortText> canonical_numeric_bytes(std::string_view bytes) {
  constexpr std::size_t head = 8;
  constexpr std::uint64_t negative = 0x4000;
  constexpr std::uint64_t most_digits = longest_decimal / 4;
  if (bytes.size() < head) return std::nullopt;
  const std::uint64_t digits = big_endian(bytes.substr(0, 2));
  const auto weight = static_cast<std::int16_t>(big_endian(bytes.substr(2, 2)));
  const std::uint64_t sign = big_endian(bytes.substr(4, 2));
  if (sign != 0 && sign != negative) return std::nullopt;  // NaN and the infinities
  if (digits > most_digits || bytes.size() != head + 2 * digits) return std::nullopt;

  Decimal decimal;
  decimal.negative = sign == negative;
  decimal.point = (weight + 1) * 4;
  for (std::size_t i = 0; i < digits; ++i) {
    const auto group = static_cast<unsigned>(big_endian(bytes.substr(head + 2 * i, 2)));
    if (group > 9999) return std::nullopt;
    for (const unsigned unit : {1000U, 100U, 10U, 1U}) {
      decimal.add(static_cast<char>('0' + group / unit % 10));
    }
  }
  return spell(decimal);
}

}  // namespace onetrip
