#include "proxy/net/tls_probe.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <new>

#include "proxy/net/tls_certificate.hpp"
#include "proxy/net/tls_error.hpp"
#include "proxy/wire/startup.hpp"

namespace onetrip {
namespace {

using Clock = std::chrono::steady_clock;

struct FreeSession {
  void operator()(SSL* session) const { SSL_free(session); }
};

/// One question to one server, with one deadline for all of it.
class Question {
 public:
  Question(Fd fd, Clock::time_point deadline) : fd_(std::move(fd)), deadline_(deadline) {}

  TlsProbe ask(const std::string& host, const TlsContext& context) {
    if (!read_answer()) {
      if (probe_.failure.empty()) probe_.failure = "it gave no answer to SSLRequest";
      return probe_;
    }
    if (probe_.answer == TlsProbe::Answer::accepted) shake_hands(host, context);
    return probe_;
  }

 private:
  bool wait(short what) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
    pollfd one{fd_.get(), what, 0};
    return left.count() > 0 && ::poll(&one, 1, static_cast<int>(left.count())) > 0;
  }

  bool read_answer() {
    const std::string request = ssl_request();
    const auto sent = ::send(fd_.get(), request.data(), request.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(request.size()) || !wait(POLLIN)) return false;
    char answer = 0;
    if (::recv(fd_.get(), &answer, 1, 0) != 1) return false;
    if (answer == 'S') probe_.answer = TlsProbe::Answer::accepted;
    if (answer == 'N') probe_.answer = TlsProbe::Answer::refused;
    if (answer == 'N') probe_.failure = "it answers that it has no TLS";
    if (answer == 'E') probe_.answer = TlsProbe::Answer::error;
    if (answer == 'E') probe_.failure = "it answered the request for TLS with an error";
    return answer == 'S' || answer == 'N' || answer == 'E';
  }

  void shake_hands(const std::string& host, const TlsContext& context) {
    const std::unique_ptr<SSL, FreeSession> session(SSL_new(context.native()));
    if (session == nullptr || SSL_set_fd(session.get(), fd_.get()) != 1) throw std::bad_alloc();
    name_server(session.get(), host);
    const bool done = handshake(session.get());
    X509* certificate = SSL_get0_peer_certificate(session.get());
    // One that was found not to be good is in the chain only.
    if (certificate == nullptr)
      certificate = sk_X509_value(SSL_get_peer_cert_chain(session.get()), 0);
    if (certificate != nullptr) describe(certificate, host);
    if (!done) return;
    probe_.description =
        std::string(SSL_get_version(session.get())) + ", " + SSL_get_cipher_name(session.get());
    if (context.checks_host() && !probe_.names_host)
      probe_.failure = "the server's certificate is not made out to the host name " + host;
  }

  bool handshake(SSL* session) {
    while (true) {
      ERR_clear_error();
      const int result = SSL_connect(session);
      if (result == 1) return true;
      const int error = SSL_get_error(session, result);
      if (error == SSL_ERROR_WANT_READ && wait(POLLIN)) continue;
      if (error == SSL_ERROR_WANT_WRITE && wait(POLLOUT)) continue;
      const bool late = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
      // There is a verdict also where none was asked for, and then it is not why this failed.
      const bool is_checked = SSL_get_verify_mode(session) != SSL_VERIFY_NONE;
      const long verdict = is_checked ? SSL_get_verify_result(session) : X509_V_OK;
      probe_.timed_out = late;
      probe_.failure = late                   ? "the TLS handshake took too long"
                       : verdict != X509_V_OK ? X509_verify_cert_error_string(verdict)
                                              : take_openssl_reason();
      if (probe_.failure.empty()) probe_.failure = "the connection ended during the TLS handshake";
      return false;
    }
  }

  void describe(X509* certificate, const std::string& host) {
    probe_.leaf = der_of(certificate);
    probe_.subject = text_of(X509_get_subject_name(certificate));
    probe_.issuer = text_of(X509_get_issuer_name(certificate));
    probe_.names_host = is_made_out_to(certificate, host);
    probe_.days_left = days_left(certificate).value_or(0);
  }

  Fd fd_;
  Clock::time_point deadline_;
  TlsProbe probe_;
};

}  // namespace

TlsProbe probe_tls(Fd connection, const std::string& host, const TlsUpstreamConfig& config,
                   std::chrono::milliseconds patience) {
  const auto context = TlsContext::for_upstream(config);
  const int flags = ::fcntl(connection.get(), F_GETFL);
  ::fcntl(connection.get(), F_SETFL, flags | O_NONBLOCK);
  return Question(std::move(connection), Clock::now() + patience).ask(host, *context);
}

}  // namespace onetrip
