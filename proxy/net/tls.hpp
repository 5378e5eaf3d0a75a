#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/net/socket.hpp"
#include "proxy/wire/cursor.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace onetrip {

/// Towards clients: we are the server.
struct TlsListenConfig {
  enum class Mode : std::uint8_t {
    off,      ///< SSLRequest is answered 'N'
    allow,    ///< plain clients are served too
    require,  ///< plain clients are refused with a sentence; cancel requests are not
  };
  Mode mode = Mode::off;
  std::string certificate, key;  ///< PEM files; the certificate with its chain
  std::string client_ca;  ///< PEM file; not empty: a client certificate, if shown, must be signed by it
  bool demand_client_certificate = false;
  std::string min_version = "1.2";  ///< "1.2" or "1.3"
};

/// Towards the server: we are the client. The words and what they mean are libpq's (manual, 34.19).
struct TlsUpstreamConfig {
  enum class Mode : std::uint8_t { disable, prefer, require, verify_ca, verify_full };
  Mode mode = Mode::disable;
  std::string ca;                ///< PEM file, or "system"; verify_* need it
  std::string certificate, key;  ///< ours, if the server asks for one
  std::string min_version = "1.2";
};

/// Keys, certificates and rules of one side, read once and then constant; a reload makes another,
/// and connections keep the one that they began with (hence shared). Any thread.
class TlsContext {
 public:
  /// Throw std::runtime_error with a sentence that names the file and what is wrong with it.
  static std::shared_ptr<const TlsContext> for_clients(const TlsListenConfig& config);
  static std::shared_ptr<const TlsContext> for_upstream(const TlsUpstreamConfig& config);
  ~TlsContext();

  /// The certificate that is shown to clients, DER; empty towards the server.
  const std::vector<std::byte>& leaf() const { return leaf_; }
  ssl_ctx_st* native() const { return context_; }

 private:
  TlsContext() = default;
  ssl_ctx_st* context_ = nullptr;
  std::vector<std::byte> leaf_;
};

/// TLS over one socket, which outlives it: the same try_read and try_write. One thread. Chunks of at
/// most 16 KB are written; a retried write must bring the same bytes. The socket's flags are used,
/// so nothing is tried in vain. Memory for records is held only while a record is under way.
class Tls {
 public:
  /// What is needed before handshake() gets further.
  enum class Step : std::uint8_t { done, would_block, failed };

  /// Direct TLS (without SSLRequest) demands ALPN "postgresql"; `first` is what was read of the
  /// client already and belongs to the handshake.
  enum class Opening : std::uint8_t { after_request, direct };
  static std::unique_ptr<Tls> accept(std::shared_ptr<const TlsContext> context, Socket& socket,
                                     Opening opening, Bytes first);
  /// `host`: for SNI, unless it is an address, and for the check of verify_full.
  static std::unique_ptr<Tls> connect(std::shared_ptr<const TlsContext> context, Socket& socket,
                                      std::string_view host);
  ~Tls();

  /// Call it again when the socket is ready, until it says done or failed.
  Step handshake();
  /// After failed: a sentence with the reason, as OpenSSL and the check of the certificate say it.
  const std::string& failure() const { return failure_; }

  Transfer try_read(std::span<std::byte> buffer);
  Transfer try_write(Bytes bytes);
  /// Reading or writing may get further without the socket changing, or the socket is ready for
  /// what it waits for.
  bool may_read() const;
  bool may_write() const;
  /// close_notify, as far as it goes without waiting; then the socket's own end follows.
  void shutdown_write();

  /// Of the server, DER; empty towards clients.
  std::vector<std::byte> peer_leaf() const;
  /// "TLSv1.3, TLS_AES_256_GCM_SHA384", for the log.
  std::string description() const;

 private:
  Tls(std::shared_ptr<const TlsContext> context, Socket& socket, ssl_st* session);

  std::shared_ptr<const TlsContext> context_;
  Socket& socket_;
  ssl_st* session_;
  std::vector<std::byte> first_;  // read before, not yet consumed
  std::string failure_;
  bool read_wants_write_ = false, write_wants_read_ = false;
};

}  // namespace onetrip
