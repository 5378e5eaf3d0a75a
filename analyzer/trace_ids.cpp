#include "analyzer/trace_ids.hpp"

#include <array>
#include <cstdint>

namespace onetrip {
namespace {

enum : std::uint8_t { other = 1, not_zero = 2 };

constexpr std::array<std::uint8_t, 256> make_digits() {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(other);
  for (const char byte : std::string_view("123456789abcdefABCDEF"))
    digits[static_cast<unsigned char>(byte)] = not_zero;
  digits['0'] = 0;
  return digits;
}

constexpr auto digits = make_digits();

unsigned look_at(std::string_view bytes) {
  unsigned seen = 0;
  for (const char byte : bytes) seen |= digits[static_cast<unsigned char>(byte)];
  return seen;
}

}  // namespace

std::optional<std::size_t> TraceIds::find(std::string_view comment) {
  constexpr std::string_view key = "traceparent";
  const std::size_t at = comment.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  const std::size_t value = comment.find_first_not_of("=:'\" ", at + key.size());
  if (value == std::string_view::npos || comment.size() - value < 3 + size) return std::nullopt;
  if (comment[value + 2] != '-' || !begin(comment.substr(value + 3))) return std::nullopt;
  return value + 3;
}

bool TraceIds::begin(std::string_view bytes) {
  if (bytes.size() < size || bytes[id_size] != '-') return false;
  return look_at(bytes.substr(0, id_size)) == not_zero &&
         (look_at(bytes.substr(id_size + 1, size - id_size - 1)) & other) == 0;
}

void TraceIds::copy_id(std::string_view bytes, std::string& id) {
  id.assign(bytes.substr(0, id_size));
  for (char& digit : id) digit = static_cast<char>(digit | 0x20);  // digits have that bit
}

}  // namespace onetrip
