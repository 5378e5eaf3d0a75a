#include "proxy/wire/framer.hpp"

#include <limits>

#include "proxy/wire/wipe.hpp"

namespace onetrip {

namespace {

// Sessions are many and mostly idle: a larger buffer is not kept for the next message.
constexpr std::size_t buffer_worth_keeping = 256;

}  // namespace

std::size_t Framer::take_header(Bytes bytes) {
  const std::size_t wanted = MessageHeader::size - header_bytes_;
  const std::size_t taken = std::min(wanted, bytes.size());
  std::copy_n(bytes.begin(), taken, raw_.begin() + header_bytes_);
  header_bytes_ = static_cast<std::uint8_t>(header_bytes_ + taken);
  if (taken < wanted) return taken;

  Cursor cursor(raw_);
  header_.type = static_cast<char>(cursor.u8());
  const std::uint32_t length = cursor.u32();
  broken_ = length < 4 || length > std::numeric_limits<std::int32_t>::max();
  header_.length = length - 4;
  return taken;
}

void Framer::begin_body(Wish wish) {
  left_ = header_.length;
  keeping_ = std::min(wish.keep, header_.length);
  rest_ = wish.rest;
  prefix_given_ = false;
}

/// Takes from `bytes` what is still to be kept. When all of it is there (keeping_ is 0), returns
/// it.
Bytes Framer::gather(Bytes& bytes) {
  const auto taken = std::min<std::size_t>(keeping_, bytes.size());
  const Bytes part = bytes.first(taken);
  bytes = bytes.subspan(taken);
  keeping_ -= static_cast<std::uint32_t>(taken);
  left_ -= static_cast<std::uint32_t>(taken);
  if (keeping_ == 0 && buffer_.empty()) return part;
  buffer_.insert(buffer_.end(), part.begin(), part.end());
  return buffer_;
}

void Framer::end_message() {
  header_bytes_ = 0;
  drop_buffer();
}

void Framer::drop_buffer() {
  wipe(buffer_);
  if (buffer_.capacity() > buffer_worth_keeping) buffer_.shrink_to_fit();
}

}  // namespace onetrip
