#include "proxy/net/greeting.hpp"

#include "proxy/wire/backend.hpp"

namespace onetrip {
namespace {

// Process ID and, since protocol 3.2, up to 256 bytes of secret key.
constexpr std::uint32_t longest_key = 4 + 256;
// AuthenticationCleartextPassword: Int32(3).
constexpr std::uint32_t cleartext_password = 3;

}  // namespace

Wish Greeting::wish(MessageHeader header) const {
  if (header.type == backend::type::backend_key_data) return {longest_key, Wish::Rest::skip};
  if (header.type == backend::type::authentication) return {4, Wish::Rest::skip};
  return {};
}

bool Greeting::message(MessageHeader header, Bytes body) {
  switch (header.type) {
    case backend::type::authentication:
      if (Cursor(body).u32() == cleartext_password) asked_cleartext_password_ = true;
      return true;
    case backend::type::backend_key_data:
      if (header.length <= longest_key) key_.assign(body.begin(), body.end());
      return true;
    default:
      return header.type != backend::type::ready_for_query;
  }
}

}  // namespace onetrip
