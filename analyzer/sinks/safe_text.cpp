#include "analyzer/sinks/safe_text.hpp"

#include <array>
#include <cstdint>

namespace onetrip {
namespace {

struct Character {
  std::uint32_t code = 0;
  std::size_t length = 1;
  bool valid = false;
};

unsigned byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

/// How many bytes a character has by its first one; 0: no character begins so.
std::size_t length_of(unsigned first) {
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return 2;
  if (first < 0xF0) return 3;
  return first < 0xF5 ? 4 : 0;
}

/// RFC 3629: shortest form only, no surrogates, nothing past U+10FFFF.
Character decode(std::string_view bytes) {
  const unsigned first = byte_at(bytes, 0);
  const std::size_t length = length_of(first);
  if (length == 1) return {first, 1, true};
  if (length == 0 || bytes.size() < length) return {first, 1, false};
  std::uint32_t code = first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned next = byte_at(bytes, i);
    if ((next & 0xC0U) != 0x80U) return {first, 1, false};
    code = (code << 6U) | (next & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < smallest[length] || surrogate || code > 0x10FFFF) return {first, 1, false};
  return {code, length, true};
}

std::string hex(std::uint32_t code, std::size_t digits) {
  constexpr std::string_view alphabet = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < digits || code != 0; ++i) {
    out.insert(out.begin(), alphabet[code & 15U]);
    code >>= 4U;
  }
  return out;
}

bool turns_direction(std::uint32_t code) {
  return code == 0x061C || (code >= 0x200E && code <= 0x200F) ||
         (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

bool is_hidden(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029 ||
         code == 0xFEFF || turns_direction(code);
}

bool is_space(std::uint32_t code) {
  return code == ' ' || (code >= '\t' && code <= '\r');
}

void append_printable(std::string& out, std::string_view bytes, const Character& character) {
  if (!character.valid || (character.code < 0x100 && is_hidden(character.code))) {
    out.append("\\x").append(hex(character.code, 2));
  } else if (is_hidden(character.code)) {
    out.append("\\u{").append(hex(character.code, 1)).append("}");
  } else {
    out.append(bytes.substr(0, character.length));
  }
}

}  // namespace

std::string valid_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const Character character = decode(bytes);
    out.append(character.valid ? bytes.substr(0, character.length) : "\xEF\xBF\xBD");
    bytes.remove_prefix(character.length);
  }
  return out;
}

std::string printable(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const Character character = decode(bytes);
    append_printable(out, bytes, character);
    bytes.remove_prefix(character.length);
  }
  return out;
}

std::string one_line(std::string_view bytes, std::size_t longest) {
  std::string out;
  std::size_t characters = 0;
  bool space = false;
  while (!bytes.empty()) {
    const Character character = decode(bytes);
    const bool now_space = character.valid && is_space(character.code);
    if (!now_space) {
      if (characters >= longest) return out + "…";
      if (space && !out.empty()) out.push_back(' ');
      append_printable(out, bytes, character);
      characters += space ? 2 : 1;
    }
    space = now_space;
    bytes.remove_prefix(character.length);
  }
  return out;
}

}  // namespace onetrip
