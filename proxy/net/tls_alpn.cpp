#include "proxy/net/tls_alpn.hpp"

#include <openssl/ssl.h>

#include <string_view>

#include "proxy/net/tls.hpp"

namespace onetrip {
namespace {

constexpr std::string_view name = "postgresql";

bool is_direct(SSL* session) {
  return static_cast<const Tls*>(SSL_get_app_data(session))->opening() == Tls::Opening::direct;
}

// OpenSSL asks only when the client offers something.
int demand_offer(SSL* session, int* alert, void*) {
  const unsigned char* offer = nullptr;
  std::size_t size = 0;
  const bool offered =
      SSL_client_hello_get0_ext(session, TLSEXT_TYPE_application_layer_protocol_negotiation, &offer,
                                &size) == 1;
  if (offered || !is_direct(session)) return SSL_CLIENT_HELLO_SUCCESS;
  *alert = SSL_AD_NO_APPLICATION_PROTOCOL;
  return SSL_CLIENT_HELLO_ERROR;
}

// ProtocolName = Byte1 length, length bytes; the offer is one or more of them.
int select(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
           const unsigned char* offer, unsigned int size, void*) {
  const std::string_view offered(reinterpret_cast<const char*>(offer), size);
  for (std::size_t at = 0; at < offered.size();) {
    const std::size_t length = offer[at];
    if (offered.substr(at + 1, length) == name) {
      *chosen = offer + at + 1;
      *chosen_size = static_cast<unsigned char>(length);
      return SSL_TLSEXT_ERR_OK;
    }
    at += 1 + length;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

void select_alpn(ssl_ctx_st* context) {
  SSL_CTX_set_client_hello_cb(context, demand_offer, nullptr);
  SSL_CTX_set_alpn_select_cb(context, select, nullptr);
}

}  // namespace onetrip
