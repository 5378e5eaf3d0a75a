#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <cerrno>
#include <new>
#include <stdexcept>
#include <system_error>

#include "proxy/net/fd.hpp"
#include "proxy/net/tls.hpp"
#include "proxy/net/tls_alpn.hpp"
#include "proxy/net/tls_certificate.hpp"
#include "proxy/net/tls_error.hpp"

namespace onetrip {
namespace {

// What one read takes from the kernel: two records of the 8 KB that PostgreSQL writes at a time. It
// is held only while a record is under way.
constexpr std::size_t read_ahead_size = 20 * 1024;

[[noreturn]] void refuse(const std::string& sentence) {
  ERR_clear_error();
  throw std::runtime_error(sentence);
}

// OpenSSL's own words for a file that is not there are poor.
struct stat status_of(const std::string& what, const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) {
    refuse("cannot read " + what + " " + path + ": " + std::generic_category().message(errno));
  }
  return status;
}

struct stat require_readable(const std::string& what, const std::string& path) {
  const struct stat status = status_of(what, path);
  if (S_ISDIR(status.st_mode)) refuse(what + " " + path + " is a folder; a PEM file is needed");
  return status;
}

[[noreturn]] void refuse_certificate(const std::string& what, const std::string& path) {
  const unsigned long code = ERR_peek_error();
  const int library = ERR_GET_LIB(code), reason = ERR_GET_REASON(code);
  const bool no_pem = library == ERR_LIB_PEM && reason == PEM_R_NO_START_LINE;
  const bool nothing = library == ERR_LIB_X509 && (reason == X509_R_NO_CERTIFICATE_FOUND ||
                                                   reason == X509_R_NO_CERTIFICATE_OR_CRL_FOUND);
  if (no_pem || nothing) refuse(what + " " + path + " holds no certificate in PEM format");
  refuse(what + " " + path + " cannot be used: " + take_openssl_reason());
}

// A prompt on the terminal would block a server.
int note_passphrase(char*, int, int, void* asked) {
  if (asked != nullptr) *static_cast<bool*>(asked) = true;
  return -1;
}

int version_of(const std::string& name) {
  if (name == "1.2") return TLS1_2_VERSION;
  if (name == "1.3") return TLS1_3_VERSION;
  refuse("min_version is \"" + name + "\"; it can be \"1.2\" or \"1.3\"");
}

SSL_CTX* new_context(const SSL_METHOD* method, const std::string& min_version) {
  const int version = version_of(min_version);
  SSL_CTX* context = SSL_CTX_new(method);
  if (context == nullptr) throw std::bad_alloc();
  SSL_CTX_set_min_proto_version(context, version);
  // Cleansed, since records are decrypted where they were read, in memory that is freed unwiped.
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                   SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_TICKET |
                                   SSL_OP_CLEANSE_PLAINTEXT);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_default_read_buffer_len(context, read_ahead_size);
  SSL_CTX_set_default_passwd_cb(context, note_passphrase);
  return context;
}

// What libpq demands of a private key file.
void require_private(const std::string& path, const struct stat& status) {
  const bool roots = status.st_uid == 0;
  const mode_t others = roots ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
  if ((status.st_mode & others) == 0) return;
  refuse("the private key " + path +
         " can be read by others: give it permissions u=rw (0600) or "
         "less, or u=rw,g=r (0640) or less if root owns it");
}

enum class KeyFile : std::uint8_t { any, must_be_private };

void use_key(SSL_CTX* context, const std::string& certificate, const std::string& key) {
  ERR_clear_error();
  bool asked_passphrase = false;
  SSL_CTX_set_default_passwd_cb_userdata(context, &asked_passphrase);
  const bool used = SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) == 1;
  SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
  if (used && SSL_CTX_check_private_key(context) == 1) return;
  const int library = ERR_GET_LIB(ERR_peek_error());
  if (used || library == ERR_LIB_X509) {
    refuse("the private key " + key + " does not belong to the certificate " + certificate);
  }
  if (asked_passphrase) {
    refuse("the private key " + key + " is protected by a passphrase, which nobody could type " +
           "here: give a key without one");
  }
  if (library == ERR_LIB_OSSL_DECODER || library == ERR_LIB_PEM) {
    refuse("the file " + key + " holds no private key in PEM format");
  }
  refuse("the private key " + key + " cannot be used: " + take_openssl_reason());
}

void use_key_pair(SSL_CTX* context, const std::string& certificate, const std::string& key,
                  KeyFile demand) {
  require_readable("the certificate", certificate);
  const struct stat status = require_readable("the private key", key);
  if (demand == KeyFile::must_be_private) require_private(key, status);
  ERR_clear_error();
  if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1) {
    refuse_certificate("the certificate", certificate);
  }
  use_key(context, certificate, key);
}

void use_ca(SSL_CTX* context, const std::string& what, const std::string& path) {
  require_readable(what, path);
  ERR_clear_error();
  if (SSL_CTX_load_verify_file(context, path.c_str()) != 1) refuse_certificate(what, path);
}

void check_clients(SSL_CTX* context, const TlsListenConfig& config) {
  if (config.client_ca.empty()) {
    if (config.demand_client_certificate) {
      refuse("demand_client_certificate needs client_ca, the certificates that may have signed it");
    }
    return;
  }
  use_ca(context, "client_ca", config.client_ca);
  SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(config.client_ca.c_str()));
  const int demand = config.demand_client_certificate ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_CLIENT_ONCE | demand, nullptr);
}

void use_crl(X509_STORE* store, const std::string& path) {
  ERR_clear_error();
  if (S_ISDIR(status_of("the revocation lists", path).st_mode)) {
    // What the folder holds is looked up by its issuer, when a server shows a certificate.
    if (X509_STORE_load_path(store, path.c_str()) != 1) throw std::bad_alloc();
    return;
  }
  X509_LOOKUP* lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
  if (lookup == nullptr) throw std::bad_alloc();
  if (X509_load_crl_file(lookup, path.c_str(), X509_FILETYPE_PEM) > 0) return;
  refuse("the file " + path + " holds no certificate revocation list in PEM format");
}

void check_revocation(SSL_CTX* context, const TlsUpstreamConfig& config) {
  if (config.crl.empty()) return;
  if (config.ca.empty()) {
    refuse("revocation lists are looked at with a CA only: the file with the certificate that " +
           std::string("signed the server's"));
  }
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  for (const std::string& path : config.crl) use_crl(store, path);
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
}

void check_server(SSL_CTX* context, const TlsUpstreamConfig& config) {
  using Mode = TlsUpstreamConfig::Mode;
  if (config.ca == "system") {
    if (config.mode != Mode::verify_full) {
      refuse("the CA \"system\" vouches for anybody's server: it needs mode verify-full");
    }
    if (SSL_CTX_set_default_verify_paths(context) != 1) {
      refuse("the system's CA certificates cannot be used: " + take_openssl_reason());
    }
  } else if (!config.ca.empty()) {
    use_ca(context, "the CA file", config.ca);
  } else if (config.mode == Mode::verify_ca || config.mode == Mode::verify_full) {
    refuse(
        "verify-ca and verify-full need a CA: the file with the certificate that signed the "
        "server's, or \"system\"");
  }
  SSL_CTX_set_verify(context, config.checks_server() ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
}

}  // namespace

std::shared_ptr<const TlsContext> TlsContext::for_clients(const TlsListenConfig& config) {
  if (config.mode == TlsListenConfig::Mode::off) return nullptr;
  if (config.certificate.empty() || config.key.empty()) {
    refuse("TLS towards clients needs both a certificate and its key");
  }
  const std::shared_ptr<TlsContext> made(new TlsContext);
  SSL_CTX* context = new_context(TLS_server_method(), config.min_version);
  made->context_ = context;
  use_key_pair(context, config.certificate, config.key, KeyFile::any);
  check_clients(context, config);
  // Tickets would be two more records in each handshake; PostgreSQL sends none either.
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_dh_auto(context, 1);
  select_alpn(context);
  made->leaf_ = der_of(SSL_CTX_get0_certificate(context));
  return made;
}

std::shared_ptr<const TlsContext> TlsContext::for_upstream(const TlsUpstreamConfig& config) {
  if (config.mode == TlsUpstreamConfig::Mode::disable) return nullptr;
  if (config.certificate.empty() != config.key.empty()) {
    refuse("our certificate towards the server needs both a certificate and its key");
  }
  const std::shared_ptr<TlsContext> made(new TlsContext);
  SSL_CTX* context = new_context(TLS_client_method(), config.min_version);
  made->context_ = context;
  check_server(context, config);
  check_revocation(context, config);
  made->checks_host_ = config.mode == TlsUpstreamConfig::Mode::verify_full;
  if (!config.key.empty()) {
    use_key_pair(context, config.certificate, config.key, KeyFile::must_be_private);
    made->leaf_ = der_of(SSL_CTX_get0_certificate(context));
  }
  return made;
}

TlsContext::~TlsContext() {
  SSL_CTX_free(context_);
}

}  // namespace onetrip
