#pragma once

#include <cstddef>
#include <vector>

#include "proxy/wire/cursor.hpp"

namespace onetrip {

/// Removes SCRAM-SHA-256-PLUS from the mechanisms that a server offers, and changes nothing else of
/// what it says. Used where the server's hop is encrypted and the client's is not: the server binds
/// to a channel that the client does not have, and libpq then refuses to log in at all.
///
/// Feed it all that the server sends from its first byte behind the startup packet, until done().
class SaslOffer {
 public:
  /// The bytes to forward instead; valid until the next call. What is held when the server ends was
  /// no whole message, and is lost. Only AuthenticationSASL is held until
  /// it is complete. What cannot be understood, and an offer of nothing else, passes as it came.
  Bytes filter(Bytes bytes);
  /// Nothing more will be changed; everything was given back.
  bool done() const { return done_; }

 private:
  void step(Bytes& bytes);
  bool hold(std::size_t size, Bytes& bytes);
  void step_authentication(std::uint32_t length, Bytes& bytes);
  void pass(std::size_t rest);
  void finish();

  std::vector<std::byte> held_;  // the beginning of a message
  std::size_t rest_ = 0;         // of a message that passes
  std::vector<std::byte> forward_;
  bool done_ = false;
};

}  // namespace onetrip
