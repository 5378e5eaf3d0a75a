#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <vector>

#include "analyzer/event.hpp"
#include "proxy/net/address.hpp"
#include "proxy/net/socket.hpp"
#include "proxy/net/tls.hpp"
#include "proxy/session/observer.hpp"

namespace onetrip {

/// Monotonic time since the process started. Any thread may call it.
using Clock = std::function<Time()>;

struct ProxyConfig {
  std::vector<Endpoint> listen;
  Endpoint upstream;
  TlsListenConfig listen_tls;
  TlsUpstreamConfig upstream_tls;  ///< never used over a Unix socket
  std::size_t max_clients = 1000;  ///< sessions at a time; 0: no limit
  std::chrono::milliseconds startup{
      60'000};  ///< from accept until the server has the startup packet
  std::chrono::milliseconds connect{10'000};  ///< for each address of the upstream, and its name
  /// How long a client whose server has gone may go on sending before its connection is closed.
  std::chrono::milliseconds linger{2'000};
  Keepalive keepalive;
  Limits session;
  std::size_t journal_bytes = std::size_t{32} << 20U;  ///< Journal, for each I/O thread
  std::size_t batch_from = 2;                          ///< SendBatch
  double sample = 1.0;  ///< share of the sessions that are observed, 0 to 1
};

}  // namespace onetrip
