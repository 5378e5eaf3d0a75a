#pragma once

#include <cstdint>
#include <string_view>

#include "proxy/wire/cursor.hpp"

namespace onetrip {

/// What becomes of a server's offer of SASL mechanisms.
enum class OfferAction : std::uint8_t {
  forward,
  remove_plus,       ///< see SaslOffer
  forward_and_warn,  ///< SCRAM with channel binding, libpq's default, cannot succeed
};

/// A client binds its login to the certificate that it was shown, a server to its own; both are
/// within what the client signs, so nobody in between can mend it.
/// Given are the certificates (DER) that were shown on the client's and on the server's hop; empty:
/// that hop is not encrypted.
///
///   client  server  the client's view of PLUS                              action
///   any     plain   not offered                                            forward
///   plain   TLS     offered without TLS: libpq refuses it as an attack      remove_plus
///   TLS     TLS     equal certificates: as without a proxy                 forward
///   TLS     TLS     others: "channel binding check failed"                 forward_and_warn
OfferAction offer_action(Bytes shown_to_client, Bytes shown_by_server);

/// For the log, once per pair of certificates: what fails, and the two remedies.
inline constexpr std::string_view channel_binding_conflict =
    "the certificate that clients are shown is not the server's own: logging in over TLS with "
    "SCRAM-SHA-256-PLUS (libpq's default, channel_binding=prefer) will fail with \"channel binding "
    "check failed\". Either let clients connect with channel_binding=disable, or give onetrip the "
    "server's certificate and key (certificate and key under [listen.tls])";

}  // namespace onetrip
