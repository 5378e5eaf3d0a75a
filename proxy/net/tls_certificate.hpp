#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

struct X509_name_st;
struct ssl_st;
struct x509_st;

namespace onetrip {

/// An IPv4 or IPv6 address and not a name.
bool is_address(const std::string& host);

/// Tells the server, before the handshake, whose certificate is wanted (SNI); not for addresses.
void name_server(ssl_st* session, std::string host);

/// Whether the certificate is made out to `host`, as libpq's verify-full understands it: a name is
/// looked for among the certificate's DNS names, where `*` stands for one whole first label, and if
/// it has none in its common name; an address among its IP addresses, and if it has none like a
/// name.
bool is_made_out_to(x509_st* certificate, const std::string& host);

std::vector<std::byte> der_of(x509_st* certificate);

/// A subject or issuer in one line: "CN=db.example.org".
std::string text_of(const X509_name_st* name);

/// Until it expires; below 0: it has. None when that cannot be read.
std::optional<std::int64_t> days_left(x509_st* certificate);
std::optional<std::int64_t> days_left(const std::vector<std::byte>& der);

/// One certificate of a file.
struct Validity {
  std::string subject;
  std::int64_t days_left = 0;  ///< below 0: it has expired
};

/// Of the certificates in a PEM file, in its order, up to the first that cannot be read.
std::vector<Validity> validities_in(const std::string& pem_file);

}  // namespace onetrip
