#include "proxy/wire/build.hpp"

namespace onetrip {

void append_string(std::string& bytes, std::string_view text) {
  bytes += text;
  bytes += '\0';
}

std::string build_message(char type, std::string_view body) {
  std::string bytes(1, type);
  append(bytes, static_cast<std::uint32_t>(body.size() + 4));
  bytes += body;
  return bytes;
}

}  // namespace onetrip
