#include "proxy/session/descriptions.hpp"

namespace onetrip {

namespace {

void read_into(Descriptions::Known& known, Bytes body, std::size_t most_keys) {
  known.binary = read_row_description(body, most_keys, known.shape);
  known.shape.known = true;
}

}  // namespace

const Descriptions::Known& Descriptions::read(Bytes body, const ValueHasher& hasher,
                                              std::size_t most_keys) {
  if (body.size() > longest) {
    read_into(latest_long_, body, most_keys);
    return latest_long_;
  }
  if (!known_) known_ = std::make_unique<std::array<Known, most>>();
  const std::uint64_t hash = hasher.bytes(as_text(body));
  Known& known = (*known_)[hash % most];
  if (known.hash == hash) return known;
  known.hash = 0;
  read_into(known, body, most_keys);
  known.hash = hash;
  return known;
}

}  // namespace onetrip
