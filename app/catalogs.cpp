#include "app/catalogs.hpp"

#include <spdlog/spdlog.h>

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

/// As traffic goes, so goes the catalog: libpq would take a certificate that traffic refuses.
void add_place(std::string& dsn, const UpstreamUrl& upstream, const Config& config) {
  if (!upstream.endpoint.hostaddr.empty() && config.proxies.size() == 1) {
    add(dsn, "host", upstream.endpoint.host);
    add(dsn, "hostaddr", upstream.endpoint.hostaddr);
    add(dsn, "port", std::to_string(upstream.endpoint.port));
  }
  const auto checked = upstream_tls(config.upstream_tls, upstream);
  const auto* tls = std::get_if<TlsUpstreamConfig>(&checked);
  if (tls == nullptr || upstream.endpoint.is_unix()) return;
  add(dsn, "sslmode", sslmode_of(tls->mode));
  add(dsn, "sslrootcert", tls->ca);
  add(dsn, "sslcert", tls->certificate);
  add(dsn, "sslkey", tls->key);
}

CatalogPtr read_catalog_file(const std::string& name) {
  std::string text;
  if (!read_file(name, text)) throw std::runtime_error("cannot read catalog.file " + name);
  try {
    // Shared: the engine keeps it as it keeps those that the loader made.
    return std::make_shared<const Catalog>(catalog_from_json(text));
  } catch (const std::runtime_error& error) {
    throw std::runtime_error("catalog.file " + name + ": " + error.what());
  }
}

}  // namespace

std::string catalog_dsn(const Config& config) {
  if (!config.catalog.dsn.empty()) return config.catalog.dsn;
  for (const Config::Pair& pair : config.proxies) {
    const auto parsed = parse_upstream(pair.upstream);
    const auto* upstream = std::get_if<UpstreamUrl>(&parsed);
    if (upstream == nullptr || upstream->user.empty()) continue;
    std::string dsn;
    add(dsn, "user", upstream->user);
    add(dsn, "password", upstream->password);
    add_place(dsn, *upstream, config);
    return dsn;
  }
  return "";
}

Catalogs::Catalogs(const Config& config, Deliver deliver) : deliver_(std::move(deliver)) {
  if (!config.catalog.file.empty()) {
    file_ = read_catalog_file(config.catalog.file);
    return;
  }
  CatalogLoader::Settings settings;
  settings.dsn = catalog_dsn(config);
  settings.password_command = config.catalog.password_command;
  loader_ = std::make_unique<CatalogLoader>(
      std::move(settings),
      [this](const std::string& database, CatalogPtr catalog, const std::string& why) {
        loaded(database, std::move(catalog), why);
      });
}

bool Catalogs::request(const std::string& database, const SessionFacts& session) {
  if (file_ == nullptr) {
    const std::lock_guard lock(mutex_);
    return loader_ != nullptr && loader_->request(database, session);
  }
  if (file_->snapshot().database != database) {
    warn_once(database, "catalog.file describes database " + file_->snapshot().database);
    return false;
  }
  deliver_(database, file_);
  return true;
}

void Catalogs::stop() {
  std::unique_ptr<CatalogLoader> ending;
  const std::lock_guard lock(mutex_);
  std::swap(ending, loader_);
}

void Catalogs::loaded(const std::string& database, CatalogPtr catalog, const std::string& why) {
  if (catalog == nullptr) {
    warn_once(database, why);
  } else {
    spdlog::debug("read the catalog of database {}", database);
  }
  deliver_(database, std::move(catalog));
}

void Catalogs::warn_once(const std::string& database, const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    if (!warned_.insert(database).second) return;
  }
  spdlog::warn(
      "no catalog of database {}: {}. Findings rest on names and cannot be proven by foreign keys; "
      "set catalog.dsn to a login that may connect, or catalog.file",
      database, why);
}

}  // namespace onetrip
