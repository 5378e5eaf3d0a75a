#include "proxy/net/greeting.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace onetrip;

namespace {

struct Outcome {
  std::string key;
  bool asked_password = false;
  bool operator==(const Outcome&) const = default;
};

Outcome walk(Bytes bytes, std::size_t chunk) {
  Greeting greeting;
  bool more = true;
  while (!bytes.empty() && more) {
    const Bytes part = bytes.first(std::min(chunk, bytes.size()));
    bytes = bytes.subspan(part.size());
    more = greeting.read(part);
  }
  return {std::string(as_text(greeting.key())), greeting.asked_cleartext_password()};
}

}  // namespace

/// The key is the same however the bytes are cut, and never longer than protocol 3.2 allows.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  const Outcome whole = walk(bytes, std::max<std::size_t>(size, 1));
  if (whole != walk(bytes, 1) || whole != walk(bytes, 7)) std::abort();
  constexpr std::size_t longest = 4 + 256;
  if (whole.key.size() > longest) std::abort();
  return 0;
}
