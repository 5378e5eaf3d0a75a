#include <algorithm>

#include "app/config_steps.hpp"
#include "app/tls_settings.hpp"
#include "app/url.hpp"

namespace onetrip {
namespace {

class Checker {
 public:
  explicit Checker(LoadedConfig& loaded) : loaded_(loaded) {}

  void check() {
    for (std::size_t i = 0; i < loaded_.config.proxies.size(); ++i) check_pair(i);
    check_listen_tls();
    check_admin();
  }

 private:
  void fail(const std::string& key, std::string message) {
    const auto origin = loaded_.origins.find(key);
    const std::string place = origin == loaded_.origins.end() ? "" : origin->second;
    loaded_.errors.push_back({place, std::move(message)});
  }

  void check_pair(std::size_t index) {
    const Config::Pair& pair = loaded_.config.proxies[index];
    const std::string name = "proxy[" + std::to_string(index) + "].";
    std::vector<Endpoint> listen;
    for (const std::string& address : pair.listen) {
      const auto endpoint = parse_endpoint(address, 6532);
      if (const auto* error = std::get_if<UrlError>(&endpoint)) {
        fail(name + "listen", "cannot listen on `" + address + "`: " + error->message);
      } else {
        listen.push_back(std::get<Endpoint>(endpoint));
      }
    }
    check_upstream(pair, name + "upstream", listen);
    for (const Endpoint& endpoint : listen) check_taken(endpoint, name + "listen");
  }

  void check_upstream(const Config::Pair& pair, const std::string& key,
                      const std::vector<Endpoint>& listen) {
    if (pair.upstream.empty()) {
      return fail(
          key,
          "no upstream: say which PostgreSQL is behind, as in `onetrip run "
          "postgres://db:5432`, by proxy.upstream in the file, or by PGHOST or DATABASE_URL");
    }
    const auto parsed = parse_upstream(pair.upstream);
    if (const auto* error = std::get_if<UrlError>(&parsed)) {
      return fail(key, "upstream `" + masked(pair.upstream) + "`: " + error->message);
    }
    const auto& upstream = std::get<UpstreamUrl>(parsed);
    const auto tls = upstream_tls(loaded_.config.upstream_tls, upstream);
    if (const auto* error = std::get_if<UrlError>(&tls)) fail(key, error->message);
    if (upstream.endpoint.port == 0) fail(key, "the upstream's port is 0");
    for (const Endpoint& endpoint : listen) {
      const bool same_place = endpoint.is_unix() == upstream.endpoint.is_unix() &&
                              endpoint.unix_dir == upstream.endpoint.unix_dir &&
                              endpoint.is_local() && upstream.endpoint.is_local();
      if (same_place && endpoint.port == upstream.endpoint.port) {
        fail(key, "the upstream " + upstream.endpoint.text() +
                      " is where onetrip itself listens: connections would go round in a circle");
      }
    }
  }

  void check_listen_tls() {
    const Config::ListenTls& tls = loaded_.config.listen_tls;
    if (tls.mode == "off") return;
    if (tls.certificate.empty() || tls.key.empty()) {
      fail("listen.tls.mode", "listen.tls.mode is `" + tls.mode +
                                  "`, which takes a certificate: set listen.tls.certificate and "
                                  "listen.tls.key to PEM files");
    }
    if (tls.demand_client_certificate && tls.client_ca.empty()) {
      fail("listen.tls.demand_client_certificate",
           "client certificates are demanded, but nothing says which are good: set "
           "listen.tls.client_ca to a PEM file");
    }
  }

  void check_taken(const Endpoint& endpoint, const std::string& key) {
    if (endpoint.port == 0) return;
    if (std::find(taken_.begin(), taken_.end(), endpoint.text()) != taken_.end()) {
      fail(key, endpoint.text() + " is listened on twice");
    }
    taken_.push_back(endpoint.text());
  }

  void check_admin() {
    const Config::Admin& admin = loaded_.config.admin;
    if (admin.listen == "off") return;
    const auto parsed = parse_endpoint(admin.listen, 9188);
    if (const auto* error = std::get_if<UrlError>(&parsed)) {
      return fail("admin.listen", "cannot listen on `" + admin.listen + "`: " + error->message);
    }
    const auto& endpoint = std::get<Endpoint>(parsed);
    if (endpoint.is_unix()) return fail("admin.listen", "the admin port is TCP: ADDR:PORT");
    if (!endpoint.is_local() && admin.token_file.empty()) {
      fail("admin.listen", "the admin port listens beyond loopback (" + endpoint.text() +
                               "): set admin.token_file, so that callers must show a token");
    }
    check_taken(endpoint, "admin.listen");
  }

  LoadedConfig& loaded_;
  std::vector<std::string> taken_;
};

}  // namespace

void check_values(LoadedConfig& loaded) {
  Checker(loaded).check();
}

}  // namespace onetrip
