#include "app/catalogs.hpp"

#include <spdlog/spdlog.h>

#include <filesystem>
#include <stdexcept>

#include "app/environment.hpp"
#include "app/tls_settings.hpp"

namespace onetrip {
namespace {

/// A value of libpq's `name=value` form.
std::string quoted(const std::string& value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "'";
}

void add(std::string& dsn, const char* name, const std::string& value) {
  if (!value.empty()) dsn += (dsn.empty() ? "" : " ") + std::string(name) + "=" + quoted(value);
}

/// libpq's words for where an upstream is and what its certificate must be.
std::string place_of(const UpstreamUrl& upstream, const Config& config) {
  const Endpoint& endpoint = upstream.endpoint;
  std::string place;
  add(place, "host", endpoint.is_unix() ? endpoint.unix_dir : endpoint.host);
  add(place, "hostaddr", endpoint.hostaddr);
  add(place, "port", std::to_string(endpoint.port));
  const auto checked = upstream_tls(config.upstream_tls, upstream);
  const auto* tls = std::get_if<TlsUpstreamConfig>(&checked);
  if (tls == nullptr || endpoint.is_unix()) return place;
  add(place, "sslmode", sslmode_of(tls->mode));
  add(place, "sslrootcert", tls->ca);
  for (const std::string& path : tls->crl) {
    std::error_code ignored;  // what is not there is a file, and told when it is read
    add(place, std::filesystem::is_directory(path, ignored) ? "sslcrldir" : "sslcrl", path);
  }
  add(place, "sslcert", tls->certificate);
  add(place, "sslkey", tls->key);
  if (tls->min_version == "1.3") add(place, "ssl_min_protocol_version", "TLSv1.3");
  return place;
}

}  // namespace

CatalogPtr read_catalog_file(const std::string& key, const std::string& name) {
  std::string text;
  if (!read_file(name, text)) throw std::runtime_error("cannot read " + key + " " + name);
  try {
    // Shared: the engine keeps it as it keeps those that the loader made.
    return std::make_shared<const Catalog>(catalog_from_json(text));
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(key + " " + name + ": " + error.what());
  }
}

CatalogLoader::Settings catalog_settings(const Config& config, const Config::Pair& pair) {
  CatalogLoader::Settings out;
  out.dsn = config.catalog.dsn;
  out.password_command = config.catalog.password_command;
  const auto parsed = parse_upstream(pair.upstream);
  const auto* upstream = std::get_if<UpstreamUrl>(&parsed);
  if (upstream == nullptr) return out;
  out.place = place_of(*upstream, config);
  if (!out.dsn.empty()) return out;
  add(out.dsn, "user", upstream->user);
  add(out.dsn, "password", upstream->password);
  return out;
}

Catalogs::Catalogs(const Config& config, Deliver deliver) : deliver_(std::move(deliver)) {
  if (!config.catalog.file.empty()) {
    file_ = read_catalog_file("catalog.file", config.catalog.file);
    return;
  }
  for (std::size_t pair = 0; pair < config.proxies.size(); ++pair) {
    loaders_.push_back(std::make_unique<CatalogLoader>(
        catalog_settings(config, config.proxies[pair]),
        [this, pair](const std::string& database, CatalogPtr catalog, const std::string& why) {
          loaded({pair, database}, std::move(catalog), why);
        }));
  }
}

bool Catalogs::request(const std::string& database, const SessionFacts& session) {
  if (file_ == nullptr) {
    const std::lock_guard lock(mutex_);
    return session.pair < loaders_.size() && loaders_[session.pair]->request(database, session);
  }
  const CatalogKey key{session.pair, database};
  if (file_->snapshot().database != database) {
    warn_once(key, "catalog.file describes database " + file_->snapshot().database);
    return false;
  }
  deliver_(key, file_);
  return true;
}

void Catalogs::stop() {
  std::vector<std::unique_ptr<CatalogLoader>> ending;
  const std::lock_guard lock(mutex_);
  std::swap(ending, loaders_);
}

void Catalogs::loaded(const CatalogKey& key, CatalogPtr catalog, const std::string& why) {
  if (catalog == nullptr) {
    warn_once(key, why);
  } else {
    spdlog::debug("read the catalog of database {}", key.database);
  }
  deliver_(key, std::move(catalog));
}

void Catalogs::warn_once(const CatalogKey& key, const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    if (!warned_.insert(key).second) return;
  }
  spdlog::warn(
      "no catalog of database {}: {}. Findings rest on names and cannot be proven by foreign keys; "
      "set catalog.dsn to a login that may connect, or catalog.file",
      key.database, why);
}

}  // namespace onetrip
