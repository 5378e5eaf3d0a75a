#include "analyzer/fingerprint.hpp"

namespace onetrip {

std::string fingerprint_text(std::uint64_t hash) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text = "v1:";
  for (int shift = 60; shift >= 0; shift -= 4) text.push_back(digits[(hash >> shift) & 0xF]);
  return text;
}

}  // namespace onetrip
