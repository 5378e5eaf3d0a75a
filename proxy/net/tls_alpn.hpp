#pragma once

struct ssl_ctx_st;

namespace onetrip {

/// Towards clients: "postgresql" is the one application protocol (manual, 55.2.11). A client that
/// offers others only is refused with no_application_protocol; so is one that offers none, where
/// TLS came without SSLRequest. Each session's application data (SSL_set_app_data) is its Tls.
void select_alpn(ssl_ctx_st* context);

}  // namespace onetrip
