#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "proxy/net/fd.hpp"
#include "proxy/net/tls.hpp"

namespace onetrip {

/// What a server is like that was asked for TLS.
struct TlsProbe {
  enum class Answer : std::uint8_t {
    silent,    ///< no answer to SSLRequest, or none that PostgreSQL gives
    error,     ///< 'E': it is a PostgreSQL that cannot serve now
    refused,   ///< 'N': it has no TLS
    accepted,  ///< 'S'
  };
  Answer answer = Answer::silent;
  std::string failure;      ///< why there is no TLS connection; empty when there is one
  bool timed_out = false;   ///< the handshake did, for which a session fails under prefer, too
  std::string description;  ///< "TLSv1.3, TLS_AES_256_GCM_SHA384"
  /// Of the server's certificate, if it showed one; also when it was found not to be good.
  std::vector<std::byte> leaf;  ///< DER
  std::string subject, issuer;  ///< "CN=db.example.org"
  std::int64_t days_left = 0;   ///< until it expires; below 0: it has
  bool names_host = false;      ///< it is made out to `host`
};

/// Asks over a fresh connection to a server, as a session would, and goes no further than the
/// handshake. Blocks at most `patience`. Throws std::runtime_error with a sentence when the files
/// of `config` cannot be used. `config.mode` is not disable.
TlsProbe probe_tls(Fd connection, const std::string& host, const TlsUpstreamConfig& config,
                   std::chrono::milliseconds patience);

}  // namespace onetrip
