#include <algorithm>
#include <cctype>

#include "app/config_file.hpp"
#include "app/config_keys.hpp"
#include "app/nearest.hpp"
#include "app/url.hpp"

namespace onetrip {
namespace {

/// "window.idle_gap" → "ONETRIP_WINDOW__IDLE_GAP"
std::string variable_of(const std::string& path) {
  std::string out = "ONETRIP_";
  for (const char c : path) {
    if (c == '.') {
      out += "__";
    } else {
      out.push_back(c == '-' ? '_'
                             : static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
    }
  }
  return out;
}

std::vector<ConfigKey> all_keys() {
  std::vector<ConfigKey> keys = pair_keys(0);
  keys.insert(keys.end(), config_keys().begin(), config_keys().end());
  return keys;
}

std::string origin_name(const ConfigKey& key) {
  return key.section() == "proxy" ? "proxy[0]." + key.name() : key.path;
}

/// Only names with `__` are keys of ours: Kubernetes makes ONETRIP_SERVICE_HOST and the like.
void read_environment(const std::map<std::string, std::string>& environment, LoadedConfig& loaded) {
  const std::vector<ConfigKey> keys = all_keys();
  std::vector<std::string> names;
  for (const ConfigKey& key : keys) names.push_back(variable_of(key.path));
  for (const auto& [name, text] : environment) {
    if (!name.starts_with("ONETRIP_") || name.find("__") == std::string::npos) continue;
    const auto known = std::find(names.begin(), names.end(), name);
    if (known == names.end()) {
      loaded.errors.push_back(
          {name, "no such key of the configuration." + did_you_mean(name, names)});
      continue;
    }
    const ConfigKey& key = keys[static_cast<std::size_t>(known - names.begin())];
    if (auto error = assign_text(key, text, loaded.config)) {
      loaded.errors.push_back({name, *error});
    } else {
      loaded.origins[origin_name(key)] = name;
    }
  }
}

void read_flags(const std::vector<FlagValue>& flags, LoadedConfig& loaded) {
  const std::vector<ConfigKey> keys = all_keys();
  for (const FlagValue& flag : flags) {
    const auto key = std::find_if(keys.begin(), keys.end(),
                                  [&](const ConfigKey& k) { return k.path == flag.key; });
    if (key == keys.end() || flag.values.empty()) continue;
    const bool is_list =
        key->kind == ConfigKey::Kind::listen || key->kind == ConfigKey::Kind::texts;
    auto error = is_list ? assign(*key, flag.values, loaded.config)
                         : assign_text(*key, flag.values.back(), loaded.config);
    if (error) {
      loaded.errors.push_back({flag.flag, *error});
    } else {
      loaded.origins[origin_name(*key)] = flag.flag;
    }
  }
}

std::string look_up(const std::map<std::string, std::string>& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

/// DATABASE_URL or PGHOST, PGHOSTADDR, PGPORT: what the application beside us would use. They stand
/// in for an upstream that nobody named.
void borrow_upstream(const std::map<std::string, std::string>& environment, LoadedConfig& loaded) {
  Config::Pair& pair = loaded.config.proxies.front();
  if (!pair.upstream.empty()) return;
  if (std::string url = look_up(environment, "DATABASE_URL"); !url.empty()) {
    pair.upstream = std::move(url);
    loaded.origins["proxy[0].upstream"] = "DATABASE_URL";
    return;
  }
  const std::string host = look_up(environment, "PGHOST"),
                    address = look_up(environment, "PGHOSTADDR");
  const std::string port = look_up(environment, "PGPORT");
  if (host.empty() && address.empty()) return;
  const std::string& target = address.empty() ? host : address;
  const bool ipv6 = target.find(':') != std::string::npos && !target.starts_with('/');
  pair.upstream = (ipv6 ? "[" + target + "]" : target) + (port.empty() ? "" : ":" + port);
  loaded.origins["proxy[0].upstream"] = address.empty() ? "PGHOST" : "PGHOSTADDR";
  const std::string sslmode = look_up(environment, "PGSSLMODE");
  if (sslmode == "require" || sslmode.starts_with("verify-")) {
    loaded.errors.push_back(
        {"PGSSLMODE", "`" + sslmode +
                          "` asks for TLS to the server, which onetrip does not "
                          "speak yet; unset it where the network is trusted"});
  }
}

class Checker {
 public:
  explicit Checker(LoadedConfig& loaded) : loaded_(loaded) {}

  void check() {
    for (std::size_t i = 0; i < loaded_.config.proxies.size(); ++i) check_pair(i);
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
    if (upstream.sslmode == "require" || upstream.sslmode.starts_with("verify-")) {
      fail(key, "sslmode=" + upstream.sslmode +
                    " asks for TLS to the server, which onetrip does not "
                    "speak yet; leave it out where the network is trusted");
    }
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

LoadedConfig load_config(const ConfigSources& sources) {
  LoadedConfig loaded;
  for (const ConfigKey& key : config_keys()) key.field(loaded.config);  // every rule has its entry
  if (!sources.file_name.empty()) read_config_file(sources.file_name, sources.file_text, loaded);
  read_environment(sources.environment, loaded);
  read_flags(sources.flags, loaded);
  borrow_upstream(sources.environment, loaded);
  Checker(loaded).check();
  return loaded;
}

}  // namespace onetrip
