#pragma once

#include <variant>

#include "app/config.hpp"
#include "app/url.hpp"
#include "proxy/net/tls.hpp"

namespace onetrip {

/// The configuration of TLS in the terms of proxy/net.
TlsListenConfig listen_tls(const Config::ListenTls& config);

/// Of one upstream: what its URL says goes before the section [upstream.tls], as a whole word each.
/// A Unix socket takes no TLS, as with libpq. libpq's `allow` is taken for `prefer`: it would try
/// in clear first, and begin anew when the server refuses that, which only a client can do.
/// An error when a word is unknown or something needed is missing.
std::variant<TlsUpstreamConfig, UrlError> upstream_tls(const Config::UpstreamTls& config,
                                                       const UpstreamUrl& upstream);

/// libpq's word for it.
const char* sslmode_of(TlsUpstreamConfig::Mode mode);

}  // namespace onetrip
