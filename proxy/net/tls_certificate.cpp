#include "proxy/net/tls_certificate.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>
#include <new>

namespace onetrip {
namespace {

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using OwnedBio = std::unique_ptr<BIO, FreeBio>;
using OwnedCertificate = std::unique_ptr<X509, FreeCertificate>;

bool holds_addresses(X509* certificate) {
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  bool holds = false;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    holds = holds || sk_GENERAL_NAME_value(names, i)->type == GEN_IPADD;
  }
  GENERAL_NAMES_free(names);
  return holds;
}

}  // namespace

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes;
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

void name_server(ssl_st* session, std::string host) {
  if (host.empty() || is_address(host)) return;
  // SSL_set_tlsext_host_name, without its cast.
  SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data());
}

bool is_made_out_to(x509_st* certificate, const std::string& host) {
  // OpenSSL would take a name that begins with a dot for that of a whole domain.
  if (host.empty() || host.front() == '.') return false;
  if (is_address(host)) {
    if (X509_check_ip_asc(certificate, host.c_str(), 0) == 1) return true;
    if (holds_addresses(certificate)) return false;
  }
  return X509_check_host(certificate, host.data(), host.size(),
                         X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr) == 1;
}

std::vector<std::byte> der_of(x509_st* certificate) {
  const int size = i2d_X509(certificate, nullptr);
  std::vector<std::byte> der(size > 0 ? static_cast<std::size_t>(size) : 0);
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  if (!der.empty()) i2d_X509(certificate, &out);
  return der;
}

std::string text_of(const X509_name_st* name) {
  const OwnedBio memory(BIO_new(BIO_s_mem()));
  if (memory == nullptr) throw std::bad_alloc();
  X509_NAME_print_ex(memory.get(), name, 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  const long size = BIO_ctrl(memory.get(), BIO_CTRL_INFO, 0, &text);
  return {text, size > 0 ? static_cast<std::size_t>(size) : 0};
}

std::optional<std::int64_t> days_left(x509_st* certificate) {
  int days = 0, seconds = 0;
  if (ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate)) != 1) return {};
  return seconds < 0 && days == 0 ? -1 : days;
}

std::optional<std::int64_t> days_left(const std::vector<std::byte>& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const OwnedCertificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  return certificate ? days_left(certificate.get()) : std::nullopt;
}

std::vector<Validity> validities_in(const std::string& pem_file) {
  std::vector<Validity> out;
  const OwnedBio file(BIO_new_file(pem_file.c_str(), "r"));
  while (file != nullptr) {
    const OwnedCertificate one(PEM_read_bio_X509_AUX(file.get(), nullptr, nullptr, nullptr));
    if (one == nullptr) break;
    if (const auto days = days_left(one.get()))
      out.push_back({text_of(X509_get_subject_name(one.get())), *days});
  }
  ERR_clear_error();  // the end is told as one
  return out;
}

}  // namespace onetrip
