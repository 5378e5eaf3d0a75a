#include <array>

#include "app/config_steps.hpp"
#include "app/url.hpp"

namespace onetrip {
namespace {

using Variables = std::map<std::string, std::string>;

std::string look_up(const Variables& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

void add_parameter(std::string& query, const std::string& name, const std::string& value) {
  if (value.empty()) return;
  query += (query.empty() ? "" : "&") + name + "=" + percent_encode(value);
}

/// libpq's variables for TLS as parameters of a URL, without those that it has itself.
std::string tls_parameters(const Variables& environment, const std::string& url_query) {
  constexpr std::array<std::pair<const char*, const char*>, 7> all{{
      {"PGSSLMODE", "sslmode"},
      {"PGSSLROOTCERT", "sslrootcert"},
      {"PGSSLCRL", "sslcrl"},
      {"PGSSLCRLDIR", "sslcrldir"},
      {"PGSSLCERT", "sslcert"},
      {"PGSSLKEY", "sslkey"},
      {"PGSSLMINPROTOCOLVERSION", "ssl_min_protocol_version"},
  }};
  std::string query;
  for (const auto& [variable, name] : all) {
    if (("&" + url_query).find(std::string("&") + name + "=") != std::string::npos) continue;
    add_parameter(query, name, look_up(environment, variable));
  }
  return query;
}

std::string bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

/// As short as it can be written: a folder and an address without more need no URL.
std::string from_parts(const std::string& host, const std::string& address,
                       const Variables& environment) {
  std::string port = look_up(environment, "PGPORT");
  if (!port.empty()) port.insert(0, ":");
  if (address.empty() && host.starts_with('/')) return host + port;
  std::string query;
  if (!host.empty()) add_parameter(query, "hostaddr", address);
  const std::string tls = tls_parameters(environment, "");
  if (!tls.empty()) query += (query.empty() ? "" : "&") + tls;
  const std::string target =
      bracketed(host.empty() || host.starts_with('/') ? address : host) + port;
  return query.empty() ? target : "postgres://" + target + "?" + query;
}

}  // namespace

std::string with_tls_of(const Variables& environment, const std::string& url) {
  if (url.find("://") == std::string::npos) return url;
  const std::size_t mark = url.find('?');
  const bool has_query = mark != std::string::npos;
  const std::string more = tls_parameters(environment, has_query ? url.substr(mark + 1) : "");
  if (more.empty()) return url;
  return url + (has_query ? "&" : "?") + more;
}

void borrow_store(const Variables& environment, LoadedConfig& loaded) {
  const std::string folders = look_up(environment, "STATE_DIRECTORY");
  if (folders.empty() || loaded.origins.contains("store.path")) return;
  loaded.config.store.path = folders.substr(0, folders.find(':')) + "/history.db";
  loaded.origins["store.path"] = "STATE_DIRECTORY";
}

void borrow_upstream(const Variables& environment, LoadedConfig& loaded) {
  Config::Pair& pair = loaded.config.proxies.front();
  if (!pair.upstream.empty()) return;
  std::string& origin = loaded.origins["proxy[0].upstream"];
  if (const std::string url = look_up(environment, "DATABASE_URL"); !url.empty()) {
    pair.upstream = with_tls_of(environment, url);
    origin = "DATABASE_URL";
    return;
  }
  const std::string host = look_up(environment, "PGHOST"),
                    address = look_up(environment, "PGHOSTADDR");
  if (host.empty() && address.empty()) {
    loaded.origins.erase("proxy[0].upstream");
    return;
  }
  pair.upstream = from_parts(host, address, environment);
  origin = address.empty() ? "PGHOST" : "PGHOSTADDR";
}

}  // namespace onetrip
