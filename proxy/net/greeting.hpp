#pragma once

#include <cstddef>
#include <vector>

#include "proxy/wire/framer.hpp"

namespace onetrip {

/// What the room itself must know of a server's messages before its first ReadyForQuery: the key
/// that a cancel request will bring, and whether a password is asked for in clear.
class Greeting {
 public:
  /// False once nothing more is expected of it.
  bool read(Bytes bytes) { return framer_.feed(bytes, *this) && !framer_.broken(); }

  /// Process ID and secret key of BackendKeyData; empty before it came.
  Bytes key() const { return key_; }
  bool asked_cleartext_password() const { return asked_cleartext_password_; }

  // The framer's side.
  Wish wish(MessageHeader header) const;
  bool message(MessageHeader header, Bytes body);
  void prefix(MessageHeader, Bytes) {}
  void piece(MessageHeader, Bytes) {}

 private:
  Framer framer_;
  std::vector<std::byte> key_;
  bool asked_cleartext_password_ = false;
};

}  // namespace onetrip
