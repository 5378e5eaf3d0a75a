#include <cstdint>
#include <cstdlib>
#include <string>

#include "proxy/wire/framer.hpp"

using namespace onetrip;

namespace {

/// Wishes by the message's type, and sums up what it is given.
struct Reader {
  std::string said;
  std::uint64_t streamed = 0;

  static bool is_passed(MessageHeader header) {
    return (header.type & 0x40) != 0 && header.type != 'X';
  }
  bool passes(MessageHeader header) {
    if (!is_passed(header)) return false;
    said += header.type;
    return true;
  }
  Wish wish(MessageHeader header) {
    const auto bits = static_cast<unsigned char>(header.type);
    return {bits & 0x1FU, (bits & 0x20U) != 0 ? Wish::Rest::stream : Wish::Rest::skip};
  }
  void prefix(MessageHeader header, Bytes kept) {
    if (!is_passed(header)) said += as_text(kept);
  }
  void piece(MessageHeader header, Bytes bytes) {
    if (!is_passed(header)) streamed += bytes.size();
  }
  bool message(MessageHeader header, Bytes kept) {
    if (passes(header)) return true;
    if (kept.size() > 0x1F) std::abort();
    said += header.type;
    said += as_text(kept);
    return header.type != 'X';
  }
};

Reader walk(Bytes bytes, std::size_t chunk) {
  Reader reader;
  Framer framer;
  while (!bytes.empty()) {
    const Bytes part = bytes.first(std::min(chunk, bytes.size()));
    if (!framer.feed(part, reader)) break;
    bytes = bytes.subspan(part.size());
  }
  if (framer.footprint() > 4096) std::abort();
  return reader;
}

}  // namespace

/// However the bytes are cut, the same messages come out.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  const Reader whole = walk(bytes, size);
  for (const std::size_t chunk : {1U, 3U, 7U}) {
    const Reader cut = walk(bytes, chunk);
    if (cut.said != whole.said || cut.streamed != whole.streamed) std::abort();
  }
  return 0;
}
