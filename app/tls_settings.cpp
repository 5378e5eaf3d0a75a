#include "app/tls_settings.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "budget/nearest.hpp"

namespace onetrip {
namespace {

using Upstream = TlsUpstreamConfig;
using Mode = Upstream::Mode;

constexpr std::array<std::pair<const char*, Mode>, 6> modes{{{"disable", Mode::disable},
                                                             {"prefer", Mode::prefer},
                                                             {"allow", Mode::prefer},
                                                             {"require", Mode::require},
                                                             {"verify-ca", Mode::verify_ca},
                                                             {"verify-full", Mode::verify_full}}};

std::optional<UrlError> read_mode(const std::string& word, Mode& mode) {
  const auto found =
      std::find_if(modes.begin(), modes.end(), [&](const auto& one) { return one.first == word; });
  if (found == modes.end()) {
    std::vector<std::string> words;
    for (const auto& one : modes) words.emplace_back(one.first);
    return UrlError{"sslmode=" + word +
                    " is none of disable, allow, prefer, require, verify-ca, verify-full." +
                    did_you_mean(word, words)};
  }
  mode = found->second;
  return std::nullopt;
}

/// libpq's names of versions; below 1.2 there is nothing that we would speak.
std::optional<UrlError> read_version(const std::string& word, std::string& version) {
  if (word.empty()) return std::nullopt;
  if (word != "TLSv1" && word != "TLSv1.1" && word != "TLSv1.2" && word != "TLSv1.3") {
    return UrlError{"ssl_min_protocol_version=" + word + " is none of TLSv1.2, TLSv1.3"};
  }
  version = word == "TLSv1.3" ? "1.3" : "1.2";
  return std::nullopt;
}

void prefer_own(std::string& value, const std::string& own) {
  if (!own.empty()) value = own;
}

std::optional<UrlError> check(const Upstream& tls) {
  const bool verifies = tls.mode == Mode::verify_ca || tls.mode == Mode::verify_full;
  if (verifies && tls.ca.empty()) {
    return UrlError{std::string(sslmode_of(tls.mode)) +
                    " takes the authority that the server's certificate must be signed by: set "
                    "sslrootcert in the URL, or upstream.tls.ca, to a PEM file or to `system`"};
  }
  if (tls.ca == "system" && tls.mode != Mode::verify_full) {
    return UrlError{
        "with the system's authorities anybody can have a certificate: ask for "
        "verify-full, as libpq does, not for " +
        std::string(sslmode_of(tls.mode))};
  }
  if (!tls.crl.empty() && tls.ca.empty()) {
    return UrlError{
        "revocation lists are looked at together with the authority that signed the server's "
        "certificate: set sslrootcert in the URL, or upstream.tls.ca, too"};
  }
  if (tls.certificate.empty() == tls.key.empty()) return std::nullopt;
  return UrlError{
      tls.key.empty()
          ? "there is a certificate for the server, but no key to it: set sslkey in the "
            "URL, or upstream.tls.key"
          : "there is a key, but no certificate for the server: set sslcert in the "
            "URL, or upstream.tls.certificate"};
}

}  // namespace

const char* sslmode_of(Mode mode) {
  return std::find_if(modes.begin(), modes.end(),
                      [&](const auto& one) { return one.second == mode; })
      ->first;
}

TlsListenConfig listen_tls(const Config::ListenTls& config) {
  TlsListenConfig out;
  if (config.mode == "allow") out.mode = TlsListenConfig::Mode::allow;
  if (config.mode == "require") out.mode = TlsListenConfig::Mode::require;
  out.certificate = config.certificate;
  out.key = config.key;
  out.client_ca = config.client_ca;
  out.demand_client_certificate = config.demand_client_certificate;
  out.min_version = config.min_version;
  return out;
}

std::variant<Upstream, UrlError> upstream_tls(const Config::UpstreamTls& config,
                                              const UpstreamUrl& upstream) {
  Upstream out;
  if (upstream.endpoint.is_unix()) return out;
  std::string word = upstream.tls.mode;
  if (word.empty()) word = upstream.tls.ca == "system" ? "verify-full" : config.mode;
  if (auto error = read_mode(word, out.mode)) return *error;
  out.ca = config.ca;
  prefer_own(out.ca, upstream.tls.ca);
  const bool own_crl = !upstream.tls.crl.empty() || !upstream.tls.crl_folder.empty();
  for (const std::string& path : {own_crl ? upstream.tls.crl : config.crl, upstream.tls.crl_folder})
    if (!path.empty()) out.crl.push_back(path);
  const bool own_pair = !upstream.tls.certificate.empty() || !upstream.tls.key.empty();
  out.certificate = own_pair ? upstream.tls.certificate : config.certificate;
  out.key = own_pair ? upstream.tls.key : config.key;
  out.min_version = config.min_version;
  if (auto error = read_version(upstream.tls.min_version, out.min_version)) return *error;
  if (out.mode == Mode::disable) return out;
  if (auto error = check(out)) return *error;
  return out;
}

}  // namespace onetrip
