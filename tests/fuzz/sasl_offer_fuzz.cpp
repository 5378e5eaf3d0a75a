#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "proxy/session/sasl_offer.hpp"

using namespace onetrip;

namespace {

struct Outcome {
  std::string forwarded;
  bool done = false;
  bool operator==(const Outcome&) const = default;
};

Outcome pass(Bytes bytes, std::size_t chunk) {
  SaslOffer filter;
  Outcome outcome;
  while (!bytes.empty()) {
    const Bytes part = bytes.first(std::min(chunk, bytes.size()));
    bytes = bytes.subspan(part.size());
    outcome.forwarded += as_text(filter.filter(part));
  }
  outcome.done = filter.done();
  return outcome;
}

}  // namespace

/// However the bytes are cut, the same is forwarded; and nothing is invented: it is what came, or
/// shorter by whole names of the mechanism, or still held.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes(reinterpret_cast<const std::byte*>(data), size);
  const Outcome whole = pass(bytes, size == 0 ? 1 : size);
  if (whole != pass(bytes, 1) || whole != pass(bytes, 7)) std::abort();
  constexpr std::size_t name_size = sizeof "SCRAM-SHA-256-PLUS";
  if (whole.forwarded.size() > size) std::abort();
  if (whole.done && (size - whole.forwarded.size()) % name_size != 0) std::abort();
  if (!whole.done && as_text(bytes).substr(0, whole.forwarded.size()) != whole.forwarded) {
    std::abort();
  }
  return 0;
}
