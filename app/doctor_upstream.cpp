#include <optional>

#include "app/doctor.hpp"
#include "app/probe.hpp"
#include "app/tls_settings.hpp"
#include "budget/quantity.hpp"
#include "proxy/net/tls_certificate.hpp"
#include "proxy/net/tls_probe.hpp"

namespace onetrip {
namespace {

constexpr std::chrono::seconds patience{5};
constexpr std::int64_t soon_days = 14;
constexpr const char* expired = "certificate has expired";  // OpenSSL's words

using Mode = TlsUpstreamConfig::Mode;

std::string expiry(std::int64_t days) {
  if (days < 0) return "has expired";
  return "expires in " + std::to_string(days) + (days == 1 ? " day" : " days");
}

/// The looks at one upstream, each deeper than the last.
class UpstreamCheck {
 public:
  UpstreamCheck(const Config& config, const UpstreamUrl& upstream, Checks& checks)
      : config_(config),
        endpoint_(upstream.endpoint),
        tls_(std::get<TlsUpstreamConfig>(upstream_tls(config.upstream_tls, upstream))),
        checks_(checks),
        subject_("upstream " + endpoint_.text()) {}

  void check() {
    const Lookup found = resolve(endpoint_);
    if (!found.failure.empty()) {
      return checks_.fail(subject_, "its name is not found: " + found.failure,
                          "correct the host, or look at this machine's resolver");
    }
    if (!endpoint_.is_unix()) {
      const char* how = endpoint_.hostaddr.empty() ? "resolves to " : "hostaddr ";
      checks_.ok(subject_, how + list(found.addresses));
    }
    const std::optional<Address> reached = reach(found.addresses);
    if (!reached) return;
    if (endpoint_.is_unix()) return checks_.ok(subject_, "a Unix socket, which takes no TLS");
    check_tls(*reached);
  }

 private:
  static std::string list(const std::vector<Address>& addresses) {
    std::string out;
    for (const Address& address : addresses) out += (out.empty() ? "" : ", ") + address.text;
    return out;
  }

  /// The first that can be reached; sessions would take it, too.
  std::optional<Address> reach(const std::vector<Address>& addresses) {
    std::optional<Address> first;
    std::vector<Check> missed;
    for (const Address& address : addresses) {
      const Knock tried = knock(address, patience);
      if (tried.connection) {
        checks_.ok(subject_, address.text + " is reached in " + format_duration(tried.took));
        if (!first) first = address;
      } else {
        missed.push_back({Check::Verdict::warning, subject_,
                          address.text + " is not reached: " + tried.failure, mend(tried.failure)});
      }
    }
    for (const Check& check : missed) {
      if (first) {
        checks_.warn(check.subject, check.text,
                     "start the server there, too, or take the address out of the name");
      } else {
        checks_.fail(check.subject, check.text, check.fix);
      }
    }
    return first;
  }

  std::string mend(const std::string& why) const {
    if (endpoint_.is_unix() && why.find("No such file") != std::string::npos)
      return "correct the folder or the port; the server's unix_socket_directories names the "
             "folder";
    if (why.find("refused") != std::string::npos)
      return "start the server, or correct the port; its listen_addresses must name that address";
    return "look for a firewall or a route on the way";
  }

  void check_tls(const Address& address) {
    if (tls_.mode == Mode::disable) return not_encrypted("TLS to it is switched off (disable)");
    Knock again = knock(address, patience);
    if (!again.connection)
      return checks_.fail(subject_, "it is no longer reached: " + again.failure, "look again");
    const TlsProbe probe = probe_tls(std::move(again.connection), endpoint_.host, tls_, patience);
    if (probe.answer == TlsProbe::Answer::silent)
      return checks_.fail(subject_, probe.failure,
                          "is a PostgreSQL there, and not something else?");
    if (probe.answer == TlsProbe::Answer::error)
      return checks_.fail(subject_, probe.failure,
                          "look at the server's log: it may be starting up, have too many "
                          "connections (max_connections), or get no process or memory for one");
    if (probe.answer == TlsProbe::Answer::refused) return refused();
    if (probe.failure.empty()) {
      encrypted(probe);
      check_binding(probe);
    } else {
      handshake_failed(probe);
    }
    check_expiry(probe);
    check_shown();
  }

  void not_encrypted(const std::string& text) {
    if (endpoint_.is_local()) return checks_.ok(subject_, text + "; it is on this machine");
    checks_.warn(subject_, text + ", and it is on another machine",
                 "set sslmode in the upstream's URL, or upstream.tls.mode, to verify-full");
  }

  void refused() {
    if (tls_.mode == Mode::prefer) return not_encrypted("it has no TLS (ssl = off)");
    checks_.fail(subject_, std::string("it has no TLS, and sslmode is ") + sslmode_of(tls_.mode),
                 "set ssl = on with a certificate at the server, or sslmode=prefer where the "
                 "network is trusted");
  }

  void handshake_failed(const TlsProbe& probe) {
    const std::string text = "TLS fails: " + probe.failure + shown(probe);
    if (tls_.mode != Mode::prefer || probe.timed_out)
      return checks_.fail(subject_, text, tls_fix(probe));
    checks_.warn(subject_, text + "; under prefer sessions go on in clear", tls_fix(probe));
  }

  void encrypted(const TlsProbe& probe) {
    const std::string text = std::string(sslmode_of(tls_.mode)) + ": " + probe.description +
                             shown(probe) + verified(probe);
    if (tls_.checks_server() || endpoint_.is_local()) return checks_.ok(subject_, text);
    checks_.warn(
        subject_, text + ", and it is on another machine, so anybody on the way can pose as it",
        "set sslmode in the upstream's URL, or upstream.tls.mode, to verify-full, and give "
        "the authority that signed its certificate by sslrootcert or upstream.tls.ca");
  }

  static std::string shown(const TlsProbe& probe) {
    return probe.subject.empty()
               ? ""
               : "; certificate of " + probe.subject + ", issued by " + probe.issuer;
  }

  std::string verified(const TlsProbe& probe) const {
    if (tls_.mode == Mode::verify_full) return "; chain and host name are good";
    if (tls_.checks_server()) return "; the chain is good, the host name is not checked";
    return std::string("; neither chain nor host name is checked") +
           (probe.names_host ? ", though it is made out to this host" : "");
  }

  std::string tls_fix(const TlsProbe& probe) const {
    const auto says = [&](const char* words) {
      return probe.failure.find(words) != std::string::npos;
    };
    if (probe.timed_out)
      return "look whether the server hangs or has too much to do, and whether something on "
             "the way holds TLS back";
    if (!probe.description.empty())
      return "connect by a name that the certificate bears (hostaddr keeps the address), or take "
             "verify-ca";
    if (says("protocol version") || says("unsupported protocol"))
      return "raise ssl_max_protocol_version at the server, or lower ssl_min_protocol_version in "
             "the upstream's URL or upstream.tls.min_version";
    if (says("alert") && !tls_.certificate.empty())
      return std::string("the server may not take our certificate: ") + client_certificate_fix;
    if (says("revoked")) return "it is in the revocation list: give the server a new certificate";
    if (says("CRL"))
      return "each authority of its chain needs a revocation list of its own that has not expired, "
             "in sslcrl, sslcrldir or upstream.tls.crl";
    if (says(expired)) return expired_fix(probe);
    if (says("not yet valid"))
      return "set the clock of this machine right, or give the server a certificate that is good "
             "already";
    if (tls_.checks_server())
      return "give the authority that signed it by sslrootcert or upstream.tls.ca";
    return "look at the server's log; it says what it did not like";
  }

  static std::string expired_fix(const TlsProbe& probe) {
    if (probe.days_left < 0) return "renew the server's certificate";
    return "renew the certificate of the authority that signed it, at the server and in "
           "sslrootcert or upstream.tls.ca";
  }

  void check_expiry(const TlsProbe& probe) {
    if (probe.leaf.empty() || probe.days_left >= soon_days) return;
    if (probe.days_left < 0 && probe.failure.find(expired) != std::string::npos) return;  // said
    checks_.warn(subject_, "its certificate " + expiry(probe.days_left), "renew it at the server");
  }

  /// Our certificate for a server that asks for one.
  void check_shown() {
    if (tls_.certificate.empty()) return;
    const auto days = days_left(TlsContext::for_upstream(tls_)->leaf());
    if (!days || *days >= soon_days) return;
    checks_.warn(subject_, "our certificate for it " + expiry(*days),
                 "renew sslcert or upstream.tls.certificate, and have it read anew by SIGHUP");
  }

  /// TLS on both hops with two certificates: SCRAM with channel binding cannot work.
  void check_binding(const TlsProbe& probe) {
    const TlsListenConfig listen = listen_tls(config_.listen_tls);
    if (listen.mode == TlsListenConfig::Mode::off || probe.leaf.empty()) return;
    const std::string subject = "channel binding to " + endpoint_.text();
    if (TlsContext::for_clients(listen)->leaf() == probe.leaf)
      return checks_.ok(subject, "we show the server's own certificate, so SCRAM binds to it");
    checks_.warn(subject,
                 "we show another certificate than the server, and clients that bind SCRAM to the "
                 "channel (libpq does so by default) fail to log in",
                 "set channel_binding=disable in the clients, or give onetrip the server's "
                 "certificate and key (listen.tls.certificate, listen.tls.key)");
  }

  const Config& config_;
  const Endpoint endpoint_;
  const TlsUpstreamConfig tls_;
  Checks& checks_;
  const std::string subject_;
};

/// The one that we show to clients.
void check_own_certificate(const Config& config, Checks& checks) {
  const TlsListenConfig listen = listen_tls(config.listen_tls);
  if (listen.mode == TlsListenConfig::Mode::off) return;
  const auto days = days_left(TlsContext::for_clients(listen)->leaf());
  if (!days) return;
  const std::string text = "our certificate " + expiry(*days);
  if (*days >= soon_days) return checks.ok("listen.tls", text);
  checks.warn("listen.tls", text, "renew listen.tls.certificate, and have it read anew by SIGHUP");
}

/// Those that vouch for clients.
void check_client_authorities(const Config& config, Checks& checks) {
  if (config.listen_tls.mode == "off") return;
  for (const Validity& one : validities_in(config.listen_tls.client_ca)) {
    if (one.days_left >= soon_days) continue;
    checks.warn("listen.tls",
                "the authority " + one.subject + " of listen.tls.client_ca " +
                    expiry(one.days_left) +
                    ", and clients with its certificates are refused from then on",
                "renew it in listen.tls.client_ca, and have it read anew by SIGHUP");
  }
}

bool is_beyond_loopback(const std::string& address) {
  const auto parsed = parse_endpoint(address, 0);
  const auto* endpoint = std::get_if<Endpoint>(&parsed);
  return endpoint != nullptr && !endpoint->is_local();
}

}  // namespace

void check_upstream(const Config& config, const UpstreamUrl& upstream, Checks& checks) {
  UpstreamCheck(config, upstream, checks).check();
}

void check_listening(const Config& config, Checks& checks) {
  if (config.listen_tls.mode == "off" && !config.listen_tls.certificate.empty()) {
    checks.warn("listen.tls", "there is a certificate, but TLS with clients is off",
                "set listen.tls.mode to allow or require");
  }
  check_own_certificate(config, checks);
  check_client_authorities(config, checks);
  for (const Config::Pair& pair : config.proxies) {
    const Endpoint upstream = std::get<UpstreamUrl>(parse_upstream(pair.upstream)).endpoint;
    for (const std::string& address : pair.listen) {
      if (!is_beyond_loopback(address)) continue;
      const std::string subject = "listening on " + address;
      if (upstream.is_local()) {
        checks.warn(
            subject,
            "clients of other machines reach the server at " + upstream.text() +
                " as if they were on this one, and may match trust or peer lines of its "
                "pg_hba.conf",
            "have pg_hba.conf demand a password (scram-sha-256) for local connections, too");
      }
      if (config.listen_tls.mode != "require") {
        checks.warn(subject, "clients of other machines may send passwords and rows in clear",
                    "set listen.tls.mode = \"require\" with a certificate and key");
      }
    }
  }
}

}  // namespace onetrip
