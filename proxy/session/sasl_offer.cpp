#include "proxy/session/sasl_offer.hpp"

#include <algorithm>

namespace onetrip {
namespace {

constexpr std::uint32_t length_size = 4, code_size = 4;
constexpr std::size_t header_size = 1 + length_size;
// An offer of PostgreSQL has 42 bytes.
constexpr std::uint32_t longest_offer = 10'000;
constexpr std::uint32_t authentication_ok = 0, authentication_sasl = 10;
constexpr std::string_view plus = "SCRAM-SHA-256-PLUS";

void append(std::vector<std::byte>& to, Bytes bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

// AuthenticationSASL = 'R' Int32 length, Int32 10, String mechanism+, Byte1 0
// Empty when there is nothing to be removed, or nothing would be left.
std::vector<std::byte> without_plus(Bytes message) {
  Cursor cursor(message);
  std::vector<std::byte> kept;
  append(kept, cursor.take(header_size + code_size));
  const std::size_t nothing = kept.size();
  bool removed = false;
  std::string_view mechanism = cursor.string();
  for (; !mechanism.empty(); mechanism = cursor.string()) {
    if (mechanism == plus) {
      removed = true;
      continue;
    }
    append(kept, as_bytes(mechanism));
    kept.push_back({});
  }
  const bool understood = !cursor.failed() && cursor.left() == 0;
  if (!understood || !removed || kept.size() == nothing) return {};
  kept.push_back({});
  const auto length = static_cast<std::uint32_t>(kept.size() - 1);
  for (unsigned i = 0; i < length_size; ++i) {
    kept[1 + i] = static_cast<std::byte>(length >> 8U * (length_size - 1 - i) & 0xFFU);
  }
  return kept;
}

}  // namespace

Bytes SaslOffer::filter(Bytes bytes) {
  if (done_) return bytes;
  forward_.clear();
  while (!bytes.empty() && !done_) step(bytes);
  append(forward_, bytes);
  return forward_;
}

// Before the authentication is settled a server says
//   (NegotiateProtocolVersion | NoticeResponse | Authentication)* ErrorResponse?
void SaslOffer::step(Bytes& bytes) {
  if (rest_ != 0) {
    const Bytes piece = bytes.first(std::min(rest_, bytes.size()));
    append(forward_, piece);
    rest_ -= piece.size();
    bytes = bytes.subspan(piece.size());
    return;
  }
  if (!hold(1, bytes)) return;
  const char type = static_cast<char>(held_.front());
  if (type != 'R' && type != 'v' && type != 'N') return finish();
  if (!hold(header_size, bytes)) return;
  const std::uint32_t length = Cursor(Bytes(held_).subspan(1)).u32();
  if (length < length_size) return finish();
  if (type == 'R') return step_authentication(length, bytes);
  pass(length - length_size);
}

void SaslOffer::step_authentication(std::uint32_t length, Bytes& bytes) {
  if (length < length_size + code_size) return finish();
  if (!hold(header_size + code_size, bytes)) return;
  const std::uint32_t code = Cursor(Bytes(held_).subspan(header_size)).u32();
  if (code == authentication_ok) return finish();
  if (code != authentication_sasl) return pass(length - length_size - code_size);
  if (length > longest_offer) return finish();
  if (!hold(1 + length, bytes)) return;
  if (auto kept = without_plus(held_); !kept.empty()) held_ = std::move(kept);
  finish();
}

// True when `size` bytes of the message are held.
bool SaslOffer::hold(std::size_t size, Bytes& bytes) {
  if (held_.size() < size) {
    const auto piece = std::min(size - held_.size(), bytes.size());
    append(held_, bytes.first(piece));
    bytes = bytes.subspan(piece);
  }
  return held_.size() >= size;
}

void SaslOffer::pass(std::size_t rest) {
  append(forward_, held_);
  held_.clear();
  rest_ = rest;
}

void SaslOffer::finish() {
  pass(0);
  done_ = true;
}

}  // namespace onetrip
