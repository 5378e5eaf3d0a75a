#include "proxy/net/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "proxy/net/tls_certificate.hpp"
#include "proxy/net/tls_error.hpp"

namespace onetrip {
namespace {

// A record holds 16 KB; what goes to the kernel at once is some of them.
constexpr std::size_t record_size = 16 * 1024, batch_size = 4 * record_size;
constexpr std::size_t record_overhead = 64;

std::string reason_of_failure(SSL* session) {
  const unsigned long code = ERR_peek_error();
  const bool distrusts =
      ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_CERTIFICATE_VERIFY_FAILED;
  const std::string reason = take_openssl_reason();
  if (!distrusts) return reason;
  return std::string("the certificate cannot be trusted: ") +
         X509_verify_cert_error_string(SSL_get_verify_result(session));
}

}  // namespace

Tls::Tls(std::shared_ptr<const TlsContext> context, Socket& socket, Opening opening, Bytes first)
    : context_(std::move(context)),
      transport_(socket, first),
      session_(SSL_new(context_->native())),
      opening_(opening) {
  if (session_ == nullptr) throw std::bad_alloc();
  BIO* bio = make_bio(transport_);
  SSL_set_bio(session_, bio, bio);
  SSL_set_app_data(session_, this);
}

Tls::~Tls() {
  SSL_free(session_);
}

std::unique_ptr<Tls> Tls::accept(std::shared_ptr<const TlsContext> context, Socket& socket,
                                 Opening opening, Bytes first) {
  std::unique_ptr<Tls> tls(new Tls(std::move(context), socket, opening, first));
  SSL_set_accept_state(tls->session_);
  return tls;
}

std::unique_ptr<Tls> Tls::connect(std::shared_ptr<const TlsContext> context, Socket& socket,
                                  std::string_view host) {
  std::unique_ptr<Tls> tls(new Tls(std::move(context), socket, Opening::after_request, {}));
  name_server(tls->session_, std::string(host));
  if (tls->context_->checks_host()) tls->host_ = host;
  SSL_set_connect_state(tls->session_);
  return tls;
}

Tls::Step Tls::handshake() {
  if (broken_) return Step::failed;
  transport_.flush();
  ERR_clear_error();
  const int result = SSL_do_handshake(session_);
  // Also when it failed: the alert tells the peer why.
  transport_.flush();
  if (result == 1) return transport_.flushed() ? check_host() : Step::would_block;
  if (stopped(result) != Wait::nothing && !transport_.lost()) return Step::would_block;
  return fail(failure_.empty() ? "the connection ended during the TLS handshake" : failure_);
}

Tls::Step Tls::check_host() {
  if (!context_->checks_host()) return Step::done;
  X509* certificate = SSL_get0_peer_certificate(session_);
  if (certificate != nullptr && is_made_out_to(certificate, host_)) return Step::done;
  return fail("the server's certificate is not made out to the host name \"" + host_ + "\"");
}

Tls::Step Tls::fail(std::string reason) {
  broken_ = true;
  failure_ = std::move(reason);
  return Step::failed;
}

// What a call waits for that did not succeed; nothing: it will not succeed any more.
Tls::Wait Tls::stopped(int result) {
  switch (SSL_get_error(session_, result)) {
    case SSL_ERROR_WANT_READ:
      return Wait::input;
    case SSL_ERROR_WANT_WRITE:
      return Wait::room;
    case SSL_ERROR_ZERO_RETURN:
      ended_ = true;
      return Wait::nothing;
    default:
      broken_ = true;
      failure_ = reason_of_failure(session_);
      return Wait::nothing;
  }
}

bool Tls::may_read() const {
  if (ended_ || broken_ || transport_.may_flush()) return true;
  if (read_waits_ == Wait::input) return transport_.may_read();
  return read_waits_ == Wait::nothing || transport_.may_write();
}

bool Tls::may_write() const {
  return broken_ || transport_.lost() || transport_.may_write();
}

Transfer Tls::try_read(std::span<std::byte> buffer) {
  transport_.flush();
  std::size_t size = 0;
  while (size < buffer.size() && !ended_ && !broken_ && may_read()) {
    std::size_t got = 0;
    ERR_clear_error();
    const auto rest = buffer.subspan(size);
    const int result = SSL_read_ex(session_, rest.data(), rest.size(), &got);
    size += got;
    if (result != 1) {
      read_waits_ = stopped(result);
    } else {
      // A call that could only say so is spared.
      read_waits_ = SSL_has_pending(session_) == 1 ? Wait::nothing : Wait::input;
    }
    // Reading may answer: a KeyUpdate, or an alert.
    transport_.flush();
  }
  if (size != 0 || buffer.empty()) return {Transfer::Status::done, size};
  if (broken_) return {Transfer::Status::failed, 0};
  return {ended_ ? Transfer::Status::ended : Transfer::Status::would_block, 0};
}

Transfer Tls::try_write(Bytes bytes) {
  using Status = Transfer::Status;
  std::size_t size = 0;
  transport_.flush();
  while (!broken_ && !transport_.lost()) {
    if (!transport_.flushed()) break;
    size += std::exchange(under_way_, 0);
    if (size >= bytes.size() || !transport_.may_write()) break;
    encrypt(bytes.subspan(size, std::min(batch_size, bytes.size() - size)));
    transport_.flush();
  }
  if (broken_ || transport_.lost()) return {Status::failed, size};
  return {size == 0 && !bytes.empty() ? Status::would_block : Status::done, size};
}

bool Tls::post(Bytes bytes, Socket::Poster& poster) {
  const bool fits = bytes.size() + record_overhead <= SendBatch::longest;
  if (broken_ || transport_.lost() || !transport_.flushed() || under_way_ != 0 || !fits)
    return false;
  encrypt(bytes);
  // Where nothing is posted, try_write() of the same bytes finds their records made.
  if (broken_ || !transport_.post(*this)) return false;
  poster_ = &poster;
  return true;
}

void Tls::posted(Transfer what, Bytes rest) noexcept {
  static constexpr std::array<std::byte, SendBatch::longest> placeholder{};
  transport_.posted(what, rest);
  Socket::Poster& poster = *std::exchange(poster_, nullptr);
  if (transport_.lost()) {
    poster.posted({Transfer::Status::failed, 0}, {});
  } else if (!rest.empty()) {
    poster.posted({Transfer::Status::done, 0}, Bytes(placeholder).first(under_way_));
  } else {
    poster.posted({Transfer::Status::done, std::exchange(under_way_, 0)}, {});
  }
}

void Tls::encrypt(Bytes bytes) {
  transport_.reserve(bytes.size() + record_overhead * (1 + bytes.size() / record_size));
  ERR_clear_error();
  while (under_way_ < bytes.size()) {
    std::size_t put = 0;
    const Bytes rest = bytes.subspan(under_way_);
    const int result =
        SSL_write_ex(session_, rest.data(), std::min(record_size, rest.size()), &put);
    under_way_ += put;
    if (result == 1) continue;
    // The transport has room for a batch, and there is no renegotiation that would wait for input.
    stopped(result);
    broken_ = true;
    return;
  }
}

void Tls::shutdown_write() {
  if (broken_ || SSL_is_init_finished(session_) != 1) return;
  ERR_clear_error();
  SSL_shutdown(session_);
  ERR_clear_error();
  transport_.flush();
}

std::vector<std::byte> Tls::peer_leaf() const {
  X509* certificate = SSL_get0_peer_certificate(session_);
  return certificate == nullptr ? std::vector<std::byte>() : der_of(certificate);
}

std::string Tls::description() const {
  return std::string(SSL_get_version(session_)) + ", " + SSL_get_cipher_name(session_);
}

}  // namespace onetrip
