#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace onetrip {

using Bytes = std::span<const std::byte>;

inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

/// An Int32, network byte order, of the four bytes there.
inline std::uint32_t int32_at(const std::byte* at) {
  const auto byte = [at](int i) { return std::to_integer<std::uint32_t>(at[i]); };
  return byte(0) << 24U | byte(1) << 16U | byte(2) << 8U | byte(3);
}

/// Reads a message's body from front to back, network byte order. The first read beyond the end
/// makes the cursor fail for good: everything read after that is 0 or empty, so a reader checks
/// failed() once, at its end. Views are into the bytes given.
class Cursor {
 public:
  explicit Cursor(Bytes bytes) : bytes_(bytes) {}

  bool failed() const { return failed_; }
  std::size_t left() const { return bytes_.size(); }
  Bytes rest() const { return bytes_; }

  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return number(4); }
  std::int16_t i16() { return static_cast<std::int16_t>(u16()); }

  Bytes take(std::size_t size) {
    if (size > bytes_.size()) {
      fail();
      return {};
    }
    const Bytes taken = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return taken;
  }

  void skip(std::size_t size) { take(size); }

  /// String: bytes up to a terminating zero, which is consumed and not part of it.
  std::string_view string() {
    const auto text = as_text(bytes_);
    const auto end = text.find('\0');
    if (end == std::string_view::npos) {
      fail();
      return {};
    }
    bytes_ = bytes_.subspan(end + 1);
    return text.substr(0, end);
  }

 private:
  std::uint32_t number(std::size_t size) {
    std::uint32_t value = 0;
    for (const std::byte byte : take(size)) value = value << 8U | std::to_integer<unsigned>(byte);
    return value;
  }

  void fail() {
    failed_ = true;
    bytes_ = {};
  }

  Bytes bytes_;
  bool failed_ = false;
};

}  // namespace onetrip
