#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/net/socket.hpp"
#include "proxy/net/tls_bio.hpp"
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
  std::string
      client_ca;  ///< PEM file; not empty: a client certificate, if shown, must be signed by it
  bool demand_client_certificate = false;  ///< needs client_ca
  std::string min_version = "1.2";         ///< "1.2" or "1.3"
};

/// Towards the server: we are the client. The words and what they mean are libpq's (manual, 34.19):
/// with a CA the chain is checked in any mode, so `require` with one means verify_ca.
struct TlsUpstreamConfig {
  enum class Mode : std::uint8_t { disable, prefer, require, verify_ca, verify_full };
  Mode mode = Mode::disable;
  std::string ca;  ///< PEM file; verify_* need it; "system", the system's own: verify_full only
  std::string certificate, key;  ///< ours, if the server asks for one
  std::string min_version = "1.2";
  /// Certificate revocation lists, if any: PEM files, and folders as `openssl rehash` makes them.
  /// They need a CA file. Each authority of the server's chain must have one that has not expired,
  /// and none of the chain may be in it.
  std::vector<std::string> crl;

  /// With a CA the server's certificate is checked, whatever the mode: verify_* do not go without,
  /// `require` with one means verify_ca, and `prefer` goes on in plain when the check fails.
  bool checks_server() const { return !ca.empty(); }
};

/// Keys, certificates and rules of one side, read once and then constant; a reload makes another,
/// and connections keep the one that they began with (hence shared). Any thread.
class TlsContext {
 public:
  /// Nothing for off and disable. Throw std::runtime_error with a sentence that names the file and
  /// what is wrong with it.
  static std::shared_ptr<const TlsContext> for_clients(const TlsListenConfig& config);
  static std::shared_ptr<const TlsContext> for_upstream(const TlsUpstreamConfig& config);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ~TlsContext();

  /// Our certificate, DER: what clients are shown, or a server that asks for one; may be empty.
  const std::vector<std::byte>& leaf() const { return leaf_; }
  /// The server's certificate must be made out to the host that is connected to.
  bool checks_host() const { return checks_host_; }
  ssl_ctx_st* native() const { return context_; }

 private:
  TlsContext() = default;
  ssl_ctx_st* context_ = nullptr;
  std::vector<std::byte> leaf_;
  bool checks_host_ = false;
};

/// TLS over one socket, which outlives it: the same try_read, try_write and post. One thread.
/// Records of at most 16 KB are written; a retried write must bring the same bytes, or more. The
/// socket's flags are used, so nothing is tried in vain. Memory for records is held only while one
/// is under way.
///
/// Call order: handshake+ (try_read | try_write)* shutdown_write? try_read*
class Tls final : private Socket::Poster {
 public:
  /// would_block: the socket must get ready before handshake() gets further.
  enum class Step : std::uint8_t { done, would_block, failed };

  /// Direct TLS (without SSLRequest) demands ALPN "postgresql".
  enum class Opening : std::uint8_t { after_request, direct };

  /// `first` is what was read of the client already and belongs to the handshake. Both throw
  /// std::bad_alloc.
  static std::unique_ptr<Tls> accept(std::shared_ptr<const TlsContext> context, Socket& socket,
                                     Opening opening, Bytes first);
  /// `host`: for SNI, unless it is an address, and for the check of verify_full.
  static std::unique_ptr<Tls> connect(std::shared_ptr<const TlsContext> context, Socket& socket,
                                      std::string_view host);
  Tls(const Tls&) = delete;
  Tls& operator=(const Tls&) = delete;
  ~Tls();

  /// Call it again when the socket is ready, until it says done or failed. Done towards the server:
  /// its certificate was found good, as far as the mode demands.
  Step handshake();
  /// After failed: a sentence with the reason, as OpenSSL and the check of the certificate say it.
  /// After done, too, when reading or writing failed: with TLS 1.3 a server refuses our certificate
  /// only then. Empty when the connection was just lost.
  const std::string& failure() const { return failure_; }

  /// Fewer bytes than asked: more would block, for now. An end without close_notify is an end.
  Transfer try_read(std::span<std::byte> buffer);
  Transfer try_write(Bytes bytes);
  /// As Socket::post(). What did not go is not read again: its records are made, and the `rest`
  /// that the poster is told has no more than its length.
  bool post(Bytes bytes, Socket::Poster& poster);
  /// False: an attempt would be in vain until the socket is ready.
  bool may_read() const;
  bool may_write() const;
  /// close_notify, as far as it goes without waiting; then the socket's own end follows.
  void shutdown_write();

  /// Of the server, DER; empty towards clients that showed none.
  std::vector<std::byte> peer_leaf() const;
  /// "TLSv1.3, TLS_AES_256_GCM_SHA384", for the log.
  std::string description() const;

  Opening opening() const { return opening_; }
  const TlsContext& context() const { return *context_; }

 private:
  enum class Wait : std::uint8_t { nothing, input, room };

  Tls(std::shared_ptr<const TlsContext> context, Socket& socket, Opening opening, Bytes first);

  Step check_host();
  Step fail(std::string reason);
  Wait stopped(int result);
  void encrypt(Bytes bytes);
  void posted(Transfer what, Bytes rest) noexcept override;

  std::shared_ptr<const TlsContext> context_;
  TlsTransport transport_;
  ssl_st* session_;
  Opening opening_;
  std::string host_;  // that the certificate must be made out to
  std::string failure_;
  std::size_t under_way_ = 0;         // bytes in records that have not all left
  Socket::Poster* poster_ = nullptr;  // while something is posted
  Wait read_waits_ = Wait::nothing;
  bool ended_ = false, broken_ = false;
};

}  // namespace onetrip
