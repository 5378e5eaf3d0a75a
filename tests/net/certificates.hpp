#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/net/folder.hpp"

/// Certificates made for one test, as files in a folder that ends with it.
namespace onetrip::test {

struct Freed {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_CRL* list) const { X509_CRL_free(list); }
  void operator()(ASN1_TIME* time) const { ASN1_TIME_free(time); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
template <class Type>
using Owned = std::unique_ptr<Type, Freed>;

/// What a certificate says.
struct Subject {
  std::string common_name = "onetrip test";
  std::string names;          ///< "DNS:db.example,IP:127.0.0.1"; empty: no such extension
  long from = -3600;          ///< seconds from now
  long until = 24 * 60 * 60;  ///< seconds from now
};

/// A certificate and its key in two PEM files.
struct Identity {
  std::string certificate, key;
  long serial = 0;
};

/// Signs certificates, its own first. Keys are ECDSA P-256.
class Authority {
 public:
  Authority(const Folder& folder, const std::string& name) : folder_(folder), name_(name) {
    key_ = Owned<EVP_PKEY>(EVP_EC_gen("P-256"));
    certificate_ = make({name, "", -3600, 24 * 60 * 60}, key_.get());
    path_ = save(name, certificate_.get());
  }

  /// The file to trust it by.
  const std::string& certificate() const { return path_; }

  Identity issue(const Subject& subject = {}) {
    const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
    const Owned<X509> certificate = make(subject, key.get());
    const std::string name = name_ + "-" + std::to_string(serial_);
    return {save(name, certificate.get()), save(name, key.get()), serial_};
  }

  /// A file with the list of what it has revoked: these. Seconds from now until it expires.
  std::string revoke(const std::vector<Identity>& revoked, long until = 24 * 60 * 60) {
    const Owned<X509_CRL> made(X509_CRL_new());
    X509_CRL* list = made.get();
    X509_CRL_set_version(list, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(list, X509_get_subject_name(certificate_.get()));
    const Owned<ASN1_TIME> begun(X509_gmtime_adj(nullptr, -2 * 24 * 60 * 60));
    const Owned<ASN1_TIME> ends(X509_gmtime_adj(nullptr, until));
    X509_CRL_set1_lastUpdate(list, begun.get());
    X509_CRL_set1_nextUpdate(list, ends.get());
    for (const Identity& identity : revoked) {
      X509_REVOKED* one = X509_REVOKED_new();
      ASN1_INTEGER* serial = ASN1_INTEGER_new();
      ASN1_INTEGER_set(serial, identity.serial);
      X509_REVOKED_set_serialNumber(one, serial);
      ASN1_INTEGER_free(serial);
      X509_REVOKED_set_revocationDate(one, begun.get());
      X509_CRL_add0_revoked(list, one);
    }
    X509_CRL_sort(list);
    if (X509_CRL_sign(list, key_.get(), EVP_sha256()) == 0) throw std::runtime_error("sign");
    return save_as(name_ + "-" + std::to_string(++lists_) + ".crl",
                   [&](std::FILE* file) { return PEM_write_X509_CRL(file, list); });
  }

  /// What `openssl rehash` would call its list.
  std::string hashed_name() const {
    int good = 0;
    std::array<char, 32> name{};
    std::snprintf(
        name.data(), name.size(), "%08lx.r0",
        X509_NAME_hash_ex(X509_get_subject_name(certificate_.get()), nullptr, nullptr, &good));
    return name.data();
  }

 private:
  Owned<X509> make(const Subject& subject, EVP_PKEY* key) {
    Owned<X509> made(X509_new());
    X509* certificate = made.get();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(certificate), subject.from);
    X509_gmtime_adj(X509_getm_notAfter(certificate), subject.until);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(subject.common_name.c_str()),
                               -1, -1, 0);
    X509* issuer = certificate_ ? certificate_.get() : certificate;
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
    if (!certificate_) extend(certificate, NID_basic_constraints, "critical,CA:TRUE");
    if (!subject.names.empty()) extend(certificate, NID_subject_alt_name, subject.names);
    if (X509_sign(certificate, key_.get(), EVP_sha256()) == 0) throw std::runtime_error("sign");
    return made;
  }

  static void extend(X509* certificate, int what, const std::string& value) {
    const Owned<X509_EXTENSION> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str()));
    if (!extension) throw std::runtime_error("extension " + value);
    X509_add_ext(certificate, extension.get(), -1);
  }

  std::string save(const std::string& name, X509* certificate) const {
    return save_as(name + ".crt",
                   [&](std::FILE* file) { return PEM_write_X509(file, certificate); });
  }
  std::string save(const std::string& name, EVP_PKEY* key) const {
    return save_as(name + ".key", [&](std::FILE* file) {
      return PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    });
  }
  template <class Write>
  std::string save_as(const std::string& name, Write&& write) const {
    const std::string path = folder_.file(name);
    std::FILE* file = std::fopen(path.c_str(), "w");
    if (file == nullptr || write(file) != 1) throw std::runtime_error(path);
    std::fclose(file);
    ::chmod(path.c_str(), 0600);
    return path;
  }

  const Folder& folder_;
  std::string name_, path_;
  Owned<EVP_PKEY> key_;
  Owned<X509> certificate_;
  long serial_ = 0, lists_ = 0;
};

}  // namespace onetrip::test
