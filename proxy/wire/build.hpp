#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace onetrip {

/// Appends an integer in network byte order.
template <std::integral Integer>
void append(std::string& bytes, Integer value) {
  for (std::size_t shift = sizeof(value) * 8; shift != 0; shift -= 8) {
    bytes += static_cast<char>(static_cast<std::uint64_t>(value) >> (shift - 8) & 0xFFU);
  }
}

/// Appends a String: the text and its terminating zero.
void append_string(std::string& bytes, std::string_view text);

/// A whole message of either direction: type, length, body.
std::string build_message(char type, std::string_view body);

}  // namespace onetrip
